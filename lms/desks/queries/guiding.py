"""The teams that somebody guides, as their desk shows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.capstone.models import (
    GuideAssignment,
    Meeting,
    MilestoneSubmission,
    Project,
    ProjectState,
    SubmissionState,
)
from lms.cohorts.models import Cohort
from lms.core.db import db
from lms.curriculum.models import Activity
from lms.enrolment.models import Place, Team
from lms.people.models import Person
from lms.people.rules import Actor
from lms.scheduling.models import ItemKind, ItemState, ScheduledItem


@dataclass(frozen=True, slots=True)
class GuidedTeam:
    """A project that a member of faculty guides."""

    public_id: str
    title: str
    team: str
    cohort: str
    cohort_slug: str
    waiting: str
    """Code of a milestone that waits for the guide's answer; empty: none."""
    answer_by: dt.datetime | None
    next_code: str
    next_due: dt.datetime | None
    last_meeting: dt.datetime | None
    taken_over_from: str = ""
    """Whom the waiting milestone was promised by, where the guide changed after it was handed in."""


_OVER = (ProjectState.RELEASED, ProjectState.REJECTED, ProjectState.DROPPED)


def guided_teams(actor: Actor, now: dt.datetime) -> tuple[GuidedTeam, ...]:
    """The projects somebody guides, with what waits for their answer and what comes next: three statements."""
    projects = db.session.execute(
        sa.select(
            Project.id,
            Project.public_id,
            Project.title,
            Project.cohort_id,
            Cohort.name.label("cohort"),
            Cohort.slug,
            Team.name.label("team"),
            Person.name.label("solo"),
            sa.select(sa.func.max(Meeting.held_at))
            .where(Meeting.project_id == Project.id, Meeting.held.is_(True))
            .correlate(Project)
            .scalar_subquery()
            .label("last_meeting"),
            GuideAssignment.starts_at,
            _former_guide().label("former"),
        )
        .select_from(GuideAssignment)
        .join(Project, Project.id == GuideAssignment.project_id)
        .join(Cohort, Cohort.id == Project.cohort_id)
        .outerjoin(Team, Team.id == Project.team_id)
        .outerjoin(Place, Place.id == Project.place_id)
        .outerjoin(Person, Person.id == Place.person_id)
        .where(
            GuideAssignment.person_id == actor.person_id,
            GuideAssignment.ends_at.is_(None),
            Project.state.not_in(_OVER),
        )
        .order_by(Cohort.starts_on.desc(), Team.name, Project.id)
    ).all()
    if not projects:
        return ()
    waiting = _waiting([row.id for row in projects])
    ahead = _next_milestones({row.cohort_id for row in projects}, now)
    none = _Waiting("", None, None)
    return tuple(
        GuidedTeam(
            public_id=row.public_id,
            title=row.title,
            team=row.team or row.solo or "",
            cohort=row.cohort,
            cohort_slug=row.slug,
            waiting=waiting.get(row.id, none).code,
            answer_by=waiting.get(row.id, none).answer_by,
            next_code=ahead.get(row.cohort_id, ("", None))[0],
            next_due=ahead.get(row.cohort_id, ("", None))[1],
            last_meeting=row.last_meeting,
            taken_over_from=_taken_over(waiting.get(row.id, none), row),
        )
        for row in projects
    )


def _taken_over(waiting: _Waiting, project: Any) -> str:
    at = waiting.submitted_at
    return project.former if project.former and at and at < project.starts_at else ""


def _former_guide() -> sa.ScalarSelect[str]:
    """The name of who guided last before the present guide."""
    former, person = aliased(GuideAssignment), aliased(Person)
    return (
        sa.select(person.name)
        .join(former, former.person_id == person.id)
        .where(former.project_id == GuideAssignment.project_id, former.ends_at <= GuideAssignment.starts_at)
        .order_by(former.ends_at.desc(), former.id.desc())
        .limit(1)
        .correlate(GuideAssignment)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A milestone that waits for its guide."""

    code: str
    answer_by: dt.datetime | None
    submitted_at: dt.datetime | None


def _waiting(project_ids: list[int]) -> dict[int, _Waiting]:
    rows = db.session.execute(
        sa.select(
            MilestoneSubmission.project_id,
            Activity.code,
            MilestoneSubmission.answer_by,
            MilestoneSubmission.submitted_at,
        )
        .join(Activity, Activity.id == MilestoneSubmission.activity_id)
        .where(
            MilestoneSubmission.project_id.in_(project_ids),
            MilestoneSubmission.state == SubmissionState.SUBMITTED,
        )
        .order_by(MilestoneSubmission.answer_by.desc())
    )
    return {row.project_id: _Waiting(row.code, row.answer_by, row.submitted_at) for row in rows}


def _next_milestones(cohort_ids: set[int], now: dt.datetime) -> dict[int, tuple[str, dt.datetime | None]]:
    rows = db.session.execute(
        sa.select(ScheduledItem.cohort_id, Activity.code, ScheduledItem.ends_at)
        .join(Activity, Activity.id == ScheduledItem.activity_id)
        .where(
            ScheduledItem.cohort_id.in_(cohort_ids),
            Activity.kind == "milestone",
            ScheduledItem.ends_at >= now,
            ScheduledItem.state == ItemState.PLANNED,
            ScheduledItem.kind == ItemKind.WINDOW,
        )
        .order_by(ScheduledItem.ends_at.desc())
    )
    return {cohort_id: (code, ends_at) for cohort_id, code, ends_at in rows}
