"""What follows from outside: dates of the schedule, people who come and go, teams that were put together. Pure."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lms.simulations.rules.runs import REMINDERS, RoundState, Times, round_state


class Follow(enum.StrEnum):
    """What a round does when the schedule's dates of it are looked at."""

    STAYS = "stays"
    MOVES = "moves"
    STOPS = "stops"
    """Its item is cancelled: its clock stands, and it never closes by itself."""
    GOES_ON = "goes on"
    """Its item takes place again."""
    KEEPS = "keeps its end"
    """The schedule's end lies behind us: no change of dates closes a round, only somebody who means it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What the schedule says of a round."""

    opens_at: dt.datetime
    closes_at: dt.datetime
    cancelled: bool = False
    reinstated: bool = False
    """It was cancelled, and this very release lets it take place again."""


def follow(times: Times, planned: Planned, now: dt.datetime) -> Follow:
    """What a round does. One that was played, or whose time is over, stays as it was whatever the schedule says."""
    state = round_state(times, now)
    if state in (RoundState.CLOSED, RoundState.PUBLISHED, RoundState.DUE):
        return Follow.STAYS
    if planned.cancelled:
        return Follow.STAYS if times.frozen_at is not None else Follow.STOPS
    if planned.reinstated and times.frozen_at is not None:
        return Follow.GOES_ON if planned.closes_at > now else Follow.KEEPS
    if dates(times, planned, now) == (times.opens_at, times.closes_at):
        return Follow.STAYS
    return Follow.MOVES if planned.closes_at > now else Follow.KEEPS


def dates(times: Times, planned: Planned, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """When a round that follows opens and closes: one that has begun has begun."""
    begun = times.opens_at <= now
    return times.opens_at if begun else planned.opens_at, planned.closes_at


def reminder_due(
    opens_at: dt.datetime, closes_at: dt.datetime, reminded: int, now: dt.datetime
) -> tuple[int, bool] | None:
    """Which reminder before a close has its hour, counted from 1, and whether it is said; None: none has.

    Where several hours have passed together the nearest one counts for them. One whose hour lies before the opening
    is passed over: whoever was told a moment ago that a round opened knows when it closes.
    """
    passed = [at for at, before in enumerate(REMINDERS[:2], start=1) if now >= closes_at - before]
    if not passed or passed[-1] <= reminded or now >= closes_at:
        return None
    return passed[-1], closes_at - REMINDERS[passed[-1] - 1] > opens_at


def free_lens(lenses: Sequence[str], held: Collection[str]) -> str:
    """The first role that nobody of the team has; empty where all are taken."""
    return next((lens for lens in lenses if lens not in held), "")
