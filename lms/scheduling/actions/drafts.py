"""Making a draft: beginning it, its edits and their order, sharing, letting it go. Nothing of it is published here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import CohortState
from lms.cohorts.rules import CohortRefusal
from lms.core import audit
from lms.core.db import db, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.people.models import Person
from lms.people.rules import Actor
from lms.scheduling import policy, queries, rules
from lms.scheduling.models import DraftState, ScheduleDraft, ScheduleDraftCohort, ScheduleDraftEdit
from lms.scheduling.rules import CannotEdit, DraftRefusal, Edit


def begin_draft(cohort_ids: Collection[int], name: str, *, actor: Actor, now: dt.datetime) -> ScheduleDraft:
    """Begin a draft of one or several cohorts; it is its owner's until they share it.

    Raises RuleViolation when the actor does not coordinate one of them, or it is closed.
    """
    _may_hold(cohort_ids, actor)
    draft = ScheduleDraft(
        name=name,
        owner_id=actor.person_id,
        created_at=now,
        changed_at=now,
        changed_by_id=actor.person_id,
    )
    db.session.add(draft)
    db.session.flush()
    _hold(draft, cohort_ids)
    return draft


@dataclass(frozen=True, kw_only=True)
class DraftChange:
    """A change of a draft as somebody saw it."""

    draft_id: int
    version: int


def add_cohorts(change: DraftChange, cohort_ids: Collection[int], *, actor: Actor, now: dt.datetime) -> None:
    """Let the draft change further cohorts too. Raises like `begin_draft`."""
    draft = _open(change, actor, now)
    _may_hold(cohort_ids, actor)
    held = _held(draft)
    _hold(draft, [each for each in cohort_ids if each not in held])


def add_edit(change: DraftChange, edit: Edit, *, actor: Actor, now: dt.datetime) -> int:
    """Put an edit at the end of a draft; its number. A cohort that a joint session brings along comes into the draft.

    Raises RuleViolation when it cannot be carried out on what the draft has made so far.
    """
    draft = _open(change, actor, now)
    held = _held(draft)
    parts = queries.joint_parts(held)
    if edit.other is not None:
        parts += queries.joint_parts([edit.other[0]])
    mine = {part.joint_id for part in parts if part.member in _members(edit, held)}
    further = {part.cohort_id for part in parts if part.joint_id in mine}
    if edit.other is not None:
        further.add(edit.other[0])
    if further - held:
        _may_hold(further - held, actor)
        _hold(draft, sorted(further - held))
        held |= further
    worked = _carried_out(draft, held, edit, now)
    position = 1 + (
        db.session.scalar(
            sa.select(sa.func.max(ScheduleDraftEdit.position)).where(ScheduleDraftEdit.draft_id == draft.id)
        )
        or 0
    )
    db.session.add(
        ScheduleDraftEdit(
            draft_id=draft.id,
            position=position,
            kind=edit.kind,
            cohort_id=edit.cohort_id,
            item_key=edit.key,
            payload=queries.payload(edit),
            seen=queries.seen_by(edit, worked),
            by_id=actor.person_id,
            at=now,
        )
    )
    return position


def _members(edit: Edit, held: set[int]) -> set[rules.Member]:
    found = {(each, edit.key) for each in ([edit.cohort_id] if edit.cohort_id is not None else held)}
    return {*found, edit.other} if edit.other is not None else found


def _carried_out(draft: ScheduleDraft, held: set[int], edit: Edit, now: dt.datetime) -> list[queries.Ground]:
    """Carry the edits there are and then this one out; the schedules on which that was done."""
    grounds = queries.grounds([cohorts.by_id(each) for each in sorted(held)])
    bases = {on.cohort.id: queries.base_of(on, now) for on in grounds}
    joints = queries.as_members(queries.joint_parts(held))
    drafting = rules.drafting(bases, joints, now)
    for line in queries.edits(draft.id):
        try:
            rules.carry_out(drafting, line.edit)
        except (CannotEdit, rules.Unschedulable):
            continue  # told beside that edit
    try:
        rules.carry_out(drafting, edit)
    except (CannotEdit, rules.Unschedulable) as why:
        raise RuleViolation(why.refusal, **why.details) from why
    return grounds


def take_out(change: DraftChange, position: int, *, actor: Actor, now: dt.datetime) -> None:
    """Take an edit out again; the others keep their order."""
    draft = _open(change, actor, now)
    edit = _edit_at(draft, position)
    db.session.delete(edit)


def bring_forward(change: DraftChange, position: int, *, actor: Actor, now: dt.datetime) -> None:
    """Let an edit be carried out before the one that stands before it."""
    draft = _open(change, actor, now)
    edit = _edit_at(draft, position)
    before = db.session.scalar(
        sa.select(ScheduleDraftEdit)
        .where(ScheduleDraftEdit.draft_id == draft.id, ScheduleDraftEdit.position < position)
        .order_by(ScheduleDraftEdit.position.desc())
        .limit(1)
    )
    if before is None:
        return
    first, second = before.position, edit.position
    before.position = -second
    db.session.flush()
    edit.position = first
    db.session.flush()
    before.position = second


def confirm(change: DraftChange, *, actor: Actor, now: dt.datetime) -> None:
    """The draft still holds, whatever was published since it was made: nothing of it counts as stale any more."""
    draft = _open(change, actor, now)
    grounds = queries.grounds([cohorts.by_id(each) for each in sorted(_held(draft))])
    for on in grounds:
        db.session.execute(
            sa.update(ScheduleDraftCohort)
            .where(ScheduleDraftCohort.draft_id == draft.id, ScheduleDraftCohort.cohort_id == on.cohort.id)
            .values(seen_release=on.release_number)
        )
    lines = {line.position: line.edit for line in queries.edits(draft.id)}
    for edit in db.session.scalars(
        sa.select(ScheduleDraftEdit).where(ScheduleDraftEdit.draft_id == draft.id)
    ):
        edit.seen = queries.seen_by(lines[edit.position], grounds)


def rename_draft(change: DraftChange, name: str, *, shared: bool, actor: Actor, now: dt.datetime) -> None:
    """Call it something else, share it or take it back. Only its owner takes it back."""
    draft = _open(change, actor, now)
    draft.name = name
    if shared or draft.owner_id == actor.person_id:
        draft.shared = shared


def discard_draft(change: DraftChange, *, actor: Actor, now: dt.datetime) -> None:
    """Let the draft go. It stays readable; nothing was published."""
    draft = _open(change, actor, now)
    draft.state = DraftState.DISCARDED
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="scheduling.discard_draft",
            subject="schedule_draft",
            subject_id=draft.id,
            cohort_id=min(_held(draft)),
            before={"name": draft.name},
        )
    )


def open_draft(change: DraftChange, actor: Actor, now: dt.datetime) -> ScheduleDraft:
    """The draft under lock, when it is open and as the actor saw it; it becomes one version newer."""
    draft: ScheduleDraft | None = locked(ScheduleDraft, change.draft_id)
    if draft is None:
        raise NotFound
    if draft.state is not DraftState.OPEN:
        raise RuleViolation(DraftRefusal.ENDED, state=draft.state.value)
    if draft.version != change.version:
        name = db.session.scalar(sa.select(Person.name).where(Person.id == draft.changed_by_id)) or "Somebody"
        raise Conflict(DraftRefusal.CHANGED, draft.version, name=name)
    draft.version += 1
    draft.changed_at, draft.changed_by_id = now, actor.person_id
    return draft


_open = open_draft


def _edit_at(draft: ScheduleDraft, position: int) -> ScheduleDraftEdit:
    found = db.session.scalar(
        sa.select(ScheduleDraftEdit).where(
            ScheduleDraftEdit.draft_id == draft.id, ScheduleDraftEdit.position == position
        )
    )
    if found is None:
        raise RuleViolation(DraftRefusal.NO_SUCH_EDIT)
    return found


def _held(draft: ScheduleDraft) -> set[int]:
    return set(
        db.session.scalars(
            sa.select(ScheduleDraftCohort.cohort_id).where(ScheduleDraftCohort.draft_id == draft.id)
        )
    )


def _hold(draft: ScheduleDraft, cohort_ids: Collection[int]) -> None:
    for cohort_id in cohort_ids:
        latest = queries.schedule(cohort_id).release_number
        db.session.add(ScheduleDraftCohort(draft_id=draft.id, cohort_id=cohort_id, seen_release=latest))
    db.session.flush()


def _may_hold(cohort_ids: Collection[int], actor: Actor) -> None:
    views = [cohorts.by_id(each) for each in sorted(cohort_ids)]
    barred = [view.name for view in views if not policy.can_change_dates(actor, view)]
    if barred:
        raise RuleViolation(DraftRefusal.NOT_YOURS, cohorts=", ".join(barred))
    if any(view.state is CohortState.CLOSED for view in views):
        raise RuleViolation(CohortRefusal.CLOSED)
