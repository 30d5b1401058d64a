"""Reads for desks and notifications: whom a project concerns, and what waits for an answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.capstone.models import GuideAssignment, MilestoneSubmission, Project
from lms.capstone.rules.states import SubmissionState
from lms.core.db import db
from lms.enrolment.models import Place, TeamMembership
from lms.people.models import Person


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


def place_ids_of(project_id: int) -> tuple[int, ...]:
    """The places that work on a project now."""
    return tuple(place_id for place_id, _person, _name in members_of(project_id))
