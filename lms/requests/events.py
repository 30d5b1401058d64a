"""What happened to requests."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RequestAsked:
    """A learner asked for something."""

    request_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class RequestSaid:
    """Somebody wrote into the conversation: the learner, or (`by_staff`) whoever answers."""

    request_id: int
    entry_id: int
    by_staff: bool
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class RequestAssigned:
    """A request has another owner."""

    request_id: int
    owner_id: int
    before_id: int | None
    actor_id: int
    reason: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class RequestDecided:
    """A request was granted, granted in part or refused; `told`: what was done tells the learner by itself."""

    request_id: int
    entry_id: int
    told: bool
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class RequestWithdrawn:
    """A learner took a request back."""

    request_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class RequestReopened:
    """A decided request is open again."""

    request_id: int
    actor_id: int
    reason: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class PromiseNear:
    """The promised time of a request runs out soon, or (`passed`) has run out."""

    request_id: int
    passed: bool
    at: dt.datetime
