"""When people are told: quiet hours, and when a digest comes, in their own zone over every change of clocks."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from zoneinfo import ZoneInfo

DAY = dt.timedelta(days=1)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Every(enum.StrEnum):
    """How often a digest comes."""

    NEVER = "never"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When somebody's digest comes, on their own clock."""

    every: Every
    hour: int = 7
    weekday: int = 0
    """Monday is 0; only of a weekly digest."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One digest: the day it is of, on its reader's calendar, and the instant it falls due."""

    day: dt.date
    at: dt.datetime


def on_the_clock(day: dt.date, hour: int, zone: str) -> dt.datetime:
    """The instant at which clocks in a zone show an hour: the first of two, or the one after a gap."""
    return dt.datetime.combine(day, dt.time(hour), ZoneInfo(zone)).astimezone(dt.UTC)


def next_digest(rhythm: Rhythm, zone: str, *, last: dt.date | None, now: dt.datetime) -> Slot | None:
    """The next digest after the one of day `last`; none before it counts, and no day has two.

    Somebody who had none yet gets their first at the next hour of theirs. `at` may lie in the past: it is overdue.
    """
    if rhythm.every is Every.NEVER:
        return None
    day = now.astimezone(ZoneInfo(zone)).date() - DAY if last is None else last + DAY
    while not _fits(rhythm, day) or (last is None and on_the_clock(day, rhythm.hour, zone) <= now):
        day += DAY
    return Slot(day, on_the_clock(day, rhythm.hour, zone))


def due_digest(rhythm: Rhythm, zone: str, *, last: dt.date | None, now: dt.datetime) -> Slot | None:
    """The digest to write now: the latest that has fallen due after that of day `last`, or none.

    Days that went by while nobody worked are not made up for: one mail says all that came.
    """
    if rhythm.every is Every.NEVER:
        return None
    today = now.astimezone(ZoneInfo(zone)).date()
    for back in range(8):
        day = today - back * DAY
        if last is not None and day <= last:
            return None
        if _fits(rhythm, day) and (at := on_the_clock(day, rhythm.hour, zone)) <= now:
            return Slot(day, at)
    return None


def _fits(rhythm: Rhythm, day: dt.date) -> bool:
    return rhythm.every is Every.DAY or day.weekday() == rhythm.weekday


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing comes that can wait: from one full hour to another, often over midnight."""

    begins: int
    ends: int

    def covers(self, hour: int) -> bool:
        """Whether a full hour on the clock lies in them; the hour at which they end does not."""
        if self.begins < self.ends:
            return self.begins <= hour < self.ends
        return self.begins != self.ends and (hour >= self.begins or hour < self.ends)


def quiet_until(quiet: Quiet | None, zone: str, now: dt.datetime) -> dt.datetime | None:
    """When what can wait may go out; None: at once."""
    if quiet is None:
        return None
    here = now.astimezone(ZoneInfo(zone))
    if not quiet.covers(here.hour):
        return None
    for day in (here.date(), here.date() + DAY):
        ends = on_the_clock(day, quiet.ends, zone)
        if ends > now:
            return ends
    return None
