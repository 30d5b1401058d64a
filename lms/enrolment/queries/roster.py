"""Who is in a cohort: one line for each place, by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts.models import Section
from lms.core.db import db
from lms.enrolment.models import Place, PlaceEvent, Team, TeamMembership
from lms.enrolment.rules import ACTIVE, PlaceEventKind, PlaceState, TeamKind
from lms.people.models import Invitation, Person, User


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One place of a cohort with its person."""

    place_id: int
    public_id: str
    """Of the place: what /cohorts/<slug>/people/<public id> takes."""
    person_id: int
    person_public_id: str
    name: str
    sort_name: str
    email: str
    zone: str
    country: str
    employer: str
    job_title: str
    pronoun: str
    external_id: str
    state: PlaceState
    section_id: int | None
    section: str
    joined_on: dt.date
    left_on: dt.date | None
    working_team_id: int | None
    working_team: str
    capstone_team_id: int | None
    capstone_team: str
    last_seen_on: dt.date | None
    invited_at: dt.datetime | None
    """When the latest invitation went out."""
    has_password: bool
    """They have set a password: the invitation was accepted."""
    suspended: bool
    """Their account is suspended: they cannot sign in, whatever their place."""


_working, _capstone = aliased(Team), aliased(Team)
_in_working, _in_capstone = aliased(TeamMembership), aliased(TeamMembership)
_INVITED_AT = (
    sa.select(sa.func.max(Invitation.created_at))
    .where(Invitation.person_id == Person.id)
    .correlate(Person)
    .scalar_subquery()
)


def _present(membership: Any, kind: TeamKind) -> sa.ColumnElement[bool]:
    return sa.and_(membership.place_id == Place.id, membership.kind == kind, membership.ends_at.is_(None))


_LINES = (
    sa.select(
        Place.id.label("place_id"),
        Place.public_id,
        Place.person_id,
        Person.public_id.label("person_public_id"),
        Person.name,
        Person.sort_name,
        sa.func.coalesce(Person.email, "").label("email"),
        Person.zone,
        Person.country,
        Person.employer,
        Person.job_title,
        Person.pronoun,
        sa.func.coalesce(Place.external_id, "").label("external_id"),
        Place.state,
        Place.section_id,
        sa.func.coalesce(Section.name, "").label("section"),
        Place.joined_on,
        Place.left_on,
        _working.id.label("working_team_id"),
        sa.func.coalesce(_working.name, "").label("working_team"),
        _capstone.id.label("capstone_team_id"),
        sa.func.coalesce(_capstone.name, "").label("capstone_team"),
        Person.last_seen_on,
        _INVITED_AT.label("invited_at"),
        User.password.is_not(None).label("has_password"),
        sa.func.coalesce(sa.not_(User.active), sa.false()).label("suspended"),
    )
    .select_from(Place)
    .join(Person, Person.id == Place.person_id)
    .outerjoin(Section, Section.id == Place.section_id)
    .outerjoin(_in_working, _present(_in_working, TeamKind.WORKING))
    .outerjoin(_working, _working.id == _in_working.team_id)
    .outerjoin(_in_capstone, _present(_in_capstone, TeamKind.CAPSTONE))
    .outerjoin(_capstone, _capstone.id == _in_capstone.team_id)
    .outerjoin(User, User.person_id == Person.id)
    .where(Place.state.in_(sa.bindparam("states", expanding=True)))
    .order_by(Person.sort_name, Place.id)
)
_ROSTER = _LINES.where(Place.cohort_id == sa.bindparam("cohort", type_=sa.Integer))
_ROSTERS = _LINES.add_columns(Place.cohort_id).where(
    Place.cohort_id.in_(sa.bindparam("cohorts", type_=sa.Integer, expanding=True))
)


