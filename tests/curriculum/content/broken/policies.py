"""A frame and policies that contradict themselves."""

from __future__ import annotations

from tests.curriculum.content.broken.variant import COMPETENCIES, POLICIES, PROGRAMME, K, Variant, swap

VARIANTS = (
    Variant(
        "an unknown zone",
        PROGRAMME,
        swap("zone: Asia/Kolkata", "zone: Asia/Bangalore"),
        "zone: Asia/Bangalore",
        "“Asia/Bangalore” is not an IANA time zone; write for instance Asia/Kolkata",
    ),
    Variant(
        "a module past the end",
        K,
        swap("teach: [22, 49]", "teach: [22, 51]"),
        "teach: [22, 51]",
        "teach runs from 1 to 49",
    ),
    Variant(
        "programme weights that do not sum",
        POLICIES,
        swap("leadership: 20, capstone: 35}", "leadership: 20, capstone: 30}"),
        "programme_weights:",
        "programme_weights sum to 95; make them 100",
    ),
    Variant(
        "a weight for an unknown course",
        POLICIES,
        swap(
            "attendance_courses: [core, data-ai, leadership]", "attendance_courses: [core, data, leadership]"
        ),
        "  attendance_courses: [core, data,",
        "there is no course “data”; correct the id",
    ),
    Variant(
        "bands with a gap",
        POLICIES,
        swap("title: Strong, low: 65, high: 79", "title: Strong, low: 67, high: 79"),
        "levels:\n  - {level: 1",
        "follow each other from 0 to 100 without a gap",
    ),
    Variant(
        "half above full",
        POLICIES,
        swap("half_from: 0.5", "half_from: 0.8"),
        "  half_from: 0.8",
        "half_from lies above full_from",
    ),
    Variant(
        "awards out of order",
        POLICIES,
        swap("title: Merit, programme_from: 75", "title: Merit, programme_from: 90"),
        "  - {id: merit",
        "awards come best first, but “merit” asks more than the one before",
    ),
    Variant(
        "thresholds out of order",
        COMPETENCIES,
        swap("thresholds: [1.75, 2.5, 3.4]", "thresholds: [2.5, 1.75, 3.4]"),
        "thresholds: [2.5",
        "thresholds rise from one to the next",
    ),
    Variant(
        "an unknown kind of window",
        POLICIES,
        swap("    role_play: 72", "    roleplay: 72"),
        "    roleplay: 72",
        "“roleplay” is no kind of activity",
    ),
    Variant(
        "an instalment that is no date",
        POLICIES,
        swap("  - week 10 Mon 12:00", "  - in spring"),
        "  - in spring",
        "“in spring” is not an anchor",
    ),
    Variant(
        "a competency of three levels",
        COMPETENCIES,
        swap(
            "level_titles: [Aware, Practising, Leading, Shaping]",
            "level_titles: [Aware, Practising, Leading]",
        ),
        "level_titles",
        "at least 4 items",
    ),
)
