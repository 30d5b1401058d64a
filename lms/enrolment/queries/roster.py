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


def roster(cohort_id: int, states: Collection[PlaceState] = ACTIVE) -> list[RosterLine]:
    """The places of a cohort in some states (those that see the cohort, unless said otherwise), by name.

    One statement whatever the size.
    """
    working, capstone = _present(TeamKind.WORKING), _present(TeamKind.CAPSTONE)
    invited = (
        sa.select(Invitation.person_id, sa.func.max(Invitation.created_at).label("at"))
        .group_by(Invitation.person_id)
        .subquery()
    )
    rows = db.session.execute(
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
            working.c.id.label("working_team_id"),
            sa.func.coalesce(working.c.name, "").label("working_team"),
            capstone.c.id.label("capstone_team_id"),
            sa.func.coalesce(capstone.c.name, "").label("capstone_team"),
            Person.last_seen_on,
            invited.c.at.label("invited_at"),
            User.password.is_not(None).label("has_password"),
        )
        .join(Person, Person.id == Place.person_id)
        .outerjoin(Section, Section.id == Place.section_id)
        .outerjoin(working, working.c.place_id == Place.id)
        .outerjoin(capstone, capstone.c.place_id == Place.id)
        .outerjoin(invited, invited.c.person_id == Person.id)
        .outerjoin(User, User.person_id == Person.id)
        .where(Place.cohort_id == cohort_id, Place.state.in_(states))
        .order_by(Person.sort_name, Place.id)
    )
    return [RosterLine(**{**row._asdict(), "has_password": bool(row.has_password)}) for row in rows]


def _present(kind: TeamKind) -> Any:
    """The present team of this kind, by place."""
    team, membership = aliased(Team), aliased(TeamMembership)
    return (
        sa.select(membership.place_id, team.id, team.name)
        .join(team, team.id == membership.team_id)
        .where(membership.kind == kind, membership.ends_at.is_(None))
        .subquery()
    )


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
