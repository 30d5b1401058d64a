"""Projects as guards find them: a learner's own, and one that staff opens by its address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.capstone import policy
from lms.capstone.models import GuideAssignment, Project
from lms.capstone.rules.states import RUNNING, ProjectState
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.curriculum.queries import ActivityLine
from lms.enrolment.models import Place, Team, TeamMembership
from lms.enrolment.queries import MyPlace
from lms.enrolment.rules import ACTIVE, TeamKind
from lms.people.models import Person
from lms.people.rules import Actor
from lms.scheduling.models import OverrideScope
from lms.scheduling.queries import Whose


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project with its owner and its present guide."""

    id: int
    public_id: str
    cohort_id: int
    team_id: int | None
    place_id: int | None
    title: str
    host: str
    confidentiality: str
    state: ProjectState
    created_at: dt.datetime
    owner: str
    """The team's name, or the learner's."""
    solo_person_id: int | None
    solo_section_id: int | None
    guide_id: int | None
    guide: str

    @property
    def whose(self) -> Whose:
        """Whose dates hold for it: the team's, or those of the learner who works alone."""
        if self.team_id is not None:
            return Whose(0, None, (self.team_id,))
        return Whose(self.solo_person_id or 0, self.solo_section_id)

    @property
    def scope(self) -> tuple[OverrideScope, int]:
        """For whom facts of the schedule are recorded."""
        if self.team_id is not None:
            return OverrideScope.TEAM, self.team_id
        return OverrideScope.PERSON, self.solo_person_id or 0

    @property
    def running(self) -> bool:
        """Whether somebody works on it."""
        return self.state in RUNNING


_guide, _solo, _solo_place = aliased(Person), aliased(Person), aliased(Place)
COLUMNS = (
    Project.id,
    Project.public_id,
    Project.cohort_id,
    Project.team_id,
    Project.place_id,
    Project.title,
    Project.host,
    Project.confidentiality,
    Project.state,
    Project.created_at,
    sa.func.coalesce(Team.name, _solo.name, "").label("owner"),
    _solo_place.person_id.label("solo_person_id"),
    _solo_place.section_id.label("solo_section_id"),
    GuideAssignment.person_id.label("guide_id"),
    sa.func.coalesce(_guide.name, "").label("guide"),
)
PRESENT_GUIDE = sa.and_(GuideAssignment.project_id == Project.id, GuideAssignment.ends_at.is_(None))


def selected(*more: Any) -> Any:
    """Projects with owner and guide: what every read of projects begins with."""
    return _joined(sa.select(*COLUMNS, *more).select_from(Project)).outerjoin(
        Team, Team.id == Project.team_id
    )


def _joined(statement: Any) -> Any:
    return (
        statement.outerjoin(_solo_place, _solo_place.id == Project.place_id)
        .outerjoin(_solo, _solo.id == _solo_place.person_id)
        .outerjoin(GuideAssignment, PRESENT_GUIDE)
        .outerjoin(_guide, _guide.id == GuideAssignment.person_id)
    )


def line_of(row: Any) -> ProjectLine:
    """The project of a row."""
    values = row._asdict()
    return ProjectLine(**{name: values[name] for name in ProjectLine.__dataclass_fields__})


def by_id(project_id: int) -> ProjectLine:
    """A project, for those who have its id already."""
    row = db.session.execute(selected().where(Project.id == project_id)).one_or_none()
    if row is None:
        raise NotFound
    return line_of(row)


def of_place(place_id: int) -> ProjectLine | None:
    """The project that a place works on: its team's before one of its own, what runs first. One statement."""
    row = db.session.execute(
        selected()
        .outerjoin(
            TeamMembership,
            sa.and_(TeamMembership.team_id == Project.team_id, TeamMembership.ends_at.is_(None)),
        )
        .where(sa.or_(Project.place_id == place_id, TeamMembership.place_id == place_id))
        .order_by(
            sa.case((Project.state.in_(RUNNING), 0), else_=1), Project.team_id.is_(None), Project.id.desc()
        )
        .limit(1)
    ).one_or_none()
    return line_of(row) if row is not None else None


# A learner's own ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoomVisit:
    """Somebody in the capstone of a cohort. `place` is empty for staff, `project` before there is one."""

    cohort: CohortView
    place: MyPlace | None
    project: ProjectLine | None

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def guide_id(self) -> int | None:
        """Who guides the project."""
        return self.project.guide_id if self.project else None

    @property
    def member(self) -> bool:
        """A learner sees no other project than their own."""
        return self.project is not None

    @property
    def team(self) -> tuple[int, str] | None:
        """The capstone team they sit in."""
        teams = self.place.teams if self.place else ()
        return next(((team, name) for _kind, team, name in teams), None)

    @property
    def whose(self) -> Whose:
        """Whose dates hold: the project's, else those of the team or the learner."""
        if self.project is not None:
            return self.project.whose
        if self.place is None:
            return Whose(0)
        if self.team is not None:
            return Whose(0, None, (self.team[0],))
        return Whose(self.place.person_id, self.place.section_id)


