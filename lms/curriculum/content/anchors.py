"""The language of dates: anchor expressions, parsed but not evaluated.

An anchor says when something happens in terms of something else, never as a calendar date:

    cohort.start + 14d          week 5 Sat 18:30        teach 5 Mon 09:00
    session(s7).start - 3d @ 23:59      session(s7).end + 48h
    round(ps-r2).close          milestone(m1).due       milestone(m1).approved + 30d

`week n` counts calendar weeks from the cohort's first Monday, breaks included; `teach n` counts teaching weeks, so
that what is anchored to it moves when a break moves. `@ HH:MM` replaces the time of day, in the cohort's zone.
`lms.scheduling` evaluates what is parsed here.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from dataclasses import dataclass

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class AnchorError(ValueError):
    """The text is not an anchor expression; the message says what is wrong and how to mend it."""


class Base(enum.StrEnum):
    """What an anchor hangs on."""

    COHORT_START = "cohort.start"
    WEEK = "week"
    TEACH = "teach"
    SESSION = "session"
    ROUND = "round"
    MILESTONE = "milestone"


POINTS: dict[Base, tuple[str, ...]] = {
    Base.SESSION: ("start", "end"),
    Base.ROUND: ("open", "close"),
    Base.MILESTONE: ("due", "approved"),
}


@dataclass(frozen=True)
class Anchor:
    """A parsed anchor expression.

    `number` is the week of `week`/`teach` (1-based), `weekday` 0 = Monday, `at` a wall time in the cohort's zone;
    `target` and `point` name the other item. `days` is a calendar shift (wall time is kept over a change of clocks),
    `duration` an exact one. `at_after` replaces the time of day after the shift.
    """

    base: Base
    number: int | None = None
    weekday: int = 0
    at: dt.time | None = None
    target: str | None = None
    point: str | None = None
    days: int = 0
    duration: dt.timedelta = dt.timedelta()
    at_after: dt.time | None = None

    @property
    def depends_on(self) -> str | None:
        """The id of the activity this anchor hangs on, or None when it hangs on the calendar alone."""
        return self.target


_WEEK = re.compile(r"^(week|teach)\s+(\d{1,3})(?:\s+([A-Z][a-z]{2}))?(?:\s+(\d{1,2}:\d{2}))?")
_TARGET = re.compile(r"^(session|round|milestone)\(\s*([A-Za-z0-9-]+)\s*\)\.([a-z]+)")
_START = re.compile(r"^cohort\.start")
_SHIFT = re.compile(r"^\s*([+\-−])\s*(\d{1,4})\s*(d|h|min)\b")
_AT = re.compile(r"^\s*@\s*(\d{1,2}:\d{2})")


def _time(text: str) -> dt.time:
    hour, minute = (int(part) for part in text.split(":"))
    if hour > 23 or minute > 59:
        raise AnchorError(f"“{text}” is not a time of day; write 00:00 to 23:59")
    return dt.time(hour, minute)


def parse(text: str) -> Anchor:
    """Parse one anchor expression.

    Raises AnchorError with a sentence for the author.
    """
    rest = text.strip()
    if found := _WEEK.match(rest):
        kind, number, day, at = found.groups()
        if day and day not in DAYS:
            raise AnchorError(f"“{day}” is not a day; write one of {', '.join(DAYS)}")
        if int(number) < 1:
            raise AnchorError("weeks count from 1")
        parsed = Anchor(
            Base(kind),
            number=int(number),
            weekday=DAYS.index(day) if day else 0,
            at=_time(at) if at else None,
        )
    elif found := _TARGET.match(rest):
        kind, target, point = found.groups()
        base = Base(kind)
        if point not in POINTS[base]:
            raise AnchorError(f"a {kind} has no “.{point}”; write one of .{', .'.join(POINTS[base])}")
        parsed = Anchor(base, target=target.lower(), point=point)
    elif found := _START.match(rest):
        parsed = Anchor(Base.COHORT_START)
    else:
        raise AnchorError(
            f"“{text}” is not an anchor; write for instance “teach 5 Mon 09:00” or “session(s5).start + 1d @ 23:59”"
        )
    return _shifts(parsed, rest[found.end() :], text)


def _shifts(anchor: Anchor, rest: str, text: str) -> Anchor:
    days, duration, at_after = 0, dt.timedelta(), None
    while rest.strip():
        if found := _SHIFT.match(rest):
            amount = int(found[2]) * (1 if found[1] == "+" else -1)
            match found[3]:
                case "d":
                    days += amount
                case "h":
                    duration += dt.timedelta(hours=amount)
                case _:
                    duration += dt.timedelta(minutes=amount)
        elif (found := _AT.match(rest)) and at_after is None:
            at_after = _time(found[1])
        else:
            raise AnchorError(
                f"“{rest.strip()}” in “{text}” is not understood; after the base write + 2d, - 3h, + 30min or @ 23:59"
            )
        rest = rest[found.end() :]
    return Anchor(
        anchor.base,
        anchor.number,
        anchor.weekday,
        anchor.at,
        anchor.target,
        anchor.point,
        days,
        duration,
        at_after,
    )
