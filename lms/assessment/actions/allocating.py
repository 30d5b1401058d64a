"""Work is given out together, as it was shown before, and taken back together."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.assessment import queries
from lms.assessment.actions.handing_over import announce, to
from lms.assessment.actions.terms import lock_caps
from lms.assessment.models import AllocationRun, MarkingTask
from lms.assessment.queries import BatchView, What
from lms.assessment.rules import AllocationRefusal, TaskState
from lms.core.db import db
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.people.rules import Actor


def give_out(view: BatchView, what: What, *, stamp: str, actor: Actor, now: dt.datetime) -> AllocationRun:
    """Give out the work of an activity exactly as the preview with this stamp said.

    Raises Conflict when work, caps or leave changed since; RuleViolation when there is nothing to give out.
    """
    lock_caps(view.cohort.id)
    proposal = queries.propose(view, what, now=now, lock=True)
    if stamp != proposal.stamp:
        raise Conflict(AllocationRefusal.CHANGED_SINCE)
    if not proposal.moves:
        raise RuleViolation(AllocationRefusal.NOTHING)
    wanted = {move.piece.id: move.to_id for move in proposal.moves}
    tasks = _locked(wanted)
    run = AllocationRun(
        cohort_id=view.cohort.id,
        activity_id=view.activity.id,
        part=view.part,
        moves=[{"task": task.id, "from": task.marker_id, "to": wanted[task.id]} for task in tasks],
        by_id=actor.person_id,
        at=now,
    )
    db.session.add(run)
    for task in tasks:
        to(task, wanted[task.id], "assessment.allocate", what.value, actor, now)
    db.session.flush()
    for person_id in sorted(set(wanted.values())):
        announce([one for one in tasks if one.marker_id == person_id], person_id, actor=actor, now=now)
    return run


def undo_run(view: BatchView, public_id: str, *, actor: Actor, now: dt.datetime) -> tuple[int, int]:
    """Take back what was given out together; returns how many pieces went back and how many stay.

    A piece that was begun, or has gone to somebody else since, stays where it is.
    """
    run = db.session.scalar(
        sa.select(AllocationRun)
        .where(
            AllocationRun.public_id == public_id,
            AllocationRun.cohort_id == view.cohort.id,
            AllocationRun.activity_id == view.activity.id,
            AllocationRun.part == view.part,
        )
        .with_for_update()
    )
    if run is None:
        raise NotFound
    if run.undone_at is not None:
        raise RuleViolation(AllocationRefusal.UNDONE)
    run.undone_at = now
    moves = {move["task"]: move for move in run.moves}
    back = [
        task
        for task in _locked(moves)
        if task.state is TaskState.WAITING and task.marker_id == moves[task.id]["to"]
    ]
    for task in back:
        to(task, moves[task.id]["from"], "assessment.undo_allocation", "", actor, now)
    db.session.flush()
    for person_id in sorted({task.marker_id for task in back if task.marker_id is not None}):
        announce([one for one in back if one.marker_id == person_id], person_id, actor=actor, now=now)
    return len(back), len(moves) - len(back)


def _locked(ids: dict[int, object] | dict[int, int]) -> list[MarkingTask]:
    return list(
        db.session.scalars(
            sa.select(MarkingTask)
            .where(MarkingTask.id.in_(list(ids)))
            .order_by(MarkingTask.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
