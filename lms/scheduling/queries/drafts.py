"""Drafts of schedules: whose, of which cohorts, with which edits; joint sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.cohorts.queries import CohortView, view_of
from lms.core.db import db
from lms.core.errors import NotFound
from lms.people.models import Person
from lms.people.rules import Actor
from lms.scheduling.models import (
    DraftState,
    JointSession,
    JointSessionMember,
    ScheduledItem,
    ScheduleDraft,
    ScheduleDraftCohort,
    ScheduleDraftEdit,
)
from lms.scheduling.rules import Edit, EditKind, Member


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as guards and pages know it, opened from one of its cohorts."""

    id: int
    public_id: str
    name: str
    owner_id: int
    owner: str
    shared: bool
    state: DraftState
    version: int
    created_at: dt.datetime
    changed_at: dt.datetime
    changed_by: str
    cohort: CohortView
    """The one from which it is looked at."""
    cohorts: tuple[CohortView, ...]
    seen: tuple[tuple[int, int], ...]
    """(cohort id, release that was the latest when somebody last looked)."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def cohort_ids(self) -> tuple[int, ...]:
        """All of them."""
        return tuple(cohort.id for cohort in self.cohorts)

    @property
    def open(self) -> bool:
        """Whether it is still being made."""
        return self.state is DraftState.OPEN


@dataclass(frozen=True, slots=True)
class EditLine:
    """One edit with who made it, and when."""

    id: int
    position: int
    edit: Edit
    by: str
    at: dt.datetime
    seen: dict[str, list[str]]


_changer = aliased(Person)
_DRAFT = (
    sa.select(
        ScheduleDraft.id,
        ScheduleDraft.public_id,
        ScheduleDraft.name,
        ScheduleDraft.owner_id,
        Person.name.label("owner"),
        ScheduleDraft.shared,
        ScheduleDraft.state,
        ScheduleDraft.version,
        ScheduleDraft.created_at,
        ScheduleDraft.changed_at,
        _changer.name.label("changed_by"),
    )
    .join(Person, Person.id == ScheduleDraft.owner_id)
    .join(_changer, _changer.id == ScheduleDraft.changed_by_id)
)


def _members(draft_ids: Collection[int]) -> dict[int, list[tuple[CohortView, int]]]:
    rows = db.session.execute(
        sa.select(ScheduleDraftCohort.draft_id, ScheduleDraftCohort.seen_release, *cohorts.COLUMNS)
        .join(Cohort, Cohort.id == ScheduleDraftCohort.cohort_id)
        .where(ScheduleDraftCohort.draft_id.in_(draft_ids))
        .order_by(Cohort.starts_on, Cohort.id)
    )
    found: dict[int, list[tuple[CohortView, int]]] = {}
    for row in rows:
        found.setdefault(row.draft_id, []).append((view_of(row), row.seen_release))
    return found


def _view(row: Any, cohort: CohortView, members: list[tuple[CohortView, int]]) -> DraftView:
    return DraftView(
        **row._asdict(),
        cohort=cohort,
        cohorts=tuple(view for view, _seen in members),
        seen=tuple((view.id, seen) for view, seen in members),
    )


_OPENED = (
    sa.select(*(column.label(f"draft_{column.key}") for column in _DRAFT.selected_columns))
    .add_columns(ScheduleDraftCohort.seen_release, *cohorts.COLUMNS)
    .select_from(ScheduleDraft)
    .join(Person, Person.id == ScheduleDraft.owner_id)
    .join(_changer, _changer.id == ScheduleDraft.changed_by_id)
    .join(ScheduleDraftCohort, ScheduleDraftCohort.draft_id == ScheduleDraft.id)
    .join(Cohort, Cohort.id == ScheduleDraftCohort.cohort_id)
    .order_by(Cohort.starts_on, Cohort.id)
)


def draft_visible_to(actor: Actor, slug: str, draft: str) -> DraftView:
    """The draft with this id, opened from one of its cohorts; NotFound for whom it is not shared with.

    One statement.
    """
    rows = db.session.execute(_OPENED.where(ScheduleDraft.public_id == draft)).all()
    members = [(view_of(row), row.seen_release) for row in rows]
    cohort = next((view for view, _seen in members if view.slug == slug), None)
    if cohort is None or not (rows[0].draft_shared or rows[0].draft_owner_id == actor.person_id):
        raise NotFound
    if not all(cohorts.visible(actor, view) for view, _seen in members):
        raise NotFound
    facts = {str(column.key): getattr(rows[0], f"draft_{column.key}") for column in _DRAFT.selected_columns}
    return DraftView(
        **facts,
        cohort=cohort,
        cohorts=tuple(view for view, _seen in members),
        seen=tuple((view.id, seen) for view, seen in members),
    )


def draft_by_id(draft_id: int, cohort: CohortView) -> DraftView:
    """A draft for those who have its id already. Two statements."""
    row = db.session.execute(_DRAFT.where(ScheduleDraft.id == draft_id)).one()
    return _view(row, cohort, _members([draft_id])[draft_id])


SHOWN = 40
"""So many drafts are listed, those still open first."""


def drafts_of(cohort: CohortView, actor: Actor) -> list[DraftView]:
    """The drafts of a cohort that are the actor's or shared; open ones first, then the latest. Two statements."""
    rows = db.session.execute(
        _DRAFT.join(ScheduleDraftCohort, ScheduleDraftCohort.draft_id == ScheduleDraft.id)
        .where(
            ScheduleDraftCohort.cohort_id == cohort.id,
            sa.or_(ScheduleDraft.shared.is_(True), ScheduleDraft.owner_id == actor.person_id),
        )
        .order_by(
            sa.case((ScheduleDraft.state == DraftState.OPEN, 0), else_=1),
            ScheduleDraft.changed_at.desc(),
            ScheduleDraft.id.desc(),
        )
        .limit(SHOWN)
    ).all()
    members = _members([row.id for row in rows])
    found = [_view(row, cohort, members[row.id]) for row in rows]
    return [each for each in found if all(cohorts.visible(actor, view) for view in each.cohorts)]


