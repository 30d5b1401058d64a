"""What a session needs before it begins, whom to remind and when, and where it stands by the clock."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lms.live.rules.attendance import SessionState
from lms.live.rules.sessions import LiveRefusal

DAY = dt.timedelta(days=1)
RIGHTS_AFTER = dt.timedelta(days=7)
"""A substitute keeps their rights so long after the session, for the roster and the notes."""


class MeetingState(enum.StrEnum):
    """Where a provider's meeting stands."""

    ASKED = "asked for"
    MADE = "made"
    FAILED = "failed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a session lacks: what it cannot be held without, and what it should have besides."""

    missing: tuple[str, ...]
    advised: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether it can be held."""
        return not self.missing

    @property
    def words(self) -> str:
        """In a few words, as a list shows it."""
        if self.missing:
            return f"No {' or '.join(self.missing)}"
        return f"Ready, no {' or '.join(self.advised)}" if self.advised else "Ready"


def readiness(*, lacks: Sequence[str], slides: bool, backup: bool) -> Readiness:
    """What a session still lacks, in the order in which one sees to it."""
    advised = [name for name, there in (("slides", slides), ("backup host", backup)) if not there]
    return Readiness(tuple(lacks), tuple(advised))


class Stage(enum.StrEnum):
    """How near a session is when somebody is reminded of what it lacks."""

    WEEK = "a week before"
    TWO_DAYS = "two days before"
    TODAY = "on the day"


def stage(starts_at: dt.datetime, zone: str, now: dt.datetime) -> Stage | None:
    """The stage at which a session is: seven days before, two days before, on its day; None further away or begun."""
    if now >= starts_at or starts_at - now > 7 * DAY:
        return None
    there = ZoneInfo(zone)
    if starts_at.astimezone(there).date() == now.astimezone(there).date():
        return Stage.TODAY
    return Stage.TWO_DAYS if starts_at - now <= 2 * DAY else Stage.WEEK


def told_of(found: Readiness, at: Stage) -> tuple[str, ...]:
    """What people are reminded of at a stage: on the day only of what the session cannot be held without."""
    return found.missing if at is Stage.TODAY else (*found.missing, *found.advised)


def coordinators_told(found: Readiness, at: Stage, *, host: bool) -> bool:
    """Whether the coordinators hear of it too: nobody hosts it, or it is two days away and cannot be held."""
    return not host or (at is not Stage.WEEK and bool(found.missing))


def state_now(
    stored: SessionState, starts_at: dt.datetime, ends_at: dt.datetime, now: dt.datetime
) -> SessionState:
    """Where a session stands at an instant: what is stored, moved on by the clock."""
    if stored in (SessionState.CANCELLED, SessionState.HELD):
        return stored
    if now >= ends_at:
        return SessionState.HELD
    return SessionState.LIVE if now >= starts_at else stored


def why_not_confirm(
    *, state: SessionState, missing: Sequence[str]
) -> tuple[LiveRefusal, dict[str, object]] | None:
    """Why a session cannot be confirmed, or None: it has begun, is lost, or lacks what it cannot be held without."""
    if state is SessionState.CANCELLED:
        return LiveRefusal.CANCELLED_ALREADY, {}
    if state is not SessionState.PLANNED:
        return LiveRefusal.NOT_TO_CONFIRM, {}
    return (LiveRefusal.LACKS, {"what": " and ".join(missing)}) if missing else None


def why_not_host(
    *, person_id: int, host_id: int | None, learner: bool, over: bool, cancelled: bool
) -> LiveRefusal | None:
    """Why somebody cannot take a session over, or None."""
    if cancelled:
        return LiveRefusal.CANCELLED_ALREADY
    if over:
        return LiveRefusal.OVER
    if person_id == host_id:
        return LiveRefusal.HOSTS_ALREADY
    return LiveRefusal.IS_LEARNER if learner else None
