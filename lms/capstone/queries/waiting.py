"""Reads for desks and notifications: whom a project concerns, and what waits for an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.models import MarkingTask
from lms.assessment.rules import TaskState
from lms.capstone.models import GuideAssignment, MilestoneSubmission, Project
from lms.capstone.rules.milestones import MEMBERS_MOST, of_source, source_id
from lms.capstone.rules.states import SubmissionState
from lms.core.db import db
from lms.curriculum.models import Activity
from lms.enrolment.models import Place, TeamMembership
from lms.people.models import Person

MILESTONE = "milestone"
"""What marking calls our work."""


def members_of(project_id: int) -> list[tuple[int, int, str]]:
    """Who works on a project now: place, person, name. One statement."""
    rows = db.session.execute(
        sa.select(Place.id, Person.id, Person.name)
        .select_from(Project)
        .join(
            TeamMembership,
            sa.and_(TeamMembership.team_id == Project.team_id, TeamMembership.ends_at.is_(None)),
            isouter=True,
        )
        .join(Place, sa.or_(Place.id == Project.place_id, Place.id == TeamMembership.place_id))
        .join(Person, Person.id == Place.person_id)
        .where(Project.id == project_id)
        .order_by(Person.sort_name, Place.id)
    )
    return [(place_id, person_id, name) for place_id, person_id, name in rows]


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A milestone that waits for an answer."""

    project_public_id: str
    project: str
    cohort_id: int
    key: str
    submitted_at: dt.datetime
    answer_by: dt.datetime
    number: int


def waiting_for_guide(person_id: int) -> list[WaitingLine]:
    """What a guide has promised to answer, the earliest promise first. One statement."""
    mine = sa.and_(GuideAssignment.person_id == person_id, GuideAssignment.ends_at.is_(None))
    return _waiting(sa.exists().where(GuideAssignment.project_id == Project.id, mine).correlate(Project))


def waiting_in_cohort(cohort_id: int) -> list[WaitingLine]:
    """What waits for an answer in a cohort, whoever has to give it. One statement."""
    return _waiting(Project.cohort_id == cohort_id)


def _waiting(which: sa.ColumnElement[bool]) -> list[WaitingLine]:
    rows = db.session.execute(
        sa.select(
            Project.public_id.label("project_public_id"),
            Project.title.label("project"),
            Project.cohort_id,
            MilestoneSubmission.activity_key.label("key"),
            MilestoneSubmission.submitted_at,
            MilestoneSubmission.answer_by,
            MilestoneSubmission.number,
        )
        .join(Project, Project.id == MilestoneSubmission.project_id)
        .where(MilestoneSubmission.state == SubmissionState.SUBMITTED, which)
        .order_by(MilestoneSubmission.answer_by, MilestoneSubmission.id)
    )
    return [WaitingLine(**row._asdict()) for row in rows]


def confidentiality_of(source: str, source_ids: Collection[int]) -> dict[int, str]:
    """How confidential the projects behind some pieces are, by piece. At most one statement."""
    if source != MILESTONE or not source_ids:
        return {}
    numbers = {number: of_source(number)[0] for number in source_ids}
    rows = db.session.execute(
        sa.select(MilestoneSubmission.id, Project.confidentiality)
        .join(Project, Project.id == MilestoneSubmission.project_id)
        .where(MilestoneSubmission.id.in_(set(numbers.values())))
    )
    levels = {row.id: row.confidentiality for row in rows}
    return {number: levels[of] for number, of in numbers.items() if of in levels}


def waiting_codes(project_id: int) -> tuple[str, ...]:
    """The milestones of a project that wait for an answer, by code. One statement."""
    rows = db.session.scalars(
        sa.select(Activity.code)
        .join(MilestoneSubmission, MilestoneSubmission.activity_id == Activity.id)
        .where(
            MilestoneSubmission.project_id == project_id,
            MilestoneSubmission.state == SubmissionState.SUBMITTED,
        )
        .distinct()
        .order_by(Activity.code)
    )
    return tuple(rows)


def marking_of(project_id: int, marker_id: int) -> list[tuple[int, TaskState]]:
    """What a person is to mark of a project: task and state. Two statements."""
    ids = db.session.scalars(
        sa.select(MilestoneSubmission.id).where(MilestoneSubmission.project_id == project_id)
    ).all()
    mine = [MarkingTask.source_id.between(source_id(each), source_id(each, MEMBERS_MOST - 1)) for each in ids]
    if not mine:
        return []
    rows = db.session.execute(
        sa.select(MarkingTask.id, MarkingTask.state)
        .where(MarkingTask.source == MILESTONE, MarkingTask.marker_id == marker_id, sa.or_(*mine))
        .order_by(MarkingTask.id)
    )
    return [(task_id, state) for task_id, state in rows]


@dataclass(frozen=True, slots=True)
class HandOver:
    """Since when somebody guides a project, and from whom they took it over."""

    at: dt.datetime
    before: str


def hand_over_of(project_id: int) -> HandOver | None:
    """The latest change of guide; None where the first guide still guides. One statement."""
    former = aliased(GuideAssignment)
    row = db.session.execute(
        sa.select(GuideAssignment.starts_at, Person.name)
        .join(former, former.project_id == GuideAssignment.project_id)
        .join(Person, Person.id == former.person_id)
        .where(
            GuideAssignment.project_id == project_id,
            GuideAssignment.ends_at.is_(None),
            former.ends_at <= GuideAssignment.starts_at,
        )
        .order_by(former.ends_at.desc(), former.id.desc())
        .limit(1)
    ).one_or_none()
    return HandOver(row.starts_at, row.name) if row else None


def place_ids_of(project_id: int) -> tuple[int, ...]:
    """The places that work on a project now."""
    return tuple(place_id for place_id, _person, _name in members_of(project_id))
