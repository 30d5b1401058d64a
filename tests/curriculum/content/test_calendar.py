"""The undisturbed year: what falls when, as the checker sees it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.curriculum.content.anchors import parse
from lms.curriculum.content.checker.calendar import Calendar
from lms.curriculum.content.reader import read_programme
from tests.support import reading

SHIPPED = Path(__file__).parents[3] / "content" / "programmes" / "product-leadership"


def _calendar() -> Calendar:
    content, _problems = read_programme(SHIPPED, reading.read)
    assert content is not None
    return Calendar(content)


CALENDAR = _calendar()


@given(st.integers(1, 49))
def test_teaching_weeks_are_those_of_the_plan(teach: int) -> None:
    calendar_week = teach + (teach >= 12) + (teach >= 19) + (teach >= 43)
    moment = CALENDAR.evaluate(parse(f"teach {teach} Sat 18:30"))
    assert moment is not None
    assert (CALENDAR.week(moment), CALENDAR.teaching_week(moment)) == (calendar_week, teach)


@given(st.integers(1, 52), st.integers(-400, 400), st.integers(-9999, 9999))
def test_shifts_are_added(week: int, days: int, minutes: int) -> None:
    plain = CALENDAR.evaluate(parse(f"week {week} Tue 10:00"))
    shifted = CALENDAR.evaluate(parse(f"week {week} Tue 10:00 {days:+}d {minutes:+}min"))
    assert plain is not None
    assert shifted == plain + dt.timedelta(days=days, minutes=minutes)


@pytest.mark.parametrize(
    ("text", "days", "hours"),
    [
        ("cohort.start", 0, 0),
        ("cohort.start + 14d @ 09:00", 14, 9),
        ("week 2", 7, 0),
        ("session(s1).start", 5, 18.5),
        ("session(s1).end", 5, 21.5),
        ("session(s1).start + 1d @ 23:59", 6, 23 + 59 / 60),
        ("round(ps-r1).open", 42, 9),
        ("round(ps-r1).close", 46, 21),
        ("milestone(m5).due", 328, 23 + 59 / 60),
        ("milestone(m5).approved", 328, 23 + 59 / 60),
    ],
)
def test_anchors_fall_where_the_plan_says(text: str, days: int, hours: float) -> None:
    moment = CALENDAR.evaluate(parse(text))
    assert moment is not None
    assert moment == dt.timedelta(days=days, minutes=round(hours * 60))


def test_what_leads_nowhere_has_no_moment() -> None:
    assert CALENDAR.evaluate(parse("session(s99).start")) is None
    assert CALENDAR.evaluate(parse("teach 50")) is None
