"""Background work of coursework: the clock of quizzes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.core import jobs
from lms.coursework import actions


@jobs.periodic("coursework.close_attempts", every=1)
def close_attempts(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Count the quiz attempts whose time ran out; running it twice changes nothing."""
    actions.close_expired(now=now)
