"""All projects of a cohort with guides, loads, meetings and milestones: a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.capstone import policy
from lms.capstone.models import (
    GuideAssignment,
    Meeting,
    MilestoneFeedback,
    MilestoneSubmission,
    Project,
)
from lms.capstone.queries.projects import ProjectLine, line_of, milestones_of, selected
from lms.capstone.rules.milestones import INTEREST, Standing
from lms.capstone.rules.promises import GuideLoad, MeetingCount
from lms.capstone.rules.states import RUNNING
from lms.cohorts.models import Cohort
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ActivityLine
from lms.enrolment.models import Place, Team, TeamMembership
from lms.enrolment.rules import ACTIVE, TeamKind
from lms.people.models import Person, RoleGrant
from lms.people.queries.persons import grant_in_force
from lms.scheduling import queries as scheduling
from lms.scheduling.queries import ItemLine


def loads(person_ids: Collection[int] | None = None, *, besides: int | None = None) -> dict[int, int]:
    """How many running projects people guide, over all cohorts. One statement."""
    statement = (
        sa.select(GuideAssignment.person_id, sa.func.count())
        .join(Project, Project.id == GuideAssignment.project_id)
        .where(GuideAssignment.ends_at.is_(None), Project.state.in_(RUNNING))
        .group_by(GuideAssignment.person_id)
    )
    if person_ids is not None:
        statement = statement.where(GuideAssignment.person_id.in_(list(person_ids)))
    if besides is not None:
        statement = statement.where(Project.id != besides)
    return dict(db.session.execute(statement).all())


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could guide a project of this cohort."""

    public_id: str
    load: GuideLoad
    cohorts: tuple[str, ...]
    """Where they guide now."""


def candidates(cohort_id: int, now: dt.datetime) -> list[Candidate]:
    """Faculty and guides of any cohort but this one's learners, with what they carry. Two statements."""
    learner = (
        sa.exists()
        .where(Place.person_id == Person.id, Place.cohort_id == cohort_id, Place.state.in_(ACTIVE))
        .correlate(Person)
    )
    here = sa.func.max(sa.case((RoleGrant.cohort_id == cohort_id, 1), else_=0))
    people = db.session.execute(
        sa.select(Person.id, Person.public_id, Person.name, here.label("here"))
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role.in_(policy.GUIDES), grant_in_force(now), sa.not_(learner))
        .group_by(Person.id, Person.public_id, Person.name, Person.sort_name)
        .order_by(Person.sort_name, Person.id)
    ).all()
    carried = db.session.execute(
        sa.select(GuideAssignment.person_id, Cohort.name, sa.func.count().label("count"))
        .join(Project, Project.id == GuideAssignment.project_id)
        .join(Cohort, Cohort.id == Project.cohort_id)
        .where(GuideAssignment.ends_at.is_(None), Project.state.in_(RUNNING))
        .group_by(GuideAssignment.person_id, Cohort.id, Cohort.name, Cohort.starts_on)
        .order_by(Cohort.starts_on.desc(), Cohort.id)
    ).all()
    by_person: dict[int, list[Any]] = defaultdict(list)
    for row in carried:
        by_person[row.person_id].append(row)
    return [
        Candidate(
            one.public_id,
            GuideLoad(one.id, one.name, sum(row.count for row in by_person[one.id]), bool(one.here)),
            tuple(f"{row.name}: {row.count}" for row in by_person[one.id]),
        )
        for one in people
    ]


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a project stands with a milestone."""

    standing: Standing
    submitted_at: dt.datetime
    due_at: dt.datetime
    late_days: int
    answered_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project in the list of a cohort."""

    line: ProjectLine
    members: tuple[str, ...]
    meetings: MeetingCount
    last_met: dt.datetime | None
    reached: Mapping[str, Reached] = field(default_factory=dict)
    dates: Mapping[str, ItemLine] = field(default_factory=dict)
    wishes: Mapping[str, Any] = field(default_factory=dict)
    """What the interest form (M0) says."""

    @property
    def waiting(self) -> list[str]:
        """Keys of milestones that wait for an answer."""
        return [key for key, each in self.reached.items() if each.standing.state.value == "submitted"]


@dataclass(frozen=True)
class Overview:
    """All projects of a cohort."""

    cohort: CohortView
    milestones: tuple[ActivityLine, ...]
    projects: tuple[ProjectRow, ...]
    without: tuple[tuple[str, int], ...]
    """Capstone teams that have no project: name and how many sit in them."""
    alone: int
    """Learners in no capstone team and without a project."""
    alarm_from: int
    """Missed meetings from which somebody should look."""


def overview(cohort: CohortView) -> Overview:
    """Read all projects of a cohort: seven statements."""
    lines = [
        line_of(row)
        for row in db.session.execute(
            selected().where(Project.cohort_id == cohort.id).order_by(sa.func.lower(Team.name), Project.id)
        )
    ]
    milestones = tuple(milestones_of(cohort))
    found = {line.id: line for line in lines}
    seated, without, alone = _people(cohort.id, lines)
    reached, wishes = _reached(cohort.id)
    meetings = _meetings(cohort.id)
    dates = scheduling.effective_items_of(
        cohort.id, [line.key for line in milestones], {number: line.whose for number, line in found.items()}
    )
    rows = [
        ProjectRow(
            line=line,
            members=tuple(seated.get(line.id, ())),
            meetings=MeetingCount(*meetings.get(line.id, (0, 0, None))[:2]),
            last_met=meetings.get(line.id, (0, 0, None))[2],
            reached=reached.get(line.id, {}),
            dates=dates.get(line.id, {}),
            wishes=wishes.get(line.id, {}),
        )
        for line in lines
    ]
    rows.sort(key=lambda row: (not row.line.running, row.line.owner.lower(), row.line.id))
    alarm_from = curriculum.outline(cohort.version_id).policies.capstone.missed_alarm
    return Overview(cohort, milestones, tuple(rows), tuple(without), alone, alarm_from)


