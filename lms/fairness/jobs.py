"""Background work of fairness: ratings that close, rounds of peer review that begin and end."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.core import jobs
from lms.fairness import actions


@jobs.periodic("fairness.close_ratings", every=15)
def close_ratings(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Remind of ratings that close soon, and tell of those that closed; running it twice changes nothing."""
    actions.close_due(now=now)


@jobs.periodic("fairness.peer_rounds", every=15)
def peer_rounds(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Begin the rounds whose deadline has come, remind, release what has ended; running it twice changes nothing."""
    actions.begin_due(now=now)
    actions.close_rounds(now=now)
