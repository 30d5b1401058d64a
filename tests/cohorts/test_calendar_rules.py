"""What of a cohort's calendar can change, and when a section can go."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from lms.cohorts.rules import (
    CohortCalendar,
    CohortRefusal,
    Frame,
    SectionUse,
    length,
    why_not_calendar,
    why_not_remove_section,
)

START = dt.date(2026, 9, 7)
OLD = CohortCalendar(START, "Asia/Kolkata", "", "", (12, 20, 45))
AHEAD = Frame(weeks=52, planned=3, today=START - dt.timedelta(days=10), this_week=-1, opened=True)
WEEK_14 = replace(AHEAD, today=START + dt.timedelta(weeks=13), this_week=14)
UNSEEN = replace(WEEK_14, opened=False)
R = CohortRefusal


@pytest.mark.parametrize(
    ("changes", "frame", "reason"),
    [
        ({}, WEEK_14, None),
        ({"breaks": (12, 21, 45)}, WEEK_14, None),
        ({"breaks": (12, 20, 30, 45)}, WEEK_14, None),
        ({"breaks": (12, 20, 45, 53)}, WEEK_14, None),
        ({"breaks": (12, 45)}, WEEK_14, None),
        ({"breaks": (12, 20)}, WEEK_14, None),
        ({"breaks": (12, 20, 45, 54)}, WEEK_14, R.BREAK_OUTSIDE),
        ({"breaks": (1, 12, 20, 45)}, AHEAD, R.BREAK_OUTSIDE),
        ({"breaks": (12, 20, 20, 45)}, WEEK_14, R.BREAK_TWICE),
        ({"breaks": (20, 45)}, WEEK_14, R.BREAK_PAST),
        ({"breaks": (13, 20, 45)}, WEEK_14, R.BREAK_PAST),
        ({"breaks": (12, 14, 20, 45)}, WEEK_14, R.BREAK_PAST),
        ({"breaks": (12, 15, 20, 45)}, WEEK_14, None),
        ({"breaks": tuple(range(15, 27))}, AHEAD, R.TOO_MANY_BREAKS),
        ({"breaks": ()}, AHEAD, None),
        ({"starts_on": START + dt.timedelta(days=7)}, AHEAD, None),
        ({"starts_on": START - dt.timedelta(days=11)}, AHEAD, R.IN_THE_PAST),
        ({"starts_on": START + dt.timedelta(days=7)}, WEEK_14, R.START_BEGUN),
        ({"starts_on": START + dt.timedelta(weeks=20)}, UNSEEN, None),
        ({"starts_on": START + dt.timedelta(weeks=20), "breaks": (2, 20, 45)}, UNSEEN, None),
        ({"starts_on": START + dt.timedelta(weeks=2)}, UNSEEN, R.IN_THE_PAST),
        ({"breaks": (2, 20, 45)}, UNSEEN, R.BREAK_PAST),
        ({"zone": "Europe/Berlin"}, AHEAD, None),
        ({"zone": "Europe/Berlin"}, WEEK_14, R.ZONE_BEGUN),
        ({"zone": "Europe/Berlin"}, UNSEEN, None),
        ({"zone": "Mars/Olympus"}, AHEAD, R.UNKNOWN_ZONE),
        ({"holiday_country": "IN", "holiday_subdivision": "KA"}, WEEK_14, None),
        ({"holiday_country": "ZZ"}, WEEK_14, R.UNKNOWN_COUNTRY),
        ({"holiday_country": "IN", "holiday_subdivision": "XX"}, WEEK_14, R.UNKNOWN_SUBDIVISION),
    ],
)
def test_what_of_a_calendar_can_change(changes, frame, reason):
    refusal = why_not_calendar(OLD, replace(OLD, **changes), frame)
    assert (refusal[0] if refusal else None) is reason
    if refusal:
        assert "{" not in refusal[0].value.format(**refusal[1])


def test_a_break_more_makes_the_year_longer():
    assert [length(52, 3, breaks) for breaks in (2, 3, 4)] == [51, 52, 53]


@pytest.mark.parametrize(
    ("use", "why"),
    [
        (SectionUse(2, 0, 0), ""),
        (SectionUse(1, 0, 0), "this is the only one"),
        (SectionUse(2, 1, 0), "1 person sits in it."),
        (SectionUse(2, 12, 0), "12 people sit in it."),
        (SectionUse(2, 0, 1), "1 date is its own."),
        (SectionUse(1, 3, 2), "3 people sit in it and 2 dates are its own."),
    ],
)
def test_when_a_section_can_go(use, why):
    refusal = why_not_remove_section("A", use)
    assert (why in refusal[0].value.format(**refusal[1])) if refusal else why == ""
