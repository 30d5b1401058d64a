"""The clock: an owner is reminded before a promise runs out, and others hear of it once it has."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.core import events
from lms.core.db import db, locked
from lms.requests import rules
from lms.requests.actions.story import tell
from lms.requests.events import PromiseNear
from lms.requests.models import Request, RequestState
from lms.requests.rules import EntryKind

FARTHEST = dt.timedelta(days=30)
"""No promise is longer than this; a reminder cannot be due earlier."""


def look_at_promises(*, now: dt.datetime) -> None:
    """Remind and escalate, each once for each promise; running it twice changes nothing."""
    open_ = Request.state == RequestState.OPEN
    due = db.session.scalars(
        sa.select(Request.id)
        .where(
            open_,
            sa.or_(
                sa.and_(Request.escalated_at.is_(None), Request.promised_at < now),
                sa.and_(
                    Request.reminded_at.is_(None),
                    Request.promised_at >= now,
                    Request.promised_at < now + FARTHEST,
                ),
            ),
        )
        .order_by(Request.id)
    ).all()
    for request_id in due:
        _look(locked(Request, request_id), now)


def _look(row: Request, now: dt.datetime) -> None:
    if row.state is not RequestState.OPEN:
        return
    if row.promised_at < now:
        if row.escalated_at is None:
            row.escalated_at = now
            tell(row, EntryKind.OVERDUE, actor=None, now=now)
            events.record(PromiseNear(request_id=row.id, passed=True, at=now))
    elif row.reminded_at is None and now >= rules.remind_at(row.promise_began_at, row.promised_at):
        row.reminded_at = now
        tell(row, EntryKind.REMINDED, actor=None, now=now)
        events.record(PromiseNear(request_id=row.id, passed=False, at=now))
