"""Writes about cohorts: creating, opening, closing one, and who has a task in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import rules
from lms.cohorts.events import CohortCreated, StaffAppointed, StaffReleased
from lms.cohorts.models import Cohort, CohortState, Section, StaffAssignment
from lms.cohorts.rules import CohortRefusal
from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.people import actions as people
from lms.people.models import Person, RoleGrant
from lms.people.rules import Actor, Role


@dataclass(frozen=True, kw_only=True)
class CohortFacts:
    """What a coordinator says of a new cohort."""

    name: str
    slug: str
    version_id: int
    starts_on: dt.date
    zone: str
    holiday_country: str = ""
    holiday_subdivision: str = ""
    breaks: tuple[int, ...] = ()
    """Calendar weeks; empty: as the programme plans them."""
    sections: tuple[str, ...] = ("A",)
    seats: int = 60


def create_cohort(facts: CohortFacts, *, actor: Actor, now: dt.datetime) -> Cohort:
    """Create a cohort in preparation; its schedule is built in the same transaction.

    Raises RuleViolation when the facts are refused.
    """
    frame = curriculum.outline(facts.version_id).frame
    breaks = sorted(facts.breaks or frame.breaks)
    taken = db.session.scalar(sa.select(Cohort.id).where(Cohort.slug == facts.slug)) is not None
    refusal = rules.why_not_create(
        slug=facts.slug,
        taken=taken,
        zone=facts.zone,
        starts_on=facts.starts_on,
        today=now.date(),
        breaks=breaks,
        planned=len(frame.breaks),
        weeks=frame.weeks,
    )
    if refusal:
        raise RuleViolation(refusal[0], **refusal[1])
    cohort = Cohort(
        slug=facts.slug,
        name=facts.name,
        version_id=facts.version_id,
        starts_on=facts.starts_on,
        zone=facts.zone,
        holiday_country=facts.holiday_country,
        holiday_subdivision=facts.holiday_subdivision,
        breaks=breaks,
        seats=facts.seats,
        created_at=now,
    )
    db.session.add(cohort)
    db.session.flush()
    for position, name in enumerate(facts.sections, start=1):
        db.session.add(Section(cohort_id=cohort.id, name=name, position=position))
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="cohorts.create",
            subject="cohort",
            subject_id=cohort.id,
            cohort_id=cohort.id,
            after={"name": facts.name, "starts_on": facts.starts_on, "zone": facts.zone, "breaks": breaks},
        )
    )
    events.record(CohortCreated(cohort_id=cohort.id, actor_id=actor.person_id, at=now))
    return cohort


def set_state(cohort_id: int, state: CohortState, *, actor: Actor, now: dt.datetime) -> None:
    """Open, close or reopen a cohort."""
    cohort: Cohort | None = locked(Cohort, cohort_id)
    if cohort is None:
        raise NotFound
    before, cohort.state = cohort.state, state
    touch(cohort_id)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="cohorts.set_state",
            subject="cohort",
            subject_id=cohort_id,
            cohort_id=cohort_id,
            before={"state": before.value},
            after={"state": state.value},
        )
    )


def touch(cohort_id: int) -> None:
    """Something changed that all members see alike: what was cached of it is void."""
    db.session.execute(
        sa.update(Cohort).where(Cohort.id == cohort_id).values(outline_version=Cohort.outline_version + 1)
    )


def appoint(
    cohort_id: int, person_id: int, role: Role, *, course_key: str = "", actor: Actor, now: dt.datetime
) -> StaffAssignment:
    """Give a person a task in a cohort, and the role that goes with it.

    Raises RuleViolation when they have it already.
    """
    locked(Cohort, cohort_id)
    known = db.session.scalar(
        sa.select(StaffAssignment).where(
            StaffAssignment.cohort_id == cohort_id,
            StaffAssignment.person_id == person_id,
            StaffAssignment.role == role.value,
            StaffAssignment.course_key == course_key,
            StaffAssignment.ends_at.is_(None),
        )
    )
    if known:
        raise RuleViolation(CohortRefusal.ALREADY_STAFF, name=db.session.get_one(Person, person_id).name)
    grant = people.grant(person_id, role, cohort_id=cohort_id, actor=actor, now=now)
    assignment = StaffAssignment(
        cohort_id=cohort_id,
        person_id=person_id,
        role=role.value,
        course_key=course_key,
        grant_id=grant.id,
        starts_at=now,
    )
    db.session.add(assignment)
    db.session.flush()
    touch(cohort_id)
    events.record(
        StaffAppointed(cohort_id=cohort_id, person_id=person_id, role=role.value, course_key=course_key)
    )
    return assignment


def release(assignment_id: int, *, cohort_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """End a person's task; their role ends with their last such task.

    Raises RuleViolation when there is no such task in this cohort.
    """
    assignment: StaffAssignment | None = locked(StaffAssignment, assignment_id)
    if assignment is None or assignment.cohort_id != cohort_id or assignment.ends_at is not None:
        raise RuleViolation(CohortRefusal.NOT_STAFF)
    assignment.ends_at = now
    db.session.flush()
    others = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(StaffAssignment)
        .where(
            StaffAssignment.cohort_id == cohort_id,
            StaffAssignment.person_id == assignment.person_id,
            StaffAssignment.role == assignment.role,
            StaffAssignment.ends_at.is_(None),
        )
    )
    grant = db.session.get(RoleGrant, assignment.grant_id)
    if not others and grant is not None:
        people.end_grants(
            assignment.person_id, grant.role, cohort_id=cohort_id, actor=actor, now=now, reason=reason
        )
    touch(cohort_id)
    events.record(
        StaffReleased(
            cohort_id=cohort_id,
            person_id=assignment.person_id,
            role=assignment.role,
            course_key=assignment.course_key,
        )
    )
