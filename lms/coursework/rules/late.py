"""Lateness: which instant decides, how many days were started, what they cost.

A deadline shown as 23:59 lasts until that minute is over. The instant at which the server began to receive the work
decides, as long as the rest of it arrives within the grace for uploads.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


class Timeliness(enum.StrEnum):
    """How a version stands to its deadline, in the words that people see."""

    ON_TIME = "on time"
    EXTENDED = "on time (extended)"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class LateRule:
    """What a day costs, from the policies a cohort is pinned to."""

    per_day: Fraction
    days: int
    grace: dt.timedelta

    def factor(self, days: int) -> Fraction:
        """What the mark is multiplied by after so many days begun: 1 − share × days, and 0 after the last day."""
        if days <= 0:
            return Fraction(1)
        if days > self.days:
            return Fraction(0)
        return max(Fraction(0), 1 - self.per_day * days)


@dataclass(frozen=True, slots=True)
class LateLine:
    """One line of the table shown before handing in."""

    until: dt.datetime | None
    """Last instant of this line; None: from then on."""
    days: int
    factor: Fraction

    @property
    def deduction(self) -> Fraction:
        """The share of the mark that is taken off."""
        return 1 - self.factor


def end_of(due: dt.datetime) -> dt.datetime:
    """The instant at which a deadline is over: the end of the minute that is shown."""
    return due + MINUTE if due.second == 0 and due.microsecond == 0 else due


def decisive(began_at: dt.datetime, handed_in_at: dt.datetime, grace: dt.timedelta) -> dt.datetime:
    """The instant that counts: when it began, unless it took longer to arrive than the grace."""
    return max(began_at, handed_in_at - grace)


def began_with(
    request_began: dt.datetime, due: dt.datetime, uploads: Iterable[tuple[dt.datetime, dt.datetime]]
) -> dt.datetime:
    """When work began to arrive: with the request that hands it in, or with an upload in pieces that belongs to it.

    An upload counts from its beginning only when it was under way as the deadline passed: one that was finished before
    kept nobody waiting, and would otherwise give everybody the grace for nothing.
    """
    end = end_of(due)
    under_way = (began for began, arrived in uploads if began < end <= arrived)
    return min((request_began, *under_way))


def days_late(due: dt.datetime, at: dt.datetime) -> int:
    """Days begun after the deadline; 0 when on time."""
    over = at - end_of(due)
    return 0 if over < dt.timedelta(0) else over // DAY + 1


def timeliness(late_days: int, due: dt.datetime, usual_due: dt.datetime) -> Timeliness:
    """How a version stands: its own deadline against the one that the cohort has."""
    if late_days:
        return Timeliness.LATE
    return Timeliness.EXTENDED if due > usual_due else Timeliness.ON_TIME


def table(due: dt.datetime, rule: LateRule) -> tuple[LateLine, ...]:
    """Instants and what they cost: on time, each day, and everything after."""
    lines = [LateLine(due + DAY * days, days, rule.factor(days)) for days in range(rule.days + 1)]
    return (*lines, LateLine(None, rule.days + 1, Fraction(0)))
