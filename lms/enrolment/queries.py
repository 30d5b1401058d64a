"""Reads of places and teams."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.enrolment.models import Place, Team, TeamMembership
from lms.enrolment.rules import ACTIVE, HOLDS_A_SEAT, PlaceState, TeamKind
from lms.people.rules import Actor


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


def my_place(actor: Actor, slug: str) -> MyPlace:
    """The actor's own active place in the cohort with this slug; NotFound when they have none.

    Three statements: the cohort, the place, the teams.
    """
    cohort = cohorts.cohort_visible_to(actor, slug)
    row = db.session.execute(
        sa.select(Place.id, Place.state, Place.section_id, Place.joined_on, Place.left_on).where(
            Place.cohort_id == cohort.id, Place.person_id == actor.person_id, Place.state.in_(ACTIVE)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    teams = db.session.execute(
        sa.select(Team.kind, Team.id, Team.name)
        .join(TeamMembership, TeamMembership.team_id == Team.id)
        .where(TeamMembership.place_id == row.id, TeamMembership.ends_at.is_(None))
        .order_by(Team.id)
    ).all()
    return MyPlace(
        place_id=row.id,
        person_id=actor.person_id,
        state=row.state,
        section_id=row.section_id,
        joined_on=row.joined_on,
        left_on=row.left_on,
        cohort=cohort,
        teams=tuple((kind, team, name) for kind, team, name in teams),
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
