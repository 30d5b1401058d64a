"""Leading a debrief: which parts are shown to those who played, and what each of them resolves to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.db import db, insert_ignoring, upsert
from lms.core.errors import RuleViolation
from lms.people.rules import Actor
from lms.simulations.actions.held import run_held, write_down
from lms.simulations.models import Behaviour, Reveal
from lms.simulations.rules import Act, Phase, RunRefusal
from lms.simulations.rules.debrief import parts_of

LED = (Phase.DEBRIEF, Phase.ENDED)


@dataclass(frozen=True, kw_only=True)
class NewBehaviour:
    """What somebody will start or stop."""

    run_id: int
    place_id: int
    act: Act
    text: str
    code: str
    shared: bool


def reveal(run_id: int, parts: tuple[str, ...], *, actor: Actor, now: dt.datetime) -> None:
    """Show parts of the cohort's debrief to those who played; showing one twice changes nothing."""
    run = run_held(run_id)
    if run.phase not in LED:
        raise RuleViolation(RunRefusal.NOT_IN_DEBRIEF)
    known = parts_of(run.engine)
    if not parts or any(part not in known for part in parts):
        raise RuleViolation(RunRefusal.NO_PART)
    insert_ignoring(
        Reveal.__table__,
        [{"run_id": run.id, "part": part, "by_id": actor.person_id, "at": now} for part in parts],
    )
    write_down(run, "reveal", actor, after={"parts": list(parts)})


def conceal(run_id: int, part: str, *, actor: Actor) -> None:
    """Take a part of the debrief back from the room."""
    run = run_held(run_id)
    if part not in parts_of(run.engine):
        raise RuleViolation(RunRefusal.NO_PART)
    db.session.execute(sa.delete(Reveal).where(Reveal.run_id == run.id, Reveal.part == part))
    write_down(run, "conceal", actor, after={"part": part})


def resolve(wanted: NewBehaviour, codes: frozenset[str], *, now: dt.datetime) -> None:
    """Keep what a member will start or stop, in place of what they wrote before."""
    run = run_held(wanted.run_id)
    if run.phase not in LED:
        raise RuleViolation(RunRefusal.NOT_IN_DEBRIEF)
    if wanted.code not in codes:
        raise RuleViolation(RunRefusal.NO_SUCH_CODE)
    values = {
        "run_id": run.id,
        "place_id": wanted.place_id,
        "act": wanted.act,
        "text": wanted.text,
        "code": wanted.code,
        "shared": wanted.shared,
        "at": now,
    }
    upsert(Behaviour.__table__, [values], keys=("run_id", "place_id"))
