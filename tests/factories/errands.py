"""The worker at its errands, one step at a time."""

from __future__ import annotations

import sqlalchemy as sa

from lms.core import outbox
from lms.core.db import db
from lms.core.outbox import OutboxRow, OutboxState
from lms.core.uow import unit_of_work


def step() -> int | None:
    """Let the worker do the next step of whatever errand waits first; None when none does."""
    with unit_of_work():
        row = db.session.scalars(
            sa.select(OutboxRow)
            .where(OutboxRow.kind == "errand", OutboxRow.state.in_([OutboxState.QUEUED, OutboxState.LEASED]))
            .order_by(OutboxRow.id)
        ).first()
        if row is None:
            return None
        row.state = OutboxState.LEASED
        number = row.id
    outbox._carry_out(number)
    db.session.expire_all()
    return number
