"""Rules: what a round does when dates move, when reminders go out, whose score is a member's."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.simulations.rules import Times, reminder_due
from lms.simulations.rules.following import Follow, Planned, dates, follow, free_lens

MONDAY = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
FRIDAY = MONDAY + dt.timedelta(days=4, hours=12)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PLAIN = Times(MONDAY, FRIDAY)
FROZEN = Times(MONDAY, FRIDAY, frozen_at=MONDAY + DAY)
CLOSED = Times(MONDAY, FRIDAY, closed_at=FRIDAY)
OUT = Times(MONDAY, FRIDAY, closed_at=FRIDAY, published_at=FRIDAY + HOUR)
LATER = Planned(MONDAY + DAY, FRIDAY + DAY)
SAME = Planned(MONDAY, FRIDAY)


@pytest.mark.parametrize(
    ("times", "planned", "now", "step"),
    [
        (PLAIN, SAME, MONDAY - DAY, Follow.STAYS),
        (PLAIN, LATER, MONDAY - DAY, Follow.MOVES),
        (PLAIN, LATER, MONDAY + HOUR, Follow.MOVES),
        # an open round whose start alone moves has begun: nothing is left to do
        (PLAIN, Planned(MONDAY + DAY, FRIDAY), MONDAY + HOUR, Follow.STAYS),
        (PLAIN, LATER, FRIDAY, Follow.STAYS),
        (CLOSED, LATER, FRIDAY + HOUR, Follow.STAYS),
        (OUT, LATER, FRIDAY + DAY, Follow.STAYS),
        (PLAIN, Planned(MONDAY, MONDAY + HOUR), MONDAY + DAY, Follow.KEEPS),
        (PLAIN, Planned(MONDAY - DAY, MONDAY - HOUR), MONDAY - HOUR, Follow.KEEPS),
        (PLAIN, Planned(MONDAY, FRIDAY, cancelled=True), MONDAY + DAY, Follow.STOPS),
        (PLAIN, Planned(MONDAY, FRIDAY, cancelled=True), MONDAY - DAY, Follow.STOPS),
        (CLOSED, Planned(MONDAY, FRIDAY, cancelled=True), FRIDAY + DAY, Follow.STAYS),
        (FROZEN, Planned(MONDAY, FRIDAY, cancelled=True), MONDAY + 2 * DAY, Follow.STAYS),
        (FROZEN, SAME, MONDAY + 2 * DAY, Follow.STAYS),
        (FROZEN, LATER, MONDAY + 2 * DAY, Follow.MOVES),
        (FROZEN, Planned(MONDAY, FRIDAY, reinstated=True), MONDAY + 2 * DAY, Follow.GOES_ON),
        (FROZEN, Planned(MONDAY, FRIDAY, reinstated=True), FRIDAY + DAY, Follow.KEEPS),
        (PLAIN, Planned(MONDAY, FRIDAY, reinstated=True), MONDAY + DAY, Follow.STAYS),
    ],
)
def test_a_round_follows_the_schedule_until_its_time_is_over(times, planned, now, step):
    assert follow(times, planned, now) is step


def test_what_has_begun_has_begun():
    assert dates(PLAIN, LATER, MONDAY + HOUR) == (MONDAY, FRIDAY + DAY)
    assert dates(PLAIN, LATER, MONDAY - HOUR) == (MONDAY + DAY, FRIDAY + DAY)


@pytest.mark.parametrize(
    ("opens", "reminded", "now", "due"),
    [
        (MONDAY, 0, FRIDAY - 25 * HOUR, None),
        (MONDAY, 0, FRIDAY - 24 * HOUR, (1, True)),
        (MONDAY, 1, FRIDAY - 23 * HOUR, None),
        (MONDAY, 1, FRIDAY - 2 * HOUR, (2, True)),
        (MONDAY, 0, FRIDAY - HOUR, (2, True)),
        (MONDAY, 2, FRIDAY - HOUR, None),
        (MONDAY, 1, FRIDAY, None),
        # opened within the last day: its opening said when it closes
        (FRIDAY - 20 * HOUR, 0, FRIDAY - 19 * HOUR, (1, False)),
        (FRIDAY - HOUR, 1, FRIDAY - HOUR, (2, False)),
    ],
)
def test_reminders_go_out_once_and_the_nearest_counts_for_those_before(opens, reminded, now, due):
    assert reminder_due(opens, FRIDAY, reminded, now) == due


def test_the_first_role_that_nobody_has_is_given():
    assert free_lens(("chair", "market"), {"chair"}) == "market"
    assert free_lens(("chair",), {"chair"}) == ""
