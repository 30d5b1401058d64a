"""Who has more time, why, and for what more could be given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db, read
from lms.core.errors import NotFound
from lms.coursework.models import Extension
from lms.coursework.queries.visits import ASSIGNMENT_KINDS
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.curriculum.queries import ActivityLine
from lms.enrolment.models import Place, Team, TeamMembership
from lms.enrolment.rules import ACTIVE, TeamKind
from lms.people.models import Person
from lms.people.rules import Actor
from lms.scheduling import queries as scheduling
from lms.scheduling.queries import ItemLine, Whose

EXTENDABLE = ASSIGNMENT_KINDS | {ActivityKind.QUIZ, ActivityKind.FORM}


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    """More time that somebody has."""

    id: int
    activity_id: int
    activity_key: str
    until: dt.datetime
    reason_code: str
    note: str
    token: bool
    approved_by: str
    at: dt.datetime


_LINES = (
    sa.select(
        Extension.id,
        Extension.activity_id,
        Extension.activity_key,
        Extension.until,
        Extension.reason_code,
        Extension.note,
        Extension.token,
        sa.func.coalesce(Person.name, "").label("approved_by"),
        Extension.at,
    )
    .outerjoin(Person, Person.id == Extension.approved_by_id)
    .order_by(Extension.id)
)
_OWN = _LINES.where(Extension.place_id == sa.bindparam("place", type_=sa.Integer))


def own_extensions(place_id: int) -> list[ExtensionLine]:
    """A learner's own extensions, the latest last; a team's are not among them."""
    return [ExtensionLine(*row) for row in read(_OWN, {"place": place_id})]


@dataclass(frozen=True, slots=True)
class Extending:
    """A learner whom a member of staff is about to give more time."""

    cohort: CohortView
    place_id: int
    public_id: str
    person_id: int
    name: str
    section_id: int | None
    teams: tuple[tuple[TeamKind, int, str], ...]

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def working_team(self) -> tuple[int, str] | None:
        """Their working team: id and name."""
        return next(((team, name) for kind, team, name in self.teams if kind is TeamKind.WORKING), None)

    def whose(self, *, team_work: bool) -> Whose:
        """Whose dates an activity has for them."""
        if team_work:
            return Whose(0, self.section_id, (self.working_team[0],) if self.working_team else ())
        return Whose(self.person_id, self.section_id, tuple(team for _kind, team, _name in self.teams))


def learner_visible_to(actor: Actor, slug: str, public_id: str) -> Extending:
    """A learner with an active place in a cohort that the actor sees, for staff."""
    return _extending(cohorts.cohort_visible_to(actor, slug), Place.public_id == public_id)


def learner_of(cohort: CohortView, place_id: int) -> Extending:
    """The same, for those who have the place already."""
    return _extending(cohort, Place.id == place_id)


def _extending(cohort: CohortView, which: sa.ColumnElement[bool]) -> Extending:
    rows = db.session.execute(
        sa.select(
            Place.id,
            Place.public_id,
            Place.section_id,
            Person.id.label("person_id"),
            Person.name,
            Team.kind,
            Team.id.label("team_id"),
            Team.name.label("team"),
        )
        .join(Person, Person.id == Place.person_id)
        .outerjoin(
            TeamMembership, sa.and_(TeamMembership.place_id == Place.id, TeamMembership.ends_at.is_(None))
        )
        .outerjoin(Team, Team.id == TeamMembership.team_id)
        .where(
            Place.cohort_id == cohort.id,
            which,
            Place.state.in_(ACTIVE),
        )
        .order_by(Team.id)
    ).all()
    if not rows:
        raise NotFound
    first = rows[0]
    return Extending(
        cohort=cohort,
        place_id=first.id,
        public_id=first.public_id,
        person_id=first.person_id,
        name=first.name,
        section_id=first.section_id,
        teams=tuple((row.kind, row.team_id, row.team) for row in rows if row.team_id is not None),
    )


@dataclass(frozen=True, slots=True)
class Extendable:
    """An activity with a deadline that could be extended, with the present one."""

    line: ActivityLine
    item: ItemLine
    team_work: bool


def extendable(learner: Extending) -> list[Extendable]:
    """What a learner, or their team, could get more time for: by deadline. Four statements."""
    outline = curriculum.outline(learner.cohort.version_id)
    own = scheduling.effective_items(learner.cohort.id, learner.whose(team_work=False))
    theirs = scheduling.effective_items(learner.cohort.id, learner.whose(team_work=True))
    found = []
    for item in own:
        line = outline.activities[item.activity_id]
        if line.kind in EXTENDABLE and line.kind is not ActivityKind.GROUP_WORK and not item.label:
            found.append(Extendable(line, item, team_work=False))
    for item in theirs:
        line = outline.activities[item.activity_id]
        if line.kind is ActivityKind.GROUP_WORK and learner.working_team and not item.label:
            found.append(Extendable(line, item, team_work=True))
    return sorted(
        (one for one in found if not one.item.cancelled), key=lambda one: (one.item.ends_at, one.line.id)
    )


def extensions_of(learner: Extending) -> list[ExtensionLine]:
    """Everything a learner or their working team was given."""
    mine = Extension.place_id == learner.place_id
    if learner.working_team:
        mine = sa.or_(mine, Extension.team_id == learner.working_team[0])
    return [ExtensionLine(*row) for row in db.session.execute(_LINES.where(mine))]
