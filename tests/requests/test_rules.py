"""Promises, owners, what may follow: truth tables and properties."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.requests import rules
from lms.requests.rules import Candidate, RequestRefusal, RequestState, Urgency
from lms.requests.rules.promises import days_of

KOLKATA = "Asia/Kolkata"
INSTANTS = st.integers(1_704_000_000, 1_900_000_000).map(lambda s: dt.datetime.fromtimestamp(s, dt.UTC))


def at(text: str, zone: str = KOLKATA) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("asked", "hours", "promised"),
    [
        ("2026-11-26 10:00", 24, "2026-11-27 23:59"),  # Thursday → Friday
        ("2026-11-27 22:00", 24, "2026-11-30 23:59"),  # Friday night → Monday
        ("2026-11-28 09:00", 24, "2026-11-30 23:59"),  # Saturday → Monday
        ("2026-11-26 10:00", 48, "2026-11-30 23:59"),
        ("2026-11-26 10:00", 25, "2026-11-30 23:59"),  # begun days count whole
        ("2026-11-26 10:00", 1, "2026-11-27 23:59"),
    ],
)
def test_a_promise_is_the_end_of_a_working_day_in_the_cohorts_zone(asked, hours, promised):
    assert rules.promised(at(asked), hours, KOLKATA) == at(promised)


def test_holidays_of_the_cohort_are_no_working_days():
    assert rules.promised(at("2026-11-26 10:00"), 24, KOLKATA, {dt.date(2026, 11, 27)}) == at(
        "2026-11-30 23:59"
    )


def test_it_is_the_cohorts_day_that_counts_not_the_learners():
    """Friday evening in New York is Saturday in Kolkata: the next working day is Monday either way."""
    asked = at("2026-11-26 20:00", "America/New_York")  # Friday 06:30 in Kolkata
    assert rules.promised(asked, 24, KOLKATA) == at("2026-11-30 23:59")


@given(
    INSTANTS,
    st.integers(1, 400),
    st.sampled_from([KOLKATA, "Europe/London", "America/New_York", "UTC"]),
)
def test_a_promise_lies_ahead_on_a_working_day_and_grows_with_its_hours(asked, hours, zone):
    promised = rules.promised(asked, hours, zone)
    assert promised > asked
    assert promised.astimezone(ZoneInfo(zone)).weekday() < 5
    assert rules.promised(asked, hours + 24, zone) > promised
    assert asked <= rules.remind_at(asked, promised) < promised


@given(
    INSTANTS,
    st.integers(1, 10),
    st.integers(0, 60),
)
def test_a_promise_that_rested_never_comes_earlier_and_leaves_a_working_day(asked, days, rested):
    promised = rules.promised(asked, days * 24, KOLKATA)
    since = asked + dt.timedelta(hours=1)
    now = since + dt.timedelta(days=rested)
    again = rules.resumed(promised, since, now, KOLKATA)
    assert again >= promised
    assert again > now


def test_what_was_left_when_the_question_was_asked_is_left_when_it_is_answered():
    asked = at("2026-11-23 10:00")  # Monday
    promised = rules.promised(asked, 72, KOLKATA)  # Thursday
    since = at("2026-11-24 10:00")  # Tuesday: two days left
    assert rules.resumed(promised, since, at("2026-11-30 09:00"), KOLKATA) == at("2026-12-02 23:59")


@pytest.mark.parametrize(("hours", "days"), [(1, 1), (24, 1), (25, 2), (48, 2), (168, 7)])
def test_hours_of_the_policy_as_working_days(hours, days):
    assert days_of(hours) == days


NOW = at("2026-11-26 10:00")


@pytest.mark.parametrize(
    ("hours", "rests", "found"),
    [
        (-1, False, Urgency.PASSED),
        (1, False, Urgency.NEAR),
        (24, False, Urgency.NEAR),
        (25, False, Urgency.AHEAD),
        (-1, True, Urgency.RESTS),
    ],
)
def test_how_a_promise_stands(hours, rests, found):
    assert rules.urgency(NOW + dt.timedelta(hours=hours), NOW, rests=rests) is found


ALL = (RequestState.GRANTED, RequestState.PARTLY, RequestState.REFUSED)


@pytest.mark.parametrize(
    ("state", "outcome", "possible", "reason", "refusal"),
    [
        (RequestState.OPEN, RequestState.GRANTED, ALL, "Yes.", None),
        (RequestState.WAITING, RequestState.REFUSED, ALL, "No.", None),
        (RequestState.OPEN, RequestState.GRANTED, ALL, " ", RequestRefusal.NO_REASON),
        (RequestState.OPEN, None, ALL, "Yes.", RequestRefusal.NO_OUTCOME),
        (RequestState.OPEN, RequestState.PARTLY, ALL[::2], "Some.", RequestRefusal.NO_SUCH_OUTCOME),
        (RequestState.OPEN, RequestState.WITHDRAWN, ALL, "No.", RequestRefusal.NO_SUCH_OUTCOME),
        (RequestState.GRANTED, RequestState.REFUSED, ALL, "No.", RequestRefusal.OVER),
        (RequestState.WITHDRAWN, RequestState.GRANTED, ALL, "Yes.", RequestRefusal.OVER),
    ],
)
def test_why_not_decide(state, outcome, possible, reason, refusal):
    assert rules.why_not_decide(state, outcome, possible=possible, reason=reason) is refusal


@pytest.mark.parametrize(
    ("state", "reason", "refusal"),
    [
        (RequestState.GRANTED, "New facts.", None),
        (RequestState.REFUSED, "New facts.", None),
        (RequestState.REFUSED, "", RequestRefusal.REOPEN_REASON),
        (RequestState.OPEN, "New facts.", RequestRefusal.NOT_DECIDED),
        (RequestState.WITHDRAWN, "New facts.", RequestRefusal.NOT_DECIDED),
    ],
)
def test_why_not_reopen(state, reason, refusal):
    assert rules.why_not_reopen(state, reason) is refusal


def somebody(number: int, *, here=True, coordinates=True, running=0) -> Candidate:
    return Candidate(number, str(number), f"P{number}", here, coordinates, running)


@pytest.mark.parametrize(
    ("candidates", "excluded", "chosen"),
    [
        ([], None, None),
        ([somebody(1)], 1, None),
        ([somebody(1, running=3), somebody(2, running=1)], None, 2),
        ([somebody(1, here=False), somebody(2, running=9)], None, 2),
        ([somebody(1, coordinates=False), somebody(2, here=False, running=9)], None, 2),
        ([somebody(1), somebody(2, coordinates=False)], 1, 2),
        ([somebody(2), somebody(1)], None, 1),
    ],
)
def test_who_gets_a_new_request(candidates, excluded, chosen):
    found = rules.first_owner(candidates, excluded)
    assert (found.person_id if found else None) == chosen
