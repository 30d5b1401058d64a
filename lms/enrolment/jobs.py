"""What comes about by itself: a leave or a withdrawal that was planned for a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.core import outbox
from lms.enrolment import actions


@outbox.handles("enrolment.plan")
def carry_out_plan(payload: dict[str, Any], now: dt.datetime) -> None:
    """Carry out a plan whose day has come; one that was dropped or overtaken is passed over."""
    actions.carry_out_plan(payload["event_id"], now=now)
