"""Reads of places: one's own, one that staff looks at, its story, and the days on which places count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort, Section
from lms.cohorts.queries import CohortView
from lms.cohorts.rules import length
from lms.core.db import db, read
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.enrolment import rules
from lms.enrolment.models import Place, PlaceEvent, Team, TeamMembership
from lms.enrolment.rules import ACTIVE, HOLDS_A_SEAT, PlaceEventKind, PlaceState, TeamKind
from lms.people.models import Person, RoleGrant
from lms.people.queries.persons import grant_in_force
from lms.people.rules import STAFF, Actor


@dataclass(frozen=True, slots=True)
class MyPlace:
    """A learner's own place, with the cohort and the teams they sit in now: what learner pages begin with."""

    place_id: int
    person_id: int
    state: PlaceState
    section_id: int | None
    joined_on: dt.date
    left_on: dt.date | None
    cohort: CohortView
    teams: tuple[tuple[TeamKind, int, str], ...]
    """(kind, team id, name)"""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    def team(self, kind: TeamKind) -> int | None:
        """The team of this kind they sit in, if any."""
        return next((team for team_kind, team, _name in self.teams if team_kind is kind), None)


_MY_PLACE = (
    sa.select(
        *cohorts.COLUMNS,
        Place.id.label("place_id"),
        Place.state.label("place_state"),
        Place.section_id,
        Place.joined_on,
        Place.left_on,
        Team.kind.label("team_kind"),
        Team.id.label("team_id"),
        Team.name.label("team_name"),
    )
    .select_from(Cohort)
    .join(Place, Place.cohort_id == Cohort.id)
    .outerjoin(TeamMembership, sa.and_(TeamMembership.place_id == Place.id, TeamMembership.ends_at.is_(None)))
    .outerjoin(Team, Team.id == TeamMembership.team_id)
    .where(
        Cohort.slug == sa.bindparam("slug", type_=sa.String),
        Place.person_id == sa.bindparam("person", type_=sa.Integer),
        Place.state.in_(ACTIVE),
    )
    .order_by(Team.id)
)


def my_place(actor: Actor, slug: str) -> MyPlace:
    """The actor's own active place in the cohort with this slug; NotFound when they have none.

    One statement: the cohort, the place, and a row for each team.
    """
    found = read(_MY_PLACE, {"slug": slug, "person": actor.person_id}).all()
    if not found or not cohorts.visible(actor, cohorts.view_of(found[0])):
        raise NotFound
    first = found[0]
    return MyPlace(
        place_id=first.place_id,
        person_id=actor.person_id,
        state=first.place_state,
        section_id=first.section_id,
        joined_on=first.joined_on,
        left_on=first.left_on,
        cohort=cohorts.view_of(first),
        teams=tuple((row.team_kind, row.team_id, row.team_name) for row in found if row.team_id is not None),
    )


def seats_taken(cohort_id: int) -> int:
    """How many places take a seat."""
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Place)
            .where(Place.cohort_id == cohort_id, Place.state.in_(HOLDS_A_SEAT))
        )
        or 0
    )


def places_of(person_id: int) -> list[tuple[str, str, PlaceState]]:
    """The cohorts (slug, name) in which a person has an active place, latest start first."""
    rows = db.session.execute(
        sa.select(Cohort.slug, Cohort.name, Place.state)
        .join(Place, Place.cohort_id == Cohort.id)
        .where(Place.person_id == person_id, Place.state.in_(ACTIVE))
        .order_by(Cohort.starts_on.desc(), Cohort.id)
    )
    return [(slug, name, state) for slug, name, state in rows]


def last_day_of(cohort: CohortView) -> dt.date:
    """The last day of a cohort's programme."""
    frame = curriculum.outline(cohort.version_id).frame
    return rules.last_day(cohort.starts_on, length(frame.weeks, len(frame.breaks), len(cohort.breaks)))


def staff_among(cohort_id: int, person_ids: Collection[int], now: dt.datetime) -> set[int]:
    """Those of these persons who have a task in the cohort."""
    return set(
        db.session.scalars(
            sa.select(RoleGrant.person_id).where(
                RoleGrant.cohort_id == cohort_id,
                RoleGrant.role.in_(STAFF),
                RoleGrant.person_id.in_(person_ids),
                grant_in_force(now),
            )
        )
    )


