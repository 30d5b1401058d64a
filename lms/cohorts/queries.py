"""Reads of cohorts: which ones a person may see, and the slim view that guards hand on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import Cohort, CohortState, Section, StaffAssignment
from lms.core.db import db
from lms.core.errors import NotFound
from lms.people.models import Person
from lms.people.rules import Actor, Role

WIDE = (Role.COORDINATOR, Role.DIRECTOR, Role.ADMINISTRATOR, Role.AUDITOR)
"""Roles that see every cohort when granted institution-wide."""


@dataclass(frozen=True, slots=True)
class CohortView:
    """A cohort as pages and guards know it."""

    id: int
    slug: str
    name: str
    version_id: int
    state: CohortState
    starts_on: dt.date
    zone: str
    holiday_country: str
    holiday_subdivision: str
    breaks: tuple[int, ...]
    seats: int
    outline_version: int

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.id


_COLUMNS = (
    Cohort.id,
    Cohort.slug,
    Cohort.name,
    Cohort.version_id,
    Cohort.state,
    Cohort.starts_on,
    Cohort.zone,
    Cohort.holiday_country,
    Cohort.holiday_subdivision,
    Cohort.breaks,
    Cohort.seats,
    Cohort.outline_version,
)


def _view(row: Any) -> CohortView:
    return CohortView(**{**row._asdict(), "breaks": tuple(row.breaks)})


def by_id(cohort_id: int) -> CohortView:
    """The cohort, for those who have its id already."""
    row = db.session.execute(sa.select(*_COLUMNS).where(Cohort.id == cohort_id)).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def cohort_visible_to(actor: Actor, slug: str) -> CohortView:
    """The cohort with this slug, if the actor has any role in it or sees all; else NotFound."""
    row = db.session.execute(sa.select(*_COLUMNS).where(Cohort.slug == slug)).one_or_none()
    if row is None or not sees(actor, row.id):
        raise NotFound
    if row.state is CohortState.PREPARING and not sees_before_opening(actor, row.id):
        raise NotFound
    return _view(row)


def sees(actor: Actor, cohort_id: int) -> bool:
    """Whether the actor has any business in the cohort."""
    wide = any(role in WIDE for role, cohort in actor.grants if cohort is None)
    return wide or any(cohort == cohort_id for _role, cohort in actor.grants)


def sees_before_opening(actor: Actor, cohort_id: int) -> bool:
    """Whether the actor sees a cohort that is still being prepared: everybody in it but its learners."""
    return any(
        (cohort is None and role in WIDE) or (cohort == cohort_id and role is not Role.LEARNER)
        for role, cohort in actor.grants
    )


def cohorts_of(actor: Actor, *roles: Role) -> list[CohortView]:
    """The cohorts in which the actor holds one of the roles, all of them with a wide grant; latest start first."""
    statement = sa.select(*_COLUMNS).order_by(Cohort.starts_on.desc(), Cohort.id)
    if not any((role, None) in actor.grants for role in roles):
        statement = statement.where(Cohort.id.in_(actor.cohorts(*roles)))
    return [_view(row) for row in db.session.execute(statement)]


def sections(cohort_id: int) -> list[Section]:
    """The sections of a cohort, in order."""
    return list(
        db.session.scalars(
            sa.select(Section).where(Section.cohort_id == cohort_id).order_by(Section.position)
        )
    )


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A person with a task in a cohort."""

    assignment_id: int
    person_id: int
    public_id: str
    name: str
    email: str | None
    zone: str
    role: Role
    course_key: str
    starts_at: dt.datetime


def staff(cohort_id: int) -> list[StaffLine]:
    """Who has a task in the cohort now, by role and name."""
    rows = db.session.execute(
        sa.select(
            StaffAssignment.id.label("assignment_id"),
            Person.id.label("person_id"),
            Person.public_id,
            Person.name,
            Person.email,
            Person.zone,
            StaffAssignment.role,
            StaffAssignment.course_key,
            StaffAssignment.starts_at,
        )
        .join(Person, Person.id == StaffAssignment.person_id)
        .where(StaffAssignment.cohort_id == cohort_id, StaffAssignment.ends_at.is_(None))
        .order_by(StaffAssignment.role, StaffAssignment.course_key, Person.sort_name, Person.id)
    )
    return [StaffLine(**{**row._asdict(), "role": Role(row.role)}) for row in rows]
