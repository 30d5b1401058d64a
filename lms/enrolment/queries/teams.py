"""Reads of teams: who sits in them now, who sat in them then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.enrolment.models import Place, Team, TeamMembership
from lms.enrolment.rules import PlaceState, TeamKind
from lms.people.models import Person
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who sits in a team."""

    place_id: int
    person_id: int
    name: str
    public_id: str
    """Of the place."""
    email: str
    zone: str
    employer: str
    job_title: str
    pronoun: str
    state: PlaceState
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team with those who sit in it."""

    id: int
    public_id: str
    name: str
    kind: TeamKind
    created_at: dt.datetime
    dissolved_at: dt.datetime | None
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team as guards hand it on."""

    id: int
    public_id: str
    name: str
    kind: TeamKind
    created_at: dt.datetime
    dissolved_at: dt.datetime | None
    cohort: CohortView

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody's time in a team."""

    place_id: int
    name: str
    team_id: int
    team_public_id: str
    team: str
    kind: TeamKind
    starts_at: dt.datetime
    ends_at: dt.datetime | None


def members(team_id: int, at: dt.datetime) -> list[Member]:
    """Who sat in the team at an instant, by name."""
    return members_many([team_id], at)[team_id]


def members_many(team_ids: Collection[int], at: dt.datetime) -> dict[int, list[Member]]:
    """Who sat in each of these teams at an instant, by name. One statement whatever the number."""
    found: dict[int, list[Member]] = {team_id: [] for team_id in team_ids}
    rows = db.session.execute(
        sa.select(
            TeamMembership.team_id,
            Place.id.label("place_id"),
            Place.person_id,
            Person.name,
            Place.public_id,
            sa.func.coalesce(Person.email, "").label("email"),
            Person.zone,
            Person.employer,
            Person.job_title,
            Person.pronoun,
            Place.state,
            TeamMembership.starts_at.label("since"),
        )
        .join(Place, Place.id == TeamMembership.place_id)
        .join(Person, Person.id == Place.person_id)
        .where(
            TeamMembership.team_id.in_(team_ids),
            TeamMembership.starts_at <= at,
            sa.or_(TeamMembership.ends_at.is_(None), TeamMembership.ends_at > at),
        )
        .order_by(Person.sort_name, Place.id)
    )
    for row in rows:
        values = row._asdict()
        found[values.pop("team_id")].append(Member(**values))
    return found


def team_of(place_id: int, kind: TeamKind) -> tuple[int, str] | None:
    """The team of this kind that a learner sits in now: id and name."""
    row = db.session.execute(
        sa.select(Team.id, Team.name)
        .join(TeamMembership, TeamMembership.team_id == Team.id)
        .where(
            TeamMembership.place_id == place_id, TeamMembership.kind == kind, TeamMembership.ends_at.is_(None)
        )
    ).one_or_none()
    return (row.id, row.name) if row else None


def teams(cohort_id: int, kind: TeamKind, at: dt.datetime) -> list[TeamLine]:
    """The teams of a kind that are not dissolved, with those who sit in them, by name. Two statements."""
    rows = db.session.execute(
        sa.select(Team.id, Team.public_id, Team.name, Team.kind, Team.created_at, Team.dissolved_at)
        .where(Team.cohort_id == cohort_id, Team.kind == kind, Team.dissolved_at.is_(None))
        .order_by(sa.func.lower(Team.name), Team.id)
    ).all()
    seated = members_many([row.id for row in rows], at)
    return [TeamLine(**row._asdict(), members=tuple(seated[row.id])) for row in rows]


def team_counts(cohort_id: int) -> dict[TeamKind, int]:
    """How many teams of each kind there are, without dissolved ones."""
    rows = db.session.execute(
        sa.select(Team.kind, sa.func.count())
        .where(Team.cohort_id == cohort_id, Team.dissolved_at.is_(None))
        .group_by(Team.kind)
    )
    counts = dict.fromkeys(TeamKind, 0)
    for kind, count in rows:
        counts[kind] = count
    return counts


def team_visible_to(actor: Actor, slug: str, public_id: str) -> TeamView:
    """A team of a cohort that the actor sees; NotFound when there is none."""
    cohort, row = cohorts.thing_visible_to(
        actor,
        slug,
        lambda cohort: sa.select(
            Team.id, Team.public_id, Team.name, Team.kind, Team.created_at, Team.dissolved_at
        ).where(Team.cohort_id == cohort.id, Team.public_id == public_id),
    )
    return TeamView(cohort=cohort, **row._asdict())


def seats_of_place(place_id: int) -> list[Seat]:
    """The teams somebody has sat in, the latest first."""
    return _seats(TeamMembership.place_id == place_id)


def seats_of_team(team_id: int) -> list[Seat]:
    """All who have sat in a team, the latest first."""
    return _seats(TeamMembership.team_id == team_id)


def _seats(which: sa.ColumnElement[bool]) -> list[Seat]:
    rows = db.session.execute(
        sa.select(
            Place.id.label("place_id"),
            Person.name,
            Team.id.label("team_id"),
            Team.public_id.label("team_public_id"),
            Team.name.label("team"),
            Team.kind,
            TeamMembership.starts_at,
            TeamMembership.ends_at,
        )
        .select_from(TeamMembership)
        .join(Team, Team.id == TeamMembership.team_id)
        .join(Place, Place.id == TeamMembership.place_id)
        .join(Person, Person.id == Place.person_id)
        .where(which)
        .order_by(TeamMembership.starts_at.desc(), TeamMembership.id.desc())
    )
    return [Seat(**row._asdict()) for row in rows]
