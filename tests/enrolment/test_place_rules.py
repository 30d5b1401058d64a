"""The rules of places, as truth tables and properties."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.enrolment import rules
from lms.enrolment.rules import EnrolmentRefusal, Interval, PlaceEventKind, PlaceState, Told

D = dt.date
K = PlaceEventKind
S = PlaceState


def story(*events: tuple[PlaceEventKind, int]) -> list[Told]:
    return [Told(kind, D(2026, 1, day)) for kind, day in events]


def days(*pairs: tuple[int, int | None]) -> tuple[Interval, ...]:
    return tuple(Interval(D(2026, 1, first), D(2026, 1, until) if until else None) for first, until in pairs)


@pytest.mark.parametrize(
    ("present", "allowed"),
    [
        (S.OFFERED, {S.ENROLLED, S.WITHDRAWN}),
        (S.WAITLISTED, {S.OFFERED, S.ENROLLED, S.WITHDRAWN}),
        (S.ENROLLED, {S.ON_LEAVE, S.DEFERRED, S.TRANSFERRED, S.WITHDRAWN, S.COMPLETED}),
        (S.ON_LEAVE, {S.ENROLLED, S.DEFERRED, S.TRANSFERRED, S.WITHDRAWN}),
        (S.DEFERRED, {S.TRANSFERRED, S.WITHDRAWN}),
        (S.TRANSFERRED, set()),
        (S.WITHDRAWN, {S.ENROLLED}),
        (S.COMPLETED, {S.ENROLLED}),
    ],
)
def test_which_state_may_follow_which(present, allowed):
    assert {wanted for wanted in S if rules.why_not_follow(present, wanted) is None} == allowed


@pytest.mark.parametrize(
    ("seats", "taken", "wanted", "why"),
    [
        (60, 59, 1, None),
        (60, 60, 1, EnrolmentRefusal.NO_SEATS),
        (60, 61, 1, EnrolmentRefusal.NO_SEATS),
        (0, 0, 1, EnrolmentRefusal.NO_SEATS),
        (60, 50, 10, None),
        (60, 50, 11, EnrolmentRefusal.NOT_ENOUGH_SEATS),
        (60, 60, 0, None),
    ],
)
def test_seats(seats, taken, wanted, why):
    assert rules.why_not_take_seat(seats=seats, taken=taken, wanted=wanted) is why


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([K.ENROLLED], S.ENROLLED),
        ([K.WAITLISTED, K.OFFERED, K.ENROLLED], S.ENROLLED),
        ([K.ENROLLED, K.LEAVE_STARTED], S.ON_LEAVE),
        ([K.ENROLLED, K.LEAVE_STARTED, K.LEAVE_ENDED], S.ENROLLED),
        ([K.ENROLLED, K.LEAVE_PLANNED], S.ENROLLED),
        ([K.ENROLLED, K.SECTION_CHANGED, K.JOIN_DATE_CHANGED], S.ENROLLED),
        ([K.ENROLLED, K.WITHDRAWN, K.REINSTATED, K.COMPLETED], S.COMPLETED),
        ([K.ENROLLED, K.IMPORT_UNDONE], S.WITHDRAWN),
        ([K.ENROLLED, K.IMPORT_UNDONE, K.ENROLLED], S.ENROLLED),
    ],
)
def test_the_state_follows_from_the_story(events, state):
    assert rules.state_after(events) is state


def test_a_story_without_a_beginning_is_none():
    with pytest.raises(ValueError, match="begins"):
        rules.state_after([K.SECTION_CHANGED])


@pytest.mark.parametrize(
    ("events", "held", "leave"),
    [
        (story((K.ENROLLED, 5)), days((5, None)), ()),
        (story((K.ENROLLED, 5), (K.WITHDRAWN, 20)), days((5, 20)), ()),
        (story((K.ENROLLED, 5), (K.WITHDRAWN, 3)), (), ()),
        (story((K.ENROLLED, 5), (K.WITHDRAWN, 10), (K.REINSTATED, 20)), days((5, 10), (20, None)), ()),
        (story((K.ENROLLED, 5), (K.LEAVE_STARTED, 10), (K.LEAVE_ENDED, 20)), days((5, None)), days((10, 20))),
        (story((K.ENROLLED, 5), (K.LEAVE_STARTED, 10), (K.WITHDRAWN, 20)), days((5, 20)), days((10, 20))),
        (story((K.ENROLLED, 5), (K.LEAVE_STARTED, 10)), days((5, None)), days((10, None))),
        (story((K.ENROLLED, 5), (K.JOIN_DATE_CHANGED, 12)), days((12, None)), ()),
        (
            story((K.ENROLLED, 5), (K.WITHDRAWN, 10), (K.REINSTATED, 20), (K.JOIN_DATE_CHANGED, 7)),
            days((7, 10), (20, None)),
            (),
        ),
        (story((K.ENROLLED, 5), (K.COMPLETED, 20), (K.REINSTATED, 25)), days((5, None)), ()),
        (story((K.ENROLLED, 5), (K.IMPORT_UNDONE, 5), (K.ENROLLED, 9)), days((9, None)), ()),
    ],
)
def test_the_days_of_a_place_and_of_its_leaves(events, held, leave):
    assert rules.intervals(events) == held
    assert rules.leaves(events) == leave


def test_a_day_counts_from_the_first_up_to_and_without_the_last():
    held = days((5, 10), (20, None))
    counted = [day for day in range(1, 32) if rules.counts_on(held, D(2026, 1, day))]
    assert counted == [5, 6, 7, 8, 9, *range(20, 32)]


OFF = rules.Off
AWAY = story(
    (K.ENROLLED, 5), (K.LEAVE_STARTED, 8), (K.LEAVE_ENDED, 10), (K.WITHDRAWN, 15), (K.REINSTATED, 20)
)


@pytest.mark.parametrize(
    ("events", "day", "off"),
    [
        (AWAY, 4, OFF.BEFORE),
        (AWAY, 5, None),
        (AWAY, 7, None),
        (AWAY, 8, OFF.LEAVE),
        (AWAY, 9, OFF.LEAVE),
        (AWAY, 10, None),
        (AWAY, 14, None),
        (AWAY, 15, OFF.BETWEEN),
        (AWAY, 19, OFF.BETWEEN),
        (AWAY, 20, None),
        (story((K.ENROLLED, 5), (K.WITHDRAWN, 15)), 15, OFF.AFTER),
        (story((K.ENROLLED, 5), (K.WITHDRAWN, 3)), 4, OFF.BEFORE),
        (story((K.ENROLLED, 5), (K.LEAVE_STARTED, 8)), 30, OFF.LEAVE),
        (story((K.ENROLLED, 5), (K.LEAVE_STARTED, 8), (K.WITHDRAWN, 12)), 12, OFF.AFTER),
    ],
)
def test_why_a_day_does_not_count(events, day, off):
    assert rules.days_of(events).off(D(2026, 1, day)) is off


steps = st.lists(st.tuples(st.sampled_from(list(K)), st.integers(0, 30)), max_size=12)


@given(steps)
def test_intervals_are_never_empty_whatever_the_story(events):
    told = [Told(K.ENROLLED, D(2026, 1, 1))]
    on = D(2026, 1, 1)
    for kind, more in events:
        on += dt.timedelta(days=more)
        told.append(Told(kind, on))
    held = rules.intervals(told)
    assert all(one.until is None or one.first < one.until for one in held)
    assert all(one.until is not None for one in held[:-1])
    if K.JOIN_DATE_CHANGED not in {event.kind for event in told}:
        assert all(first.until <= second.first for first, second in pairwise(held))


@pytest.mark.parametrize(
    ("events", "plan"),
    [
        (story((K.ENROLLED, 5)), None),
        (story((K.ENROLLED, 5), (K.LEAVE_PLANNED, 9)), Told(K.LEAVE_PLANNED, D(2026, 1, 9))),
        (story((K.ENROLLED, 5), (K.LEAVE_PLANNED, 9), (K.PLAN_DROPPED, 6)), None),
        (story((K.ENROLLED, 5), (K.LEAVE_PLANNED, 9), (K.LEAVE_STARTED, 9)), None),
        (story((K.ENROLLED, 5), (K.LEAVE_PLANNED, 9), (K.SECTION_CHANGED, 7)), Told(K.LEAVE_PLANNED, D(2026, 1, 9))),
    ],
)  # fmt: skip
def test_what_is_planned(events, plan):
    assert rules.planned(events) == plan


@pytest.mark.parametrize(
    ("wanted", "on", "why"),
    [
        (S.ON_LEAVE, 10, None),
        (S.ON_LEAVE, 9, EnrolmentRefusal.TOO_EARLY),
        (S.ON_LEAVE, 25, None),
        (S.WITHDRAWN, 25, None),
        (S.ENROLLED, 25, EnrolmentRefusal.NOT_AHEAD),
        (S.COMPLETED, 21, EnrolmentRefusal.NOT_AHEAD),
        (S.COMPLETED, 20, None),
        (S.WITHDRAWN, 31, EnrolmentRefusal.TOO_LATE),
    ],
)
def test_when_a_change_may_take_effect(wanted, on, why):
    found = rules.why_not_then(
        wanted, D(2026, 1, on), today=D(2026, 1, 20), earliest=D(2026, 1, 10), last_day=D(2026, 1, 30)
    )
    assert found is why


def test_somebody_who_joins_later_can_withdraw_today():
    found = rules.why_not_then(
        S.WITHDRAWN, D(2026, 1, 5), today=D(2026, 1, 5), earliest=D(2026, 2, 2), last_day=D(2026, 12, 1)
    )
    assert found is None


@pytest.mark.parametrize(
    ("starts_on", "last"),
    [(D(2026, 1, 5), D(2027, 1, 3)), (D(2026, 1, 1), D(2027, 1, 3)), (D(2026, 1, 6), D(2027, 1, 10))],
)
def test_the_last_day_is_the_sunday_of_the_last_week(starts_on, last):
    assert rules.last_day(starts_on, 52) == last
    assert last.weekday() == 6


@pytest.mark.parametrize(
    ("wanted", "joins"), [(None, 20), (D(2026, 1, 25), 25), (D(2026, 1, 1), 10), (D(2026, 1, 12), 12)]
)
def test_from_when_a_new_place_counts(wanted, joins):
    assert rules.joining_day(wanted, starts_on=D(2026, 1, 10), today=D(2026, 1, 20)) == D(2026, 1, joins)


@pytest.mark.parametrize(
    ("opens", "seen", "later", "begun"),
    [
        (True, None, 0, False),
        (True, D(2026, 1, 9), 0, False),
        (True, D(2026, 1, 10), 0, True),
        (False, D(2026, 1, 12), 0, False),
        (False, None, 1, True),
    ],
)
def test_whether_somebody_has_begun(opens, seen, later, begun):
    found = rules.has_begun(opens=opens, last_seen_on=seen, imported_on=D(2026, 1, 10), later_events=later)
    assert found is begun
