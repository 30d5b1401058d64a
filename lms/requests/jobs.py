"""Background work of requests: their promises."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.core import jobs
from lms.requests import actions


@jobs.periodic("requests.promises", every=15)
def look_at_promises(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Remind owners of promises that run out, and tell others of those that have; each once."""
    actions.look_at_promises(now=now)
