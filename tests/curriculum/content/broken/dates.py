"""Anchors that lead nowhere, rings, and dates that cannot be lived."""

from __future__ import annotations

from tests.curriculum.content.broken.variant import A1, PROGRAMME, K, Variant, both, swap

OPENS_TH1 = "    opens: teach 2 Mon 09:00\n    first_post: session(s2)"
M6A_DATES = "    opens: teach 45 Mon 09:00\n    due: teach 46 Sun 23:59\n    guide_duty"
M3_EFFORT = "    minutes: 1150\n    effort: {33: 30, 34: 30, 35: 30, 36: 360,"

VARIANTS = (
    Variant(
        "a day written out",
        A1,
        swap(OPENS_TH1, OPENS_TH1.replace("Mon", "Monday")),
        "    opens: teach 2 Monday",
        "“day 09:00” in “teach 2 Monday 09:00” is not understood",
    ),
    Variant(
        "an unknown day",
        A1,
        swap(OPENS_TH1, OPENS_TH1.replace("Mon", "Mun")),
        "    opens: teach 2 Mun",
        "“Mun” is not a day; write one of Mon, Tue",
    ),
    Variant(
        "an hour that does not exist",
        A1,
        swap(OPENS_TH1, OPENS_TH1.replace("09:00", "25:00")),
        "    opens: teach 2 Mon 25:00",
        "“25:00” is not a time of day",
    ),
    Variant(
        "a date instead of an anchor",
        A1,
        swap(OPENS_TH1, OPENS_TH1.replace("teach 2 Mon 09:00", "2027-01-11")),
        "    opens: 2027-01-11",
        "“2027-01-11” is not an anchor; write for instance",
    ),
    Variant(
        "a point that a session does not have",
        K,
        swap("due: session(s25).start", "due: session(s25).begin"),
        "    due: session(s25).begin",
        "a session has no “.begin”; write one of .start, .end",
    ),
    Variant(
        "an unknown session",
        K,
        swap("due: session(s25).start", "due: session(s99).start"),
        "    due: session(s99).start",
        "no activity has the id “s99”; correct the anchor",
    ),
    Variant(
        "an anchor on the wrong kind",
        K,
        swap("due: session(s25).start", "due: session(m0).start"),
        "    due: session(m0).start",
        "“m0” is a milestone, not a session",
    ),
    Variant(
        "a date that hangs on itself",
        K,
        swap("    at: session(s32).start - 3d @ 19:00", "    at: session(kick-off).end + 1h"),
        "    at: session(kick-off).end",
        "in a ring (kick-off, kick-off)",
    ),
    Variant(
        "two dates that hang on each other",
        K,
        both(
            swap("    at: teach 46 Thu 19:30", "    at: session(closing).start - 7d"),
            swap("    at: teach 49 Sat 18:30", "    at: session(rehearsal).start + 7d"),
        ),
        "    at: session(rehearsal)",
        "in a ring (rehearsal, closing, rehearsal); break it",
    ),
    Variant(
        "a calendar week in a break",
        K,
        swap("    at: week 10 Mon 12:00", "    at: week 12 Mon 12:00"),
        "    at: week 12",
        "week 12 is a break; nothing happens in it",
    ),
    Variant(
        "a shift into a break",
        K,
        swap("milestone(m4).due + 11d @ 23:59", "milestone(m4).due + 4d @ 23:59"),
        "    at: milestone(m4).due + 4d",
        "“at” falls into the break of week 45",
    ),
    Variant(
        "a week past the end",
        K,
        swap("    at: teach 49 Sat 18:30", "    at: teach 50 Sat 18:30"),
        "    at: teach 50",
        "the programme has 49 such weeks; “teach 50 Sat 18:30” is past its end",
    ),
    Variant(
        "a session after the year",
        K,
        swap("    at: teach 49 Sat 18:30", "    at: teach 49 Sat 18:30 + 14d"),
        "    at: teach 49 Sat 18:30 + 14d",
        "falls outside the programme’s 52 weeks; only events may",
    ),
    Variant(
        "due before it opens",
        K,
        swap(
            "    opens: teach 38 Mon 09:00\n    due: teach 38 Sun 23:59",
            "    opens: teach 38 Mon 09:00\n    due: teach 31 Wed 23:59",
        ),
        "    due: teach 31 Wed",
        "“due” (week 33 Wed 23:59) does not come after “opens” (week 40 Mon 09:00)",
    ),
    Variant(
        "a window that is too short",
        K,
        swap(M6A_DATES, M6A_DATES.replace("teach 45 Mon", "teach 46 Thu")),
        "    opens: teach 46 Thu",
        "“m6a” is open for 87 hours, but policies.yaml promises 168 for a milestone",
    ),
    Variant(
        "two sessions at once",
        K,
        swap("    at: session(s32).start - 3d @ 19:00", "    at: session(s32).start + 30min"),
        "    at: session(s32).start + 30min",
        "“kick-off” begins before “s32” has ended",
    ),
    Variant(
        "a week that asks too much",
        K,
        swap(M3_EFFORT, M3_EFFORT.replace("1150", "1550").replace("36: 360", "36: 760")),
        "weekly_limit_minutes: 600",
        "teaching week 36 asks 843 minutes, more than 600 (m3 760",
        PROGRAMME,
    ),
    Variant(
        "effort after the deadline",
        A1,
        swap("effort: {2: 25, 3: 15}", "effort: {2: 25, 9: 15}"),
        "    effort: {2: 25, 9: 15}",
        "effort names teaching week 9, after “th1” is due",
    ),
    Variant(
        "effort past the end",
        A1,
        swap("effort: {2: 25, 3: 15}", "effort: {2: 25, 53: 15}"),
        "    effort: {2: 25, 53: 15}",
        "effort names teaching week 53, but there are 49",
    ),
    Variant(
        "an order that the plan breaks",
        PROGRAMME,
        swap("  - [s3, s4]\n", "  - [s4, s3]\n"),
        "  - [s4, s3]",
        "“s4” is to happen before “s3”, but is dated after it",
    ),
    Variant(
        "an order of unknown things",
        PROGRAMME,
        swap("  - [s3, s4]\n", "  - [s3, s44]\n"),
        "  - [s3, s44]",
        "no activity has the id “s44”; correct the pair",
    ),
)