def open_drafts(cohort_ids: Collection[int], actor: Actor) -> dict[int, int]:
    """How many open drafts of these cohorts the actor has or shares, by cohort. One statement."""
    rows = db.session.execute(
        sa.select(ScheduleDraftCohort.cohort_id, sa.func.count().label("drafts"))
        .join(ScheduleDraft, ScheduleDraft.id == ScheduleDraftCohort.draft_id)
        .where(
            ScheduleDraftCohort.cohort_id.in_(cohort_ids),
            ScheduleDraft.state == DraftState.OPEN,
            sa.or_(ScheduleDraft.shared.is_(True), ScheduleDraft.owner_id == actor.person_id),
        )
        .group_by(ScheduleDraftCohort.cohort_id)
    )
    return {row.cohort_id: row.drafts for row in rows}


def edits(draft_id: int) -> list[EditLine]:
    """The edits of a draft, in the order in which they are carried out. One statement."""
    rows = db.session.execute(
        sa.select(
            ScheduleDraftEdit.id,
            ScheduleDraftEdit.position,
            ScheduleDraftEdit.kind,
            ScheduleDraftEdit.cohort_id,
            ScheduleDraftEdit.item_key,
            ScheduleDraftEdit.payload,
            ScheduleDraftEdit.seen,
            Person.name.label("by"),
            ScheduleDraftEdit.at,
        )
        .join(Person, Person.id == ScheduleDraftEdit.by_id)
        .where(ScheduleDraftEdit.draft_id == draft_id)
        .order_by(ScheduleDraftEdit.position)
    )
    return [EditLine(row.id, row.position, _edit(row), row.by, row.at, row.seen) for row in rows]


def _edit(row: Any) -> Edit:
    kept = row.payload
    other = kept.get("other")
    return Edit(
        kind=EditKind(row.kind),
        cohort_id=row.cohort_id,
        key=row.item_key,
        starts_at=_instant(kept.get("starts_at")),
        ends_at=_instant(kept.get("ends_at")),
        days=kept.get("days", 0),
        kinds=frozenset(kept.get("kinds", ())),
        week=kept.get("week", 0),
        to_week=kept.get("to_week", 0),
        starts_on=dt.date.fromisoformat(kept["starts_on"]) if kept.get("starts_on") else None,
        other=(other[0], other[1]) if other else None,
    )


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def payload(edit: Edit) -> dict[str, Any]:
    """What is kept of an edit besides its kind, cohort and item."""
    facts: dict[str, Any] = {
        "starts_at": edit.starts_at.isoformat() if edit.starts_at else None,
        "ends_at": edit.ends_at.isoformat() if edit.ends_at else None,
        "days": edit.days,
        "kinds": sorted(edit.kinds),
        "week": edit.week,
        "to_week": edit.to_week,
        "starts_on": edit.starts_on.isoformat() if edit.starts_on else None,
        "other": list(edit.other) if edit.other else None,
    }
    return {name: value for name, value in facts.items() if value}


@dataclass(frozen=True, slots=True)
class JointPart:
    """One cohort's item of a joint session."""

    joint_id: int
    public_id: str
    cohort_id: int
    cohort: str
    slug: str
    item_id: int
    key: str

    @property
    def member(self) -> Member:
        """Cohort and key."""
        return self.cohort_id, self.key


def _parts(where: sa.ColumnElement[bool]) -> list[JointPart]:
    mine = (
        sa.select(JointSessionMember.joint_id)
        .join(JointSession, JointSession.id == JointSessionMember.joint_id)
        .where(JointSession.ended_at.is_(None), where)
    )
    rows = db.session.execute(
        sa.select(
            JointSessionMember.joint_id,
            JointSession.public_id,
            JointSessionMember.cohort_id,
            Cohort.name.label("cohort"),
            Cohort.slug,
            JointSessionMember.item_id,
            ScheduledItem.key,
        )
        .join(JointSession, JointSession.id == JointSessionMember.joint_id)
        .join(Cohort, Cohort.id == JointSessionMember.cohort_id)
        .join(ScheduledItem, ScheduledItem.id == JointSessionMember.item_id)
        .where(JointSessionMember.joint_id.in_(mine))
        .order_by(JointSessionMember.joint_id, Cohort.starts_on, Cohort.id)
    )
    return [JointPart(**row._asdict()) for row in rows]


def joint_parts(cohort_ids: Collection[int]) -> list[JointPart]:
    """The parts of all joint sessions in which these cohorts have a part; those of other cohorts too. One statement."""
    return _parts(JointSessionMember.cohort_id.in_(cohort_ids))


def joint_of(item_id: int) -> list[JointPart]:
    """The parts of the joint session that an item belongs to; none when it is of its own. One statement."""
    return _parts(JointSessionMember.item_id == item_id)


def as_members(parts: Collection[JointPart]) -> list[frozenset[Member]]:
    """The same as rules know them."""
    found: dict[int, set[Member]] = {}
    for part in parts:
        found.setdefault(part.joint_id, set()).add(part.member)
    return [frozenset(members) for members in found.values()]
