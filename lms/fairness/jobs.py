"""Background work of fairness: ratings that close."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.core import jobs
from lms.fairness import actions


@jobs.periodic("fairness.close_ratings", every=15)
def close_ratings(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Remind of ratings that close soon, and tell of those that closed; running it twice changes nothing."""
    actions.close_due(now=now)
