"""Notes of whoever runs a game, by round and team, for the debrief; no learner reads them."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.core.db import db
from lms.core.errors import NotFound, RuleViolation
from lms.people.rules import Actor
from lms.simulations.actions.held import run_held
from lms.simulations.models import Round, RunNote, RunTeam
from lms.simulations.rules import RunRefusal


def note(
    run_id: int,
    text: str,
    *,
    round_id: int | None = None,
    team_id: int | None = None,
    actor: Actor,
    now: dt.datetime,
) -> RunNote:
    """Keep a note for the debrief."""
    run = run_held(run_id)
    round_ = db.session.get(Round, round_id) if round_id is not None else None
    team = db.session.get(RunTeam, team_id) if team_id is not None else None
    if any(one is not None and one.run_id != run.id for one in (round_, team)):
        raise NotFound
    if not text.strip():
        raise RuleViolation(RunRefusal.EMPTY_NOTE)
    row = RunNote(
        run_id=run.id,
        round_id=round_.id if round_ else None,
        team_id=team.id if team else None,
        text=text.strip(),
        by_id=actor.person_id,
        at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def edit_note(run_id: int, public_id: str, text: str, *, actor: Actor) -> None:
    """Change the words of one's own note. Raises NotFound for somebody else's, or one that was deleted."""
    row = _own(run_id, public_id, actor)
    if not text.strip():
        raise RuleViolation(RunRefusal.EMPTY_NOTE)
    row.text = text.strip()


def delete_note(run_id: int, public_id: str, *, actor: Actor, now: dt.datetime) -> None:
    """Take one's own note away."""
    _own(run_id, public_id, actor).deleted_at = now


def _own(run_id: int, public_id: str, actor: Actor) -> RunNote:
    row = db.session.scalar(
        sa.select(RunNote)
        .where(
            RunNote.run_id == run_id,
            RunNote.public_id == public_id,
            RunNote.by_id == actor.person_id,
            RunNote.deleted_at.is_(None),
        )
        .with_for_update()
    )
    if row is None:
        raise NotFound
    return row