def section_of(place_id: int) -> int | None:
    """The section in which a place sits."""
    return db.session.scalar(sa.select(Place.section_id).where(Place.id == place_id))


def name_at(place_id: int) -> str:
    """Whose place it is."""
    found = db.session.scalar(
        sa.select(Person.name).join(Place, Place.person_id == Person.id).where(Place.id == place_id)
    )
    return found or "This learner"


# One place, for staff -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place as staff see it."""

    id: int
    public_id: str
    cohort: CohortView
    person_id: int
    person_public_id: str
    name: str
    email: str
    zone: str
    employer: str
    job_title: str
    pronoun: str
    state: PlaceState
    section_id: int | None
    section: str
    external_id: str
    joined_on: dt.date
    left_on: dt.date | None
    last_seen_on: dt.date | None

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def late(self) -> bool:
        """Whether they joined after the start."""
        return self.joined_on > self.cohort.starts_on


def place_visible_to(actor: Actor, slug: str, public_id: str) -> PlaceView:
    """A place of a cohort that the actor sees; NotFound when there is none. Two statements."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    row = db.session.execute(
        sa.select(
            Place.id,
            Place.public_id,
            Place.person_id,
            Person.public_id.label("person_public_id"),
            Person.name,
            sa.func.coalesce(Person.email, "").label("email"),
            Person.zone,
            Person.employer,
            Person.job_title,
            Person.pronoun,
            Place.state,
            Place.section_id,
            sa.func.coalesce(Section.name, "").label("section"),
            sa.func.coalesce(Place.external_id, "").label("external_id"),
            Place.joined_on,
            Place.left_on,
            Person.last_seen_on,
        )
        .join(Person, Person.id == Place.person_id)
        .outerjoin(Section, Section.id == Place.section_id)
        .where(Place.cohort_id == cohort.id, Place.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return PlaceView(cohort=cohort, **row._asdict())


def place_of(cohort_id: int, person_id: int) -> int | None:
    """The place a person has in a cohort, whatever its state."""
    return db.session.scalar(
        sa.select(Place.id).where(Place.cohort_id == cohort_id, Place.person_id == person_id)
    )


# Stories ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One event of a place's story."""

    kind: PlaceEventKind
    at: dt.datetime
    on: dt.date
    by: str
    reason: str
    details: dict[str, Any]


def story(place_id: int) -> tuple[StoryLine, ...]:
    """The story of a place, first to last."""
    rows = db.session.execute(
        sa.select(
            PlaceEvent.kind,
            PlaceEvent.at,
            PlaceEvent.effective_on.label("on"),
            sa.func.coalesce(Person.name, "").label("by"),
            PlaceEvent.reason,
            PlaceEvent.details,
        )
        .outerjoin(Person, Person.id == PlaceEvent.actor_id)
        .where(PlaceEvent.place_id == place_id)
        .order_by(PlaceEvent.id)
    )
    return tuple(StoryLine(**row._asdict()) for row in rows)


def told(place_id: int) -> tuple[rules.Told, ...]:
    """The story of a place as the rules read it."""
    rows = db.session.execute(
        sa.select(PlaceEvent.kind, PlaceEvent.effective_on)
        .where(PlaceEvent.place_id == place_id)
        .order_by(PlaceEvent.id)
    )
    return tuple(rules.Told(kind, on) for kind, on in rows)


def counting_days(cohort_id: int) -> dict[int, rules.Days]:
    """For each place of a cohort the days on which it is held, and its days of leave.

    Whoever computes a share of sessions asks `days[place_id].off(day of the session)`. One statement.
    """
    return _days(Place.cohort_id == cohort_id)


def counting_days_of(place_ids: Collection[int]) -> dict[int, rules.Days]:
    """The same for some places."""
    return _days(Place.id.in_(place_ids))


def _days(which: sa.ColumnElement[bool]) -> dict[int, rules.Days]:
    rows = db.session.execute(
        sa.select(PlaceEvent.place_id, PlaceEvent.kind, PlaceEvent.effective_on)
        .join(Place, Place.id == PlaceEvent.place_id)
        .where(which)
        .order_by(PlaceEvent.place_id, PlaceEvent.id)
    )
    return {
        place_id: rules.days_of(rules.Told(kind, on) for _place, kind, on in events)
        for place_id, events in groupby(rows, key=lambda row: row.place_id)
    }
