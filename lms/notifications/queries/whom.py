"""Whom a message goes to: a fixed number of statements for each few hundred people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.db import db, read
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.people.models import Person, RoleGrant, User
from lms.people.rules import Role

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told."""

    person_id: int
    name: str
    email: str
    zone: str
    suspended: bool
    settled: bool
    """They have set a password: they can sign in."""
    public_id: str = ""

    @property
    def reachable(self) -> bool:
        """Whether mail may go to them."""
        return bool(self.email) and not self.suspended


_SOME = sa.bindparam("some", type_=sa.Integer, expanding=True)
_PEOPLE = (
    sa.select(
        Person.id,
        Person.name,
        Person.email,
        Person.zone,
        User.active,
        User.password.is_not(None),
        Person.public_id,
    )
    .outerjoin(User, User.person_id == Person.id)
    .where(Person.id.in_(_SOME))
    .order_by(Person.id)
)
_BY_PLACE = sa.select(Place.id, Place.person_id).where(Place.id.in_(_SOME))
_ON_LEAVE = sa.select(Place.person_id).where(
    Place.cohort_id == sa.bindparam("cohort", type_=sa.Integer),
    Place.state == PlaceState.ON_LEAVE,
    Place.person_id.in_(_SOME),
)


def people(person_ids: Collection[int]) -> list[Recipient]:
    """These people, by id."""
    wanted = sorted(set(person_ids))
    found: list[Recipient] = []
    for start in range(0, len(wanted), CHUNK):
        rows = read(_PEOPLE, {"some": wanted[start : start + CHUNK]})
        found += [
            Recipient(person_id, name, email or "", zone, active is False, bool(settled), public_id)
            for person_id, name, email, zone, active, settled, public_id in rows
        ]
    return found


def by_place(place_ids: Collection[int]) -> dict[int, int]:
    """Place id → person id."""
    wanted = sorted(set(place_ids))
    found: dict[int, int] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = read(_BY_PLACE, {"some": wanted[start : start + CHUNK]})
        found |= {row.id: row.person_id for row in rows}
    return found


def of_places(place_ids: Collection[int]) -> list[Recipient]:
    """The people of these places."""
    return people(by_place(place_ids).values())


def on_leave(cohort_id: int, person_ids: Collection[int]) -> frozenset[int]:
    """Who of these is on leave in a cohort."""
    wanted = sorted(set(person_ids))
    found: set[int] = set()
    for start in range(0, len(wanted), CHUNK):
        rows = read(_ON_LEAVE, {"cohort": cohort_id, "some": wanted[start : start + CHUNK]})
        found |= set(rows.scalars())
    return frozenset(found)


def place_id_of(cohort_id: int, person_id: int) -> int | None:
    """A person's place in a cohort, whatever its state."""
    return db.session.scalar(
        sa.select(Place.id).where(Place.cohort_id == cohort_id, Place.person_id == person_id)
    )


def coordinators_of(cohort_id: int, now: dt.datetime) -> frozenset[int]:
    """Who coordinates a cohort at an instant: by a task in it; where nobody has one, those of the whole institution."""
    rows = db.session.execute(
        sa.select(RoleGrant.person_id, RoleGrant.cohort_id).where(
            RoleGrant.role == Role.COORDINATOR,
            sa.or_(RoleGrant.cohort_id == cohort_id, RoleGrant.cohort_id.is_(None)),
            RoleGrant.starts_at <= now,
            sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
        )
    ).all()
    here = frozenset(row.person_id for row in rows if row.cohort_id is not None)
    return here or frozenset(row.person_id for row in rows)
