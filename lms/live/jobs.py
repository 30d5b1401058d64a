"""What goes on in the background: long lists are recorded some hundred rows at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.core import outbox
from lms.live import actions


@outbox.handles("live.record_list")
def record_list(payload: dict[str, Any], now: dt.datetime) -> None:
    """Record the next rows of a list, and queue what is left."""
    actions.go_on(payload["list_id"], now=now)