def _people(
    cohort_id: int, lines: list[ProjectLine]
) -> tuple[dict[int, list[str]], list[tuple[str, int]], int]:
    """Who works on which project; teams without one; how many learners have neither team nor project. One statement."""
    rows = db.session.execute(
        sa.select(Place.id, Person.name, Team.id.label("team_id"), Team.name.label("team"))
        .join(Person, Person.id == Place.person_id)
        .outerjoin(
            TeamMembership,
            sa.and_(
                TeamMembership.place_id == Place.id,
                TeamMembership.kind == TeamKind.CAPSTONE,
                TeamMembership.ends_at.is_(None),
            ),
        )
        .outerjoin(Team, Team.id == TeamMembership.team_id)
        .where(Place.cohort_id == cohort_id, Place.state.in_(ACTIVE))
        .order_by(Person.sort_name, Place.id)
    ).all()
    of_team = {line.team_id: line.id for line in lines if line.team_id is not None}
    of_place = {line.place_id: line.id for line in lines if line.place_id is not None}
    seated: dict[int, list[str]] = defaultdict(list)
    without: dict[str, int] = defaultdict(int)
    alone = 0
    for row in rows:
        if row.team_id in of_team:
            seated[of_team[row.team_id]].append(row.name)
        elif row.team_id is not None:
            without[row.team] += 1
        if row.id in of_place:
            seated[of_place[row.id]].append(row.name)
        elif row.team_id is None:
            alone += 1
    return seated, sorted(without.items(), key=lambda each: each[0].lower()), alone


def _reached(cohort_id: int) -> tuple[dict[int, dict[str, Reached]], dict[int, Mapping[str, Any]]]:
    rows = db.session.execute(
        sa.select(
            MilestoneSubmission.project_id,
            MilestoneSubmission.activity_key,
            MilestoneSubmission.number,
            MilestoneSubmission.state,
            MilestoneSubmission.submitted_at,
            MilestoneSubmission.due_at,
            MilestoneSubmission.late_days,
            MilestoneSubmission.answer_by,
            MilestoneFeedback.revise_by,
            MilestoneFeedback.at.label("answered_at"),
            sa.case(
                (MilestoneSubmission.activity_key == INTEREST, MilestoneSubmission.answers), else_=sa.null()
            ).label("answers"),
        )
        .join(Project, Project.id == MilestoneSubmission.project_id)
        .outerjoin(
            MilestoneFeedback,
            sa.and_(
                MilestoneFeedback.submission_id == MilestoneSubmission.id,
                MilestoneFeedback.taken_back_at.is_(None),
            ),
        )
        .where(Project.cohort_id == cohort_id)
        .order_by(MilestoneSubmission.project_id, MilestoneSubmission.activity_id, MilestoneSubmission.number)
    )
    reached: dict[int, dict[str, Reached]] = defaultdict(dict)
    wishes: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        reached[row.project_id][row.activity_key] = Reached(
            Standing(row.state, row.number, row.answer_by, row.revise_by),
            row.submitted_at,
            row.due_at,
            row.late_days,
            row.answered_at,
        )
        if row.answers:
            wishes[row.project_id] = row.answers.get("shared", {})
    return reached, wishes


def _meetings(cohort_id: int) -> dict[int, tuple[int, int, dt.datetime | None]]:
    rows = db.session.execute(
        sa.select(
            Meeting.project_id,
            sa.func.sum(sa.case((Meeting.held.is_(True), 1), else_=0)).label("held"),
            sa.func.sum(sa.case((Meeting.held.is_(False), 1), else_=0)).label("missed"),
            sa.func.max(sa.case((Meeting.held.is_(True), Meeting.held_at), else_=None)).label("last"),
        )
        .join(Project, Project.id == Meeting.project_id)
        .where(Project.cohort_id == cohort_id)
        .group_by(Meeting.project_id)
    )
    return {row.project_id: (int(row.held), int(row.missed), row.last) for row in rows}


def guides_of(place_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Who guides each of these learners' projects now: their own or their team's. One statement."""
    rows = db.session.execute(
        sa.select(
            sa.func.coalesce(TeamMembership.place_id, Project.place_id).label("place_id"),
            GuideAssignment.person_id,
        )
        .select_from(GuideAssignment)
        .join(Project, Project.id == GuideAssignment.project_id)
        .outerjoin(
            TeamMembership,
            sa.and_(
                TeamMembership.team_id == Project.team_id,
                TeamMembership.ends_at.is_(None),
                TeamMembership.place_id.in_(place_ids),
            ),
        )
        .where(
            GuideAssignment.ends_at.is_(None),
            sa.or_(TeamMembership.place_id.is_not(None), Project.place_id.in_(place_ids)),
        )
    )
    found: dict[int, frozenset[int]] = {}
    for place_id, person_id in rows:
        found[place_id] = found.get(place_id, frozenset()) | {person_id}
    return found


def guides(person_id: int, place_id: int) -> bool:
    """Whether somebody guides this learner's project now: their own or their team's."""
    of_team = sa.select(TeamMembership.team_id).where(
        TeamMembership.place_id == place_id, TeamMembership.ends_at.is_(None)
    )
    found = db.session.scalar(
        sa.select(GuideAssignment.id)
        .join(Project, Project.id == GuideAssignment.project_id)
        .where(
            GuideAssignment.person_id == person_id,
            GuideAssignment.ends_at.is_(None),
            sa.or_(Project.place_id == place_id, Project.team_id.in_(of_team)),
        )
        .limit(1)
    )
    return found is not None