def roster(cohort_id: int, states: Collection[PlaceState] = ACTIVE) -> list[RosterLine]:
    """The places of a cohort in some states (those that see the cohort, unless said otherwise), by name.

    One statement whatever the size.
    """
    rows = db.session.execute(_ROSTER, {"cohort": cohort_id, "states": list(states)})
    return [_line(row) for row in rows]


def rosters(
    cohort_ids: Collection[int], states: Collection[PlaceState] = ACTIVE
) -> dict[int, list[RosterLine]]:
    """The same for several cohorts at once, by cohort. One statement."""
    found: dict[int, list[RosterLine]] = {cohort_id: [] for cohort_id in cohort_ids}
    for row in db.session.execute(_ROSTERS, {"cohorts": list(cohort_ids), "states": list(states)}):
        found[row.cohort_id].append(_line(row))
    return found


def _line(row: Any) -> RosterLine:
    flags = {"has_password": bool(row.has_password), "suspended": bool(row.suspended)}
    values = {**row._asdict(), **flags}
    values.pop("cohort_id", None)
    return RosterLine(**values)


@dataclass(frozen=True, slots=True)
class NameLine:
    """One place of a cohort in a table whose rows are learners."""

    place_id: int
    public_id: str
    name: str
    external_id: str
    state: PlaceState


_NAMES = (
    sa.select(Place.id, Place.public_id, Person.name, sa.func.coalesce(Place.external_id, ""), Place.state)
    .join(Person, Person.id == Place.person_id)
    .where(Place.cohort_id == sa.bindparam("cohort", type_=sa.Integer), Place.state.in_(ACTIVE))
    .order_by(Person.sort_name, Place.id)
)


def names_of(cohort_id: int) -> list[NameLine]:
    """The places that see the cohort, by name, with no more than a table of figures needs. One statement."""
    return [NameLine(*row) for row in db.session.execute(_NAMES, {"cohort": cohort_id})]


@dataclass(frozen=True, slots=True)
class GroupedLine(NameLine):
    """The same, with where they sit and work: what a table of figures is narrowed by."""

    person_id: int
    section_id: int | None
    section: str
    working_team_id: int | None
    working_team: str
    capstone_team_id: int | None
    capstone_team: str
    joined_on: dt.date


_GROUPED = (
    _NAMES.add_columns(
        Place.person_id,
        Place.section_id,
        sa.func.coalesce(Section.name, ""),
        _working.id,
        sa.func.coalesce(_working.name, ""),
        _capstone.id,
        sa.func.coalesce(_capstone.name, ""),
        Place.joined_on,
    )
    .outerjoin(Section, Section.id == Place.section_id)
    .outerjoin(_in_working, _present(_in_working, TeamKind.WORKING))
    .outerjoin(_working, _working.id == _in_working.team_id)
    .outerjoin(_in_capstone, _present(_in_capstone, TeamKind.CAPSTONE))
    .outerjoin(_capstone, _capstone.id == _in_capstone.team_id)
)


def grouped_names_of(cohort_id: int) -> list[GroupedLine]:
    """The places that see the cohort, by name, with section and teams. One statement."""
    return [GroupedLine(*row) for row in db.session.execute(_GROUPED, {"cohort": cohort_id})]


def expected_back(cohort_id: int) -> dict[int, dt.date]:
    """When those on leave are expected back: place → day."""
    latest = (
        sa.select(sa.func.max(PlaceEvent.id).label("id"))
        .join(Place, Place.id == PlaceEvent.place_id)
        .where(
            Place.cohort_id == cohort_id,
            Place.state == PlaceState.ON_LEAVE,
            PlaceEvent.kind == PlaceEventKind.LEAVE_STARTED,
        )
        .group_by(PlaceEvent.place_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(PlaceEvent.place_id, PlaceEvent.details).join(latest, latest.c.id == PlaceEvent.id)
    )
    return {
        place_id: dt.date.fromisoformat(details["back_on"])
        for place_id, details in rows
        if details.get("back_on")
    }
