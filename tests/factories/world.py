"""A small world for tests: persons, cohorts and places, built through the real actions."""

from __future__ import annotations

import datetime as dt
import itertools

import sqlalchemy as sa

from lms.cohorts import actions as cohorts
from lms.cohorts import queries as cohort_queries
from lms.cohorts.models import CohortState
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.curriculum.models import ProgrammeVersion
from lms.enrolment import actions as enrolment
from lms.people import actions as people
from lms.people import queries as people_queries
from lms.people.models import Person
from lms.people.rules import Actor, Role
from tests.support import kept

_numbers = itertools.count(1)


def version_id() -> int:
    """The shipped programme, published in the tests' template database."""
    found = db.session.scalar(sa.select(ProgrammeVersion.id).order_by(ProgrammeVersion.id))
    assert found is not None
    return found


def person(name: str = "", *, zone: str = "Asia/Kolkata", account: bool = True, email: str = "") -> Person:
    """A person; with an account that has no password unless a test sets one."""
    number = next(_numbers)
    name = name or f"Person {number}"
    with unit_of_work() as work:
        facts = people.PersonFacts(name=name, email=email or f"person{number}@example.org", zone=zone)
        added = people.add_person(facts, actor=None, now=work.now)
        if account:
            people.give_account(added, password_hash=None, now=work.now)
    return added


def granted(role: Role, cohort: CohortView | None = None, name: str = "") -> Person:
    """A person with a role, in a cohort or institution-wide."""
    added = person(name or f"{role.value.title()} {next(_numbers)}")
    with unit_of_work() as work:
        if cohort is None:
            people.grant(added.id, role, cohort_id=None, actor=None, now=work.now)
        else:
            cohorts.appoint(cohort.id, added.id, role, actor=director(), now=work.now)
    return added


def actor(who: Person) -> Actor:
    """The actor a person is now."""
    return people_queries.actor_for(who.id, clock.now())


def director() -> Actor:
    """An actor who may do what directors may; a person of the database."""
    known = db.session.scalar(sa.select(Person).where(Person.email == "director@example.org"))
    if known is None:
        known = Person(
            name="Dora Director",
            sort_name="dora director",
            email="director@example.org",
            zone="UTC",
            created_at=clock.now(),
        )
        db.session.add(known)
        db.session.flush()
        people.grant(known.id, Role.DIRECTOR, cohort_id=None, actor=None, now=clock.now())
        people.grant(known.id, Role.COORDINATOR, cohort_id=None, actor=None, now=clock.now())
    return actor(known)


def cohort(*, weeks_in: int = 0, slug: str = "", seats: int = 60, zone: str = "Asia/Kolkata") -> CohortView:
    """An open cohort of the shipped programme that is now in its week `weeks_in` (0: starts next Monday)."""
    now = clock.now()
    monday = now.date() - dt.timedelta(days=now.weekday())
    starts_on = monday - dt.timedelta(weeks=weeks_in - 1)
    created = dt.datetime.combine(starts_on, dt.time(6), dt.UTC) - dt.timedelta(weeks=4)
    if created > now:
        return _cohort(slug, seats, zone, starts_on, now)
    return kept.beginning(
        ("cohort", slug, seats, zone, starts_on),
        lambda: _cohort(slug, seats, zone, starts_on, created),
    )


def _cohort(slug: str, seats: int, zone: str, starts_on: dt.date, created: dt.datetime) -> CohortView:
    slug = slug or f"cohort-{next(_numbers)}"
    with clock.at(created):
        with unit_of_work():
            by = director()
        with unit_of_work() as work:
            facts = cohorts.CohortFacts(
                name=slug.replace("-", " ").title(),
                slug=slug,
                version_id=version_id(),
                starts_on=starts_on,
                zone=zone,
                seats=seats,
            )
            made = cohorts.create_cohort(facts, actor=by, now=work.now)
            cohort_id = made.id
        with unit_of_work() as work:
            cohorts.set_state(cohort_id, CohortState.OPEN, actor=by, now=work.now)
    return cohort_queries.by_id(cohort_id)


def learner(into: CohortView, name: str = "", *, zone: str = "Asia/Kolkata") -> Person:
    """A person with a place in a cohort since its start."""
    added = person(name or f"Learner {next(_numbers)}", zone=zone)
    place(into, added)
    return added


def place(into: CohortView, who: Person) -> int:
    """Enrol a person; returns the place's id."""
    with unit_of_work() as work:
        enrolling = enrolment.Enrolling(person_id=who.id, joined_on=into.starts_on)
        return enrolment.enrol(into.id, enrolling, actor=director(), now=work.now).id
