"""Phases of a run, and where a round stands, derived from its instants and from nothing else."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from zoneinfo import ZoneInfo

REMINDERS = (dt.timedelta(hours=24), dt.timedelta(hours=2), dt.timedelta())
"""Before a round closes, who has not submitted is reminded so long; the last says that it closed without them."""


class Phase(enum.StrEnum):
    """Where a run is. Practice is discarded; competition begins in new worlds."""

    SETTING_UP = "being set up"
    PRACTICE = "practice"
    COMPETITION = "competition"
    DEBRIEF = "debrief"
    ENDED = "ended"
    DISCARDED = "discarded"


class RoundKind(enum.StrEnum):
    """What a round counts for."""

    PRACTICE = "practice"
    ROUND = "round"


class Ranking(enum.StrEnum):
    """What teams see of how the others stand. Marks never depend on it."""

    HIDDEN = "hidden"
    TOP = "the first three"
    FULL = "all"


class RoundState(enum.StrEnum):
    """Where a round stands."""

    PLANNED = "planned"
    OPEN = "open"
    FROZEN = "frozen"
    DUE = "due"
    """Its time is over and it waits for the worker."""
    CLOSED = "closed"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Times:
    """The instants of a round: planned ones, and what has happened."""

    opens_at: dt.datetime
    closes_at: dt.datetime
    frozen_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    """All of its worlds were played."""
    published_at: dt.datetime | None = None


def round_state(times: Times, now: dt.datetime) -> RoundState:
    """Where a round stands at an instant. What has happened counts before what was planned."""
    if times.published_at is not None:
        return RoundState.PUBLISHED
    if times.closed_at is not None:
        return RoundState.CLOSED
    if now < times.opens_at:
        return RoundState.PLANNED
    if times.frozen_at is not None:
        return RoundState.FROZEN
    return RoundState.OPEN if now < times.closes_at else RoundState.DUE


def open_for_decisions(times: Times, now: dt.datetime) -> bool:
    """Whether a sheet of the round may be written and submitted: from its opening up to, and without, its close."""
    return round_state(times, now) is RoundState.OPEN


def results_due(closes_at: dt.datetime, results: dt.time, zone: str) -> dt.datetime:
    """When the results of a round are shown: at that time of the first day after its close, in the cohort's zone."""
    there = ZoneInfo(zone)
    day = closes_at.astimezone(there).date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, results, there).astimezone(dt.UTC)
