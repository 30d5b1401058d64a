"""Notices that were read."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.core.db import db
from lms.notifications.models import Notice
from lms.people.rules import Actor


def mark_read(public_id: str, *, actor: Actor, now: dt.datetime) -> None:
    """Note that somebody has read one of their notices."""
    db.session.execute(
        sa.update(Notice)
        .where(Notice.public_id == public_id, Notice.person_id == actor.person_id, Notice.read_at.is_(None))
        .values(read_at=now)
    )


def mark_all_read(*, actor: Actor, upto: int | None, now: dt.datetime) -> int:
    """Note that somebody has read all notices that they were shown; returns how many were new."""
    statement = sa.update(Notice).where(Notice.person_id == actor.person_id, Notice.read_at.is_(None))
    if upto is not None:
        statement = statement.where(Notice.id <= upto)
    result = db.session.execute(statement.values(read_at=now))
    return int(result.rowcount)  # type: ignore[attr-defined]
