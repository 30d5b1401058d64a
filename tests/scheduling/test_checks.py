"""What is flagged about dates: nights, holidays, clashes, order, short windows, breaks."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.cohorts.rules import Holiday
from lms.scheduling.rules import (
    Away,
    Booked,
    Calendar,
    Check,
    Elsewhere,
    Flag,
    ItemKind,
    ItemState,
    Meeting,
    Night,
    Standing,
    check,
    check_breaks,
)
from tests.scheduling.graphs import calendar

NIGHT = Night(dt.time(22), dt.time(7))
SESSION = Standing(dt.datetime(2026, 9, 12, 13, tzinfo=dt.UTC), dt.datetime(2026, 9, 12, 16, tzinfo=dt.UTC))
"""Sat 12 Sep 18:30 to 21:30 in Kolkata."""


def look(**more: object) -> Check:
    facts: dict[str, object] = {
        "calendar": calendar(),
        "night": NIGHT,
        "titles": {"s": "S1 Orientation", "t": "S2 Next"},
        "kinds": {"s": "live_session", "t": "live_session", "q": "quiz"},
        "courses": {"s": "core", "t": "core", "q": "core"},
        "item_kinds": {"s": ItemKind.SESSION, "t": ItemKind.SESSION, "q": ItemKind.WINDOW},
    }
    return Check(**{**facts, **more})  # type: ignore[arg-type]


def flags(checked: Check, at: Standing = SESSION, key: str = "s", **others: Standing) -> dict[Flag, str]:
    found = check(checked, {key: at, **others}, [key])
    return {finding.flag: finding.words for finding in found.get(key, [])}


def shifted(by: dt.timedelta) -> Standing:
    return Standing(SESSION.starts_at + by, SESSION.ends_at + by)


def test_nothing_is_flagged_when_nothing_is_wrong():
    assert flags(look(learners={"Asia/Kolkata": 40, "Asia/Dubai": 3})) == {}


@pytest.mark.parametrize(
    ("starts", "ends", "at_night"),
    [
        ("07:00", "10:00", False),
        ("06:59", "10:00", True),
        ("19:00", "22:00", False),
        ("19:00", "22:01", True),
        ("22:00", "23:00", True),
        ("02:00", "03:00", True),
        ("12:00", "15:00", False),
    ],
)
def test_a_night_is_touched_by_its_minutes_and_not_by_its_edges(starts, ends, at_night):
    day = dt.date(2026, 9, 12)
    at = Standing(*(dt.datetime.combine(day, dt.time.fromisoformat(text), dt.UTC) for text in (starts, ends)))
    assert NIGHT.touches(at, "UTC") is at_night


def test_a_night_within_one_day():
    siesta = Night(dt.time(13), dt.time(15))
    noon = dt.datetime(2026, 9, 12, 12, tzinfo=dt.UTC)
    assert siesta.touches(Standing(noon, noon + dt.timedelta(hours=2)), "UTC")
    assert not siesta.touches(Standing(noon, noon + dt.timedelta(hours=1)), "UTC")


def test_learners_and_staff_at_night_are_counted_by_zone():
    found = check(
        look(
            learners={"Asia/Kolkata": 40, "Australia/Sydney": 2, "Pacific/Auckland": 1},
            staff=[("Ana Night", "Australia/Sydney", "core"), ("Bo Other", "Australia/Sydney", "data-ai")],
        ),
        {"s": SESSION},
        ["s"],
    )["s"]
    assert [finding.words for finding in found] == [
        "At night for 3 learners in 2 zones: Sydney 23:00, Auckland 01:00.",
        "At night for Ana Night (23:00 in Sydney).",
    ]


def test_public_holidays_and_the_days_between_the_years():
    holiday = Holiday(dt.date(2026, 9, 12), "Ganesh Chaturthi", "India", tentative=True)
    found = flags(look(holidays={holiday.on: (holiday,)}))
    assert found == {Flag.HOLIDAY: "Ganesh Chaturthi in India (tentative)."}
    christmas = shifted(dt.date(2026, 12, 26) - dt.date(2026, 9, 12))
    assert Flag.YEAR_END in flags(look(), christmas)
    assert flags(look(), shifted(dt.date(2026, 12, 27) - dt.date(2026, 9, 12))) == {}


def test_a_holiday_does_not_concern_what_is_only_due():
    holiday = Holiday(dt.date(2026, 9, 12), "Ganesh Chaturthi", "India")
    window = Standing(SESSION.starts_at - dt.timedelta(days=5), SESSION.ends_at)
    assert flags(look(holidays={holiday.on: (holiday,)}), window, "q") == {}


def test_staff_who_teach_elsewhere_and_people_who_are_away():
    meeting = Meeting("Ana", "core", "Cohort 13", "S9 Flow", SESSION.starts_at, SESSION.ends_at)
    day = SESSION.starts_at.date()
    found = flags(
        look(
            meetings=[
                meeting,
                Meeting("Bo", "data-ai", "Cohort 13", "S20", SESSION.starts_at, SESSION.ends_at),
            ],
            away=[Away("Ana", "", day, day, "Asia/Kolkata"), Away("Cy", "data-ai", day, day, "UTC")],
        )
    )
    assert found == {
        Flag.STAFF: "Ana teaches S9 Flow of Cohort 13 at that time.",
        Flag.AWAY: "Ana is away on that day.",
    }
    learners = [Away(name, None, day, day, "UTC") for name in ("7", "8", "8")]
    assert flags(look(away=learners)) == {Flag.AWAY: "2 learners are away on that day."}


def booked(who: str, members: int, what: str, at: Standing = SESSION) -> Booked:
    return Booked(who, members, what, at.starts_at, at.ends_at)


def test_a_team_that_has_agreed_to_meet_is_named_as_a_team():
    meets = booked("Depot Five", 4, "Grete Lind, its guide,")
    assert flags(look(appointments=[meets])) == {
        Flag.TEAM: "Team Depot Five meets Grete Lind, its guide, at that time."
    }
    later = shifted(dt.timedelta(hours=3))
    assert flags(look(appointments=[booked("Depot Five", 4, "Grete Lind", later)])) == {}, (
        "it begins as this ends"
    )
    assert flags(look(appointments=[meets]), key="q") == {}, "work that is only due is not in anybody's way"


def test_slots_that_learners_booked_are_named_up_to_three_and_counted_from_four_on():
    slots = [booked(f"Learner {number}", 0, "“Office hours” with Ana") for number in range(4)]
    assert flags(look(appointments=slots[:2])) == {
        Flag.LEARNERS: "Learner 0 has booked “Office hours” with Ana at that time; "
        "Learner 1 has booked “Office hours” with Ana at that time."
    }
    assert flags(look(appointments=slots)) == {Flag.LEARNERS: "4 learners have booked slots at that time."}


@pytest.mark.parametrize(
    ("members", "torn"),
    [
        (("Asha",), None),
        (("Asha", "Ben"), "Team Depot Five would be without Asha and Ben: they are in S9 of Cohort 13."),
    ],
)
def test_a_team_of_which_several_have_to_be_elsewhere_is_torn(members, torn):
    there = Elsewhere(
        "Cohort 13", "S9", SESSION.starts_at, SESSION.ends_at, members, teams=(("Depot Five", members),)
    )
    found = flags(look(elsewhere=[there]))
    assert found.get(Flag.TEAM) == torn
    assert Flag.LEARNERS in found


def test_a_meeting_that_ends_as_the_session_begins_is_no_clash():
    ends = SESSION.starts_at
    early = Meeting("Ana", "", "Cohort 13", "S9", ends - dt.timedelta(hours=3), ends)
    assert flags(look(meetings=[early])) == {}


def test_two_sessions_at_once_and_the_order_of_the_programme():
    assert flags(look(), t=shifted(dt.timedelta(hours=2))) == {Flag.MEETS: "At the same time as S2 Next."}
    assert flags(look(order=[("s", "t")]), t=shifted(dt.timedelta(days=-2))) == {
        Flag.ORDER: "S1 Orientation would come after S2 Next; the programme has it before."
    }
    cancelled = Standing(SESSION.starts_at, SESSION.ends_at, ItemState.CANCELLED)
    assert flags(look(order=[("s", "t")]), t=cancelled) == {}
    assert flags(look(), cancelled, t=SESSION) == {}


def test_a_window_that_is_too_short():
    hours = dt.timedelta(hours=71)
    short = Standing(SESSION.starts_at, SESSION.starts_at + hours)
    checked = look(min_hours={"quiz": 72})
    assert flags(checked, short, "q") == {Flag.SHORT: "Open for 71 hours; 72 is the least."}
    assert flags(checked, Standing(short.starts_at, short.ends_at + dt.timedelta(hours=1)), "q") == {}


def test_breaks_and_the_end_of_the_year():
    assert flags(look(), shifted(dt.timedelta(weeks=11))) == {Flag.BREAK: "In break week 12."}
    assert Flag.OUTSIDE in flags(look(), shifted(dt.timedelta(weeks=52)))
    assert Flag.OUTSIDE in flags(look(), shifted(dt.timedelta(weeks=-1)))


def test_a_break_beside_a_week_of_holidays():
    monday = calendar().monday(13)
    days = [Holiday(monday + dt.timedelta(days=day), f"Feast {day}", "India") for day in (0, 1)]
    own = Holiday(calendar().monday(12), "One day", "India")
    found = check_breaks(look(holidays={each.on: (each,) for each in (*days, own)}))
    assert [finding.words for finding in found] == [
        "Week 12 is a break with 1 of the public holidays; week 13 has Feast 0, Feast 1."
    ]
    assert check_breaks(look(holidays={own.on: (own,)})) == []
    adjoining = Calendar(calendar().first_monday, 52, (12, 13, 45), "UTC")
    assert [finding.flag for finding in check_breaks(look(calendar=adjoining))] == [Flag.BREAK]
