"""Digests and quiet hours on people's own clocks: over changes of clocks and journeys none twice, none lost."""

from __future__ import annotations

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.notifications import rules
from lms.notifications.rules import Every, Quiet, Rhythm

ZONES = (
    "Asia/Kolkata", "Europe/London", "America/New_York", "Pacific/Auckland", "America/Sao_Paulo", "Australia/Lord_Howe",
    "Pacific/Kiritimati", "Pacific/Honolulu", "Africa/Casablanca", "UTC",
)  # fmt: skip
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)

rhythms = st.builds(
    Rhythm,
    every=st.sampled_from([Every.DAY, Every.WEEK]),
    hour=st.integers(0, 23),
    weekday=st.integers(0, 6),
)


def digests(
    rhythm: Rhythm, journey: list[tuple[dt.datetime, str]], until: dt.datetime
) -> list[tuple[dt.date, dt.datetime]]:
    """The digests of somebody who travels, as a worker that looks every five minutes writes them."""
    now, last, found = journey[0][0], None, []
    first = rules.next_digest(rhythm, journey[0][1], last=None, now=now)
    assert first is not None
    due = first.at
    stops = list(journey)
    while now < until:
        while len(stops) > 1 and stops[1][0] <= now:
            stops.pop(0)
            again = rules.next_digest(rhythm, stops[0][1], last=last, now=now)
            assert again is not None
            due = again.at
        if due <= now:
            slot = rules.due_digest(rhythm, stops[0][1], last=last, now=now)
            if slot is not None:
                found.append((slot.day, now))
                last = slot.day
            following = rules.next_digest(rhythm, stops[0][1], last=last, now=now)
            assert following is not None
            due = following.at
        now = max(now + 5 * MINUTE, min(due, stops[1][0] if len(stops) > 1 else until))
    return found


@given(rhythms, st.sampled_from(ZONES))
def test_at_home_each_day_has_one_over_both_changes_of_clocks(rhythm: Rhythm, zone: str) -> None:
    found = digests(rhythm, [(START, zone)], START + 365 * DAY)
    days = [day for day, _at in found]
    step = DAY if rhythm.every is Every.DAY else 7 * DAY
    assert days == [days[0] + number * step for number in range(len(days))]
    assert len(days) >= (363 if rhythm.every is Every.DAY else 51)
    if rhythm.every is Every.WEEK:
        assert {day.weekday() for day in days} == {rhythm.weekday}


@given(
    rhythms,
    st.lists(st.tuples(st.integers(0, 90 * 24), st.sampled_from(ZONES)), min_size=1, max_size=6),
    st.sampled_from(ZONES),
)
def test_on_a_journey_no_day_has_two_and_none_waits_longer_than_a_day_more(
    rhythm: Rhythm, stops: list[tuple[int, str]], home: str
) -> None:
    journey = [(START, home), *((START + hours * HOUR, zone) for hours, zone in sorted(stops))]
    found = digests(rhythm, journey, START + 100 * DAY)
    days = [day for day, _at in found]
    assert days == sorted(set(days)), "none twice"
    step = DAY if rhythm.every is Every.DAY else 7 * DAY
    instants = [START, *(at for _day, at in found), START + 100 * DAY]
    gaps = [after - before for before, after in itertools.pairwise(instants)]
    assert max(gaps) <= step + 26 * HOUR + (DAY if rhythm.every is Every.DAY else 7 * DAY), "none lost"


def test_days_that_went_by_are_not_made_up_for() -> None:
    slot = rules.due_digest(Rhythm(Every.DAY, 7), "UTC", last=dt.date(2026, 1, 1), now=START + 9 * DAY)
    assert slot is not None
    assert slot.day == dt.date(2026, 1, 9)


def test_nobody_without_a_rhythm_has_one() -> None:
    assert rules.next_digest(Rhythm(Every.NEVER), "UTC", last=None, now=START) is None
    assert rules.due_digest(Rhythm(Every.NEVER), "UTC", last=None, now=START) is None


@pytest.mark.parametrize(
    ("hour", "expected"),
    [(2, "2026-03-29T01:00:00+00:00"), (1, "2026-03-29T01:00:00+00:00"), (3, "2026-03-29T02:00:00+00:00")],
)
def test_an_hour_that_a_change_of_clocks_leaves_out_comes_when_it_would_have(
    hour: int, expected: str
) -> None:
    """London goes from 00:59 to 02:00 that night."""
    slot = rules.next_digest(Rhythm(Every.DAY, hour), "Europe/London", last=dt.date(2026, 3, 28), now=START)
    assert slot is not None
    assert slot.at.isoformat() == expected


def test_an_hour_that_comes_twice_has_one_digest() -> None:
    """London has 01:00 twice on 25 October."""
    slot = rules.next_digest(Rhythm(Every.DAY, 1), "Europe/London", last=dt.date(2026, 10, 24), now=START)
    assert slot is not None
    assert slot.at == dt.datetime(2026, 10, 25, 0, tzinfo=dt.UTC)
    twice = slot.at + HOUR
    assert rules.due_digest(Rhythm(Every.DAY, 1), "Europe/London", last=slot.day, now=twice) is None


# Quiet hours --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begins", "ends", "hour", "inside"),
    [
        (22, 7, 23, True),
        (22, 7, 3, True),
        (22, 7, 7, False),
        (22, 7, 21, False),
        (13, 15, 14, True),
        (13, 15, 15, False),
    ],
)
def test_which_hours_are_quiet(begins: int, ends: int, hour: int, inside: bool) -> None:
    assert Quiet(begins, ends).covers(hour) is inside


@given(st.integers(0, 23), st.integers(0, 23), st.sampled_from(ZONES), st.integers(0, 365 * 24 * 60))
def test_what_waits_comes_out_of_the_quiet_hours_within_a_day(
    begins: int, ends: int, zone: str, minutes: int
) -> None:
    now, quiet = START + minutes * MINUTE, Quiet(begins, ends)
    until = rules.quiet_until(quiet, zone, now)
    if until is None:
        assert not quiet.covers(now.astimezone(ZoneInfo(zone)).hour)
        return
    assert now < until <= now + 25 * HOUR
    assert not quiet.covers(until.astimezone(ZoneInfo(zone)).hour)
    assert rules.quiet_until(quiet, zone, until) is None


def test_without_quiet_hours_nothing_waits() -> None:
    assert rules.quiet_until(None, "UTC", START) is None
