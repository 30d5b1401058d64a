"""When somebody is invited to a live session by mail, told of another date, or let go."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

AHEAD = dt.timedelta(days=28)
"""So long before a session an invitation goes out: a year of them on one day would bury everything else."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A session as it is for somebody now."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    cancelled: bool
    sequence: int
    """What the schedule and the story of their place come to."""
    invite: bool = True
    """False: they hear of changes, but get no new invitation (on leave)."""


@dataclass(frozen=True, slots=True)
class Known:
    """What they were last told."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    cancelled: bool
    sequence: int
    extra: int


@dataclass(frozen=True, slots=True)
class Act:
    """A message to write, and what is then known."""

    cancel: bool
    starts_at: dt.datetime
    ends_at: dt.datetime
    sequence: int
    extra: int


def next_act(wanted: Wanted | None, known: Known | None, *, now: dt.datetime) -> Act | None:
    """What one person is to be told of one session; None when what they know is right, or lies behind.

    `wanted` is None when the session is not theirs (any more). Each message has a higher sequence than the one before,
    so that whatever order they arrive in, the latest wins (RFC 5546, 2.1.5).
    """
    stands = known is not None and not known.cancelled
    if wanted is None or wanted.cancelled:
        if known is None or known.cancelled or known.ends_at <= now:
            return None
        return _act(known.starts_at, known.ends_at, wanted, known, cancel=True)
    if known is not None and stands:
        if (known.starts_at, known.ends_at) == (wanted.starts_at, wanted.ends_at) or wanted.ends_at <= now:
            return None
        return _act(wanted.starts_at, wanted.ends_at, wanted, known, cancel=False)
    if not wanted.invite or not now < wanted.starts_at <= now + AHEAD:
        return None
    return _act(wanted.starts_at, wanted.ends_at, wanted, known, cancel=False)


def _act(
    starts_at: dt.datetime, ends_at: dt.datetime, wanted: Wanted | None, known: Known | None, *, cancel: bool
) -> Act:
    extra = known.extra if known else 0
    base = wanted.sequence if wanted else (known.sequence - known.extra if known else 0)
    sequence = max(base + extra, known.sequence + 1 if known else 0)
    return Act(cancel, starts_at, ends_at, sequence, sequence - base)
