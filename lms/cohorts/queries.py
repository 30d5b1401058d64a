"""Reads of cohorts: which ones a person may see, and the slim view that guards hand on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import Cohort, CohortState, Section, StaffAssignment
from lms.core import clock
from lms.core.db import db, read
from lms.core.errors import NotFound
from lms.people.models import Person, User
from lms.people.rules import Actor, Role, normal_email, sort_name

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


COLUMNS = (
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


_NAMES = tuple(field.name for field in fields(CohortView))
_values = attrgetter(*_NAMES)


def view_of(row: Any) -> CohortView:
    """The view in a row that holds `COLUMNS`, whatever stands beside them."""
    values = dict(zip(_NAMES, _values(row), strict=True))
    values["breaks"] = tuple(values["breaks"])
    return CohortView(**values)


_BY_ID = sa.select(*COLUMNS).where(Cohort.id == sa.bindparam("id", type_=sa.Integer))


def by_id(cohort_id: int) -> CohortView:
    """The cohort, for those who have its id already."""
    row = read(_BY_ID, {"id": cohort_id}).one_or_none()
    if row is None:
        raise NotFound
    return view_of(row)


_BY_SLUG = sa.select(*COLUMNS).where(Cohort.slug == sa.bindparam("slug", type_=sa.String))


def cohort_visible_to(actor: Actor, slug: str) -> CohortView:
    """The cohort with this slug, if the actor has any role in it or sees all; else NotFound."""
    row = read(_BY_SLUG, {"slug": slug}).one_or_none()
    if row is None:
        raise NotFound
    cohort = view_of(row)
    if not visible(actor, cohort):
        raise NotFound
    return cohort


def thing_visible_to(
    actor: Actor, slug: str, wanted: Callable[[CohortView], sa.Executable]
) -> tuple[CohortView, Any]:
    """A cohort that the actor sees, and the row of what an address names in it; else NotFound. Two statements.

    `wanted` makes the statement from the cohort: what belongs to another finds nothing.
    """
    cohort = cohort_visible_to(actor, slug)
    row = db.session.execute(wanted(cohort)).one_or_none()
    if row is None:
        raise NotFound
    return cohort, row


def visible(actor: Actor, cohort: CohortView) -> bool:
    """Whether the actor may know of the cohort."""
    if cohort.state is CohortState.PREPARING and not sees_before_opening(actor, cohort.id):
        return False
    return sees(actor, cohort.id)


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
    statement = sa.select(*COLUMNS).order_by(Cohort.starts_on.desc(), Cohort.id)
    if not any((role, None) in actor.grants for role in roles):
        statement = statement.where(Cohort.id.in_(actor.cohorts(*roles)))
    return [view_of(row) for row in db.session.execute(statement)]


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
    ends_at: dt.datetime | None = None
    """A day ahead on which somebody takes over; else empty."""


def staff(cohort_id: int, *, at: dt.datetime | None = None) -> list[StaffLine]:
    """Who has a task in the cohort now (or at an instant), by role and name."""
    at = at or clock.now()
    return [line for line in staff_ahead(cohort_id, at=at) if line.starts_at <= at]


def staff_of(cohort_ids: Collection[int]) -> dict[int, list[StaffLine]]:
    """Who has a task in each of some cohorts now, by role and name. One statement."""
    at = clock.now()
    found: dict[int, list[StaffLine]] = {cohort_id: [] for cohort_id in cohort_ids}
    for cohort_id, line in _staff_lines(cohort_ids, at):
        if line.starts_at <= at:
            found[cohort_id].append(line)
    return found


def staff_ahead(cohort_id: int, *, at: dt.datetime) -> list[StaffLine]:
    """Who has a task in the cohort at an instant or from a later day on, by role and name."""
    return [line for _cohort_id, line in _staff_lines([cohort_id], at)]


def _staff_lines(cohort_ids: Collection[int], at: dt.datetime) -> list[tuple[int, StaffLine]]:
    rows = db.session.execute(
        sa.select(
            StaffAssignment.cohort_id,
            StaffAssignment.id.label("assignment_id"),
            Person.id.label("person_id"),
            Person.public_id,
            Person.name,
            Person.email,
            Person.zone,
            StaffAssignment.role,
            StaffAssignment.course_key,
            StaffAssignment.starts_at,
            StaffAssignment.ends_at,
        )
        .join(Person, Person.id == StaffAssignment.person_id)
        .where(
            StaffAssignment.cohort_id.in_(cohort_ids),
            sa.or_(StaffAssignment.ends_at.is_(None), StaffAssignment.ends_at > at),
        )
        .order_by(
            StaffAssignment.role,
            StaffAssignment.course_key,
            Person.sort_name,
            Person.id,
            StaffAssignment.id,
        )
    )
    found = []
    for row in rows:
        values = {**row._asdict(), "role": Role(row.role)}
        found.append((values.pop("cohort_id"), StaffLine(**values)))
    return found


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person with the tasks they have in a cohort now or from a later day on."""

    cohort: CohortView
    person_id: int
    public_id: str
    name: str
    email: str | None
    zone: str
    tasks: tuple[StaffLine, ...]

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


def staff_member_visible_to(actor: Actor, slug: str, public_id: str) -> StaffMember:
    """A member of the cohort's staff; NotFound when they have no task there."""
    cohort = cohort_visible_to(actor, slug)
    lines = [line for line in staff_ahead(cohort.id, at=clock.now()) if line.public_id == public_id]
    if not lines:
        raise NotFound
    first = lines[0]
    return StaffMember(
        cohort, first.person_id, first.public_id, first.name, first.email, first.zone, tuple(lines)
    )


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person with an account, for choosing one."""

    id: int
    public_id: str
    name: str
    email: str
    zone: str


FOUND = 12
"""So many persons are offered; a longer word finds fewer."""
_PERSON = (Person.id, Person.public_id, Person.name, Person.email, Person.zone)


def find_persons(text: str) -> list[PersonLine]:
    """Persons with an account whose name or address contains the text, by name; none for less than two letters."""
    words, address = sort_name(text), normal_email(text)
    if len(words) < 2:
        return []
    rows = db.session.execute(
        sa.select(*_PERSON)
        .join(User, User.person_id == Person.id)
        .where(
            User.active.is_(True),
            sa.or_(
                Person.sort_name.contains(words, autoescape=True),
                Person.email.contains(address, autoescape=True),
            ),
        )
        .order_by(Person.sort_name, Person.id)
        .limit(FOUND)
    )
    return [PersonLine(**row._asdict()) for row in rows]


def persons(public_ids: list[str]) -> list[PersonLine]:
    """Persons with an account by their public ids, by name; unknown ids are left out."""
    if not public_ids:
        return []
    rows = db.session.execute(
        sa.select(*_PERSON)
        .join(User, User.person_id == Person.id)
        .where(Person.public_id.in_(public_ids), User.active.is_(True))
        .order_by(Person.sort_name, Person.id)
    )
    return [PersonLine(**row._asdict()) for row in rows]


def slug_taken(slug: str) -> bool:
    """Whether a cohort has this short name."""
    return db.session.scalar(sa.select(Cohort.id).where(Cohort.slug == slug)) is not None


def all_ids() -> list[int]:
    """The ids of all cohorts, oldest first: for maintenance."""
    return list(db.session.scalars(sa.select(Cohort.id).order_by(Cohort.id)))


def names(cohort_ids: Collection[int]) -> dict[int, str]:
    """What these cohorts are called, by id."""
    rows = db.session.execute(sa.select(Cohort.id, Cohort.name).where(Cohort.id.in_(list(cohort_ids))))
    return {row.id: row.name for row in rows}
