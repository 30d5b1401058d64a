"""By when an answer is promised: whole working days in the cohort's zone, whatever the hour one asks at."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from zoneinfo import ZoneInfo

from lms.cohorts.rules import WEEKEND, answer_by, end_of_day, working_day

USUAL_HOURS = 72
"""Promised where the programme's policies name no time for a kind."""
NEAR = dt.timedelta(hours=24)


class Urgency(enum.StrEnum):
    """How a promise stands."""

    PASSED = "passed"
    NEAR = "near"
    AHEAD = "ahead"
    RESTS = "rests"
    """The learner's answer is waited for."""


def days_of(hours: int) -> int:
    """The working days that a policy's hours come to: 24 hours are the next working day."""
    return max(1, -(-hours // 24))


def promised(asked_at: dt.datetime, hours: int, zone: str, holidays: Collection[dt.date] = ()) -> dt.datetime:
    """Until when a request is answered: the end of the n-th working day after the day on which it was asked."""
    return answer_by(asked_at, days_of(hours), zone, holidays)


def resumed(
    promised_at: dt.datetime,
    rested_since: dt.datetime,
    now: dt.datetime,
    zone: str,
    holidays: Collection[dt.date] = (),
) -> dt.datetime:
    """The promise after the learner answered: as many working days are left as when they were asked, one at least.

    It never comes earlier than it was.
    """
    there = ZoneInfo(zone)
    first, last = rested_since.astimezone(there).date(), promised_at.astimezone(there).date()
    left = sum(
        day.weekday() not in WEEKEND and day not in holidays
        for day in (first + dt.timedelta(days=n) for n in range(1, max(0, (last - first).days) + 1))
    )
    fresh = end_of_day(working_day(now.astimezone(there).date(), max(1, left), holidays), zone)
    return max(promised_at, fresh)


def remind_at(asked_at: dt.datetime, promised_at: dt.datetime) -> dt.datetime:
    """When the owner is reminded: a day before, but never before half of the time has passed."""
    return max(promised_at - NEAR, asked_at + (promised_at - asked_at) / 2)


def urgency(promised_at: dt.datetime, now: dt.datetime, *, rests: bool) -> Urgency:
    """How a promise stands."""
    if rests:
        return Urgency.RESTS
    if promised_at < now:
        return Urgency.PASSED
    return Urgency.NEAR if promised_at - now <= NEAR else Urgency.AHEAD
