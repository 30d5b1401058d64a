"""What somebody asked for that takes long: how far it is, and what came of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core import errands
from lms.core.db import db
from lms.core.errands import Errand, ErrandState, Said
from lms.core.errors import NotFound
from lms.core.outbox import OutboxRow, OutboxState
from lms.people.rules import Actor


@dataclass(frozen=True)
class ErrandView:
    """An errand as its owner sees it."""

    public_id: str
    title: str
    back: str
    state: ErrandState
    asked_at: dt.datetime
    ended_at: dt.datetime | None
    report: str
    gave_up: bool
    """It failed so often that it waits for an administrator."""
    said: Said

    @property
    def over(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.gave_up or self.state is not ErrandState.ASKED


def errand_visible_to(actor: Actor, public_id: str) -> ErrandView:
    """One's own errand; everybody else's is not there. Two statements while it is under way."""
    row = db.session.execute(
        sa.select(
            Errand.public_id,
            Errand.title,
            Errand.back,
            Errand.state,
            Errand.asked_at,
            Errand.ended_at,
            Errand.report,
        ).where(Errand.public_id == public_id, Errand.owner_id == actor.person_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    waits = row.state is ErrandState.ASKED
    return ErrandView(
        *row,
        gave_up=waits and _gave_up(row.public_id),
        said=errands.said(row.public_id) if waits else Said(),
    )


def _gave_up(public_id: str) -> bool:
    key = f"errand:{public_id}"
    dead = sa.select(OutboxRow.id).where(
        sa.or_(OutboxRow.dedupe_key == key, OutboxRow.dedupe_key.startswith(f"{key}:", autoescape=True)),
        OutboxRow.state == OutboxState.DEAD,
    )
    return db.session.scalar(dead.limit(1)) is not None