@dataclass(frozen=True, slots=True)
class MilestoneVisit:
    """Somebody at a milestone's page."""

    room: RoomVisit
    line: ActivityLine

    @property
    def cohort(self) -> CohortView:
        """The cohort."""
        return self.room.cohort

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.room.cohort.id

    @property
    def place(self) -> MyPlace | None:
        """The viewer's own place."""
        return self.room.place

    @property
    def project(self) -> ProjectLine | None:
        """The viewer's own project."""
        return self.room.project

    @property
    def guide_id(self) -> int | None:
        """Who guides it."""
        return self.room.guide_id

    @property
    def member(self) -> bool:
        """Whether it is the viewer's own."""
        return self.room.member


def room_visible_to(actor: Actor, slug: str) -> RoomVisit:
    """The capstone of a cohort that the actor belongs to, with their own place and project. Two statements."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    rows = db.session.execute(
        _joined(
            sa.select(
                Place.id.label("own_place_id"),
                Place.state.label("place_state"),
                Place.section_id,
                Place.joined_on,
                Place.left_on,
                Team.id.label("own_team_id"),
                Team.name.label("own_team"),
                *COLUMNS,
            )
            .select_from(Place)
            .outerjoin(
                TeamMembership,
                sa.and_(
                    TeamMembership.place_id == Place.id,
                    TeamMembership.kind == TeamKind.CAPSTONE,
                    TeamMembership.ends_at.is_(None),
                ),
            )
            .outerjoin(Team, Team.id == TeamMembership.team_id)
            .outerjoin(Project, sa.or_(Project.team_id == Team.id, Project.place_id == Place.id))
        )
        .where(Place.cohort_id == cohort.id, Place.person_id == actor.person_id, Place.state.in_(ACTIVE))
        .order_by(
            sa.case((Project.state.in_(RUNNING), 0), else_=1), Project.team_id.is_(None), Project.id.desc()
        )
    ).all()
    if not rows:
        return RoomVisit(cohort, None, None)
    first = rows[0]
    place = MyPlace(
        place_id=first.own_place_id,
        person_id=actor.person_id,
        state=first.place_state,
        section_id=first.section_id,
        joined_on=first.joined_on,
        left_on=first.left_on,
        cohort=cohort,
        teams=((TeamKind.CAPSTONE, first.own_team_id, first.own_team),) if first.own_team_id else (),
    )
    if first.id is None:
        return RoomVisit(cohort, place, None)
    project = line_of(first)
    if project.team_id is None:
        project = _named(project, actor.name)
    return RoomVisit(cohort, place, project)


def _named(project: ProjectLine, name: str) -> ProjectLine:
    values = {each: getattr(project, each) for each in ProjectLine.__dataclass_fields__}
    return ProjectLine(**{**values, "owner": name})


def milestone_visible_to(actor: Actor, slug: str, key: str) -> MilestoneVisit:
    """A milestone of a cohort that the actor belongs to."""
    visit = room_visible_to(actor, slug)
    return MilestoneVisit(visit, milestone_line(visit.cohort, key))


def milestone_line(cohort: CohortView, key: str) -> ActivityLine:
    """The milestone with this key in the cohort's programme; NotFound when there is none."""
    line = curriculum.outline(cohort.version_id).by_key.get(key)
    if line is None or line.kind is not ActivityKind.MILESTONE:
        raise NotFound
    return line


def milestones_of(cohort: CohortView) -> list[ActivityLine]:
    """The milestones of a cohort's programme, in order. No statement."""
    outline = curriculum.outline(cohort.version_id)
    return [line for line in outline.activities.values() if line.kind is ActivityKind.MILESTONE]


# For staff ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A project as staff, or one of its members, opens it by its address."""

    line: ProjectLine
    cohort: CohortView
    member: bool

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def guide_id(self) -> int | None:
        """Who guides it."""
        return self.line.guide_id


@dataclass(frozen=True, slots=True)
class ProjectMilestone:
    """A milestone of a project as staff opens it."""

    view: ProjectView
    milestone: ActivityLine

    @property
    def cohort(self) -> CohortView:
        """The cohort."""
        return self.view.cohort

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.view.cohort.id

    @property
    def guide_id(self) -> int | None:
        """Who guides it."""
        return self.view.guide_id

    @property
    def member(self) -> bool:
        """Whether it is the viewer's own."""
        return self.view.member


def project_visible_to(actor: Actor, public_id: str) -> ProjectView:
    """A project of the actor's own, one they guide, or any of a cohort they see; else NotFound. Two statements."""
    seat, place = aliased(TeamMembership), aliased(Place)
    own = (
        sa.select(sa.func.count())
        .select_from(place)
        .outerjoin(seat, sa.and_(seat.place_id == place.id, seat.ends_at.is_(None)))
        .where(
            place.person_id == actor.person_id,
            place.state.in_(ACTIVE),
            sa.or_(place.id == Project.place_id, seat.team_id == Project.team_id),
        )
        .correlate(Project)
        .scalar_subquery()
    )
    row = db.session.execute(selected(own.label("own")).where(Project.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound
    line = line_of(row)
    view = ProjectView(line, cohorts.by_id(line.cohort_id), bool(row.own))
    if not policy.can_see_project(actor, view):
        raise NotFound
    return view


def project_milestone_visible_to(actor: Actor, public_id: str, key: str) -> ProjectMilestone:
    """A milestone of a project that the actor sees."""
    view = project_visible_to(actor, public_id)
    return ProjectMilestone(view, milestone_line(view.cohort, key))
