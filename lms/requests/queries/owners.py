"""Who may own requests of a kind in a cohort."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.db import db
from lms.people.models import Person, RoleGrant, User
from lms.people.queries.persons import grant_in_force
from lms.people.rules import STAFF, Actor, Role
from lms.requests.models import Request
from lms.requests.rules import RUNNING, Candidate

STAFF_OF_COHORT = STAFF | {Role.DIRECTOR}
"""Whom a complaint may be about."""


def candidates(cohort_id: int, roles: Collection[Role], now: dt.datetime) -> list[Candidate]:
    """Who holds one of the roles here or in the whole institution and can sign in, by name. One statement."""
    running = (
        sa.select(sa.func.count())
        .select_from(Request)
        .where(Request.owner_id == Person.id, Request.state.in_(RUNNING))
        .correlate(Person)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            Person.id,
            Person.public_id,
            Person.name,
            RoleGrant.cohort_id,
            RoleGrant.role,
            running.label("running"),
        )
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(User, User.person_id == Person.id)
        .where(
            RoleGrant.role.in_(list(roles)),
            sa.or_(RoleGrant.cohort_id == cohort_id, RoleGrant.cohort_id.is_(None)),
            grant_in_force(now),
            User.active.is_(True),
        )
        .order_by(Person.sort_name, Person.id, RoleGrant.id)
    )
    found: dict[int, Candidate] = {}
    for row in rows:
        known = found.get(row.id)
        found[row.id] = Candidate(
            person_id=row.id,
            public_id=row.public_id,
            name=row.name,
            here=row.cohort_id is not None or (known is not None and known.here),
            coordinates=row.role is Role.COORDINATOR or (known is not None and known.coordinates),
            running=row.running,
        )
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to whom requests could be given."""

    public_id: str
    name: str


def colleagues(actor: Actor, cohort_id: int | None, now: dt.datetime) -> list[Colleague]:
    """Staff of a cohort, or of all in which the actor coordinates or directs, who can sign in. One statement."""
    steering = (Role.COORDINATOR, Role.DIRECTOR)
    where = [
        RoleGrant.role.in_(list(STAFF_OF_COHORT)),
        grant_in_force(now),
        User.active.is_(True),
    ]
    if cohort_id is not None:
        where.append(sa.or_(RoleGrant.cohort_id == cohort_id, RoleGrant.cohort_id.is_(None)))
    elif not any(role in steering for role in actor.institution_roles):
        ids = actor.cohorts(*steering)
        where.append(sa.or_(RoleGrant.cohort_id.in_(ids), RoleGrant.cohort_id.is_(None)))
    rows = db.session.execute(
        sa.select(Person.public_id, Person.name, Person.sort_name, Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(User, User.person_id == Person.id)
        .where(*where)
        .distinct()
        .order_by(Person.sort_name, Person.id)
    )
    return [Colleague(row.public_id, row.name) for row in rows]
