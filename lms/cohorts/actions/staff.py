"""Who has a task in a cohort: appointing, ending a task, putting one person in another's place."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.cohorts.actions.cohort import touch
from lms.cohorts.events import StaffAppointed, StaffReleased
from lms.cohorts.models import Cohort, StaffAssignment
from lms.cohorts.rules import CohortRefusal
from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.people import actions as people
from lms.people.models import Person, RoleGrant
from lms.people.rules import Actor, Role


def appoint(
    cohort_id: int, person_id: int, role: Role, *, course_key: str = "", actor: Actor, now: dt.datetime
) -> StaffAssignment:
    """Give a person a task in a cohort, and the role that goes with it.

    Raises RuleViolation when they have it already, or are a learner of the cohort.
    """
    locked(Cohort, cohort_id)
    person = db.session.get(Person, person_id)
    if person is None:
        raise RuleViolation(CohortRefusal.NOBODY)
    _not_a_learner(cohort_id, person, now)
    if _has_task(cohort_id, person_id, role, course_key, now):
        raise RuleViolation(CohortRefusal.ALREADY_STAFF, name=person.name)
    return _assign(cohort_id, person_id, role, course_key, at=now, actor=actor, now=now)


def appoint_until(
    cohort_id: int,
    person_id: int,
    role: Role,
    until: dt.datetime,
    *,
    course_key: str,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> StaffAssignment:
    """Give a person a task with an end that is set already: somebody stands in for somebody. Raises like `appoint`."""
    assignment = appoint(cohort_id, person_id, role, course_key=course_key, actor=actor, now=now)
    _end(assignment, at=until, reason=reason, actor=actor, now=now)
    return assignment


def move_end(assignment_id: int, *, cohort_id: int, until: dt.datetime) -> None:
    """Have a task that was given for a time end at another instant; the role ends with the last such task."""
    locked(Cohort, cohort_id)
    assignment: StaffAssignment | None = locked(StaffAssignment, assignment_id)
    if assignment is None or assignment.ends_at is None or assignment.ends_at == until:
        return
    before, assignment.ends_at = assignment.ends_at, max(until, assignment.starts_at)
    db.session.flush()
    ends = db.session.scalars(
        sa.select(StaffAssignment.ends_at).where(
            StaffAssignment.cohort_id == cohort_id,
            StaffAssignment.person_id == assignment.person_id,
            StaffAssignment.role == assignment.role,
        )
    ).all()
    known = [one for one in ends if one is not None]
    role_ends = max(known) if len(known) == len(ends) else None
    db.session.execute(
        sa.update(RoleGrant).where(RoleGrant.id == assignment.grant_id).values(ends_at=role_ends)
    )
    touch(cohort_id)
    audit.record(
        audit.Entry(
            actor_id=None,
            action="cohorts.move_end",
            subject="person",
            subject_id=assignment.person_id,
            cohort_id=cohort_id,
            before={"role": assignment.role, "until": before},
            after={"until": assignment.ends_at},
        )
    )


def release(assignment_id: int, *, cohort_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """End a person's task; their role ends with their last such task.

    Raises RuleViolation when there is no such task in this cohort.
    """
    locked(Cohort, cohort_id)
    assignment: StaffAssignment | None = locked(StaffAssignment, assignment_id)
    over = assignment is not None and assignment.ends_at is not None and assignment.ends_at <= now
    if assignment is None or assignment.cohort_id != cohort_id or over:
        raise RuleViolation(CohortRefusal.NOT_STAFF)
    _end(assignment, at=max(now, assignment.starts_at), reason=reason, actor=actor, now=now)


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """One person takes over all tasks of another from a day on, in the cohort's zone."""

    old_person_id: int
    new_person_id: int
    from_day: dt.date
    reason: str


def replace_staff(cohort_id: int, wanted: Replacement, *, actor: Actor, now: dt.datetime) -> int:
    """End all tasks of one person and give them to another, from a day on; returns how many.

    Until that day both see the cohort as before. Raises RuleViolation when the day has passed, there is nothing to
    hand over, or the other is a learner of the cohort.
    """
    cohort: Cohort | None = locked(Cohort, cohort_id)
    if cohort is None:
        raise NotFound
    there = ZoneInfo(cohort.zone)
    today = now.astimezone(there).date()
    if wanted.from_day < today:
        raise RuleViolation(CohortRefusal.DAY_PASSED)
    old, new = (
        db.session.get(Person, person_id) for person_id in (wanted.old_person_id, wanted.new_person_id)
    )
    if old is None or new is None:
        raise RuleViolation(CohortRefusal.NOBODY)
    if old.id == new.id:
        raise RuleViolation(CohortRefusal.SAME_PERSON, name=old.name)
    _not_a_learner(cohort_id, new, now)
    at = now if wanted.from_day == today else dt.datetime.combine(wanted.from_day, dt.time(), there)
    tasks = db.session.scalars(
        sa.select(StaffAssignment)
        .where(
            StaffAssignment.cohort_id == cohort_id,
            StaffAssignment.person_id == old.id,
            sa.or_(StaffAssignment.ends_at.is_(None), StaffAssignment.ends_at > at),
        )
        .order_by(StaffAssignment.id)
    ).all()
    if not tasks:
        raise RuleViolation(CohortRefusal.NO_TASKS, name=old.name)
    for task in tasks:
        begins = max(at, task.starts_at)
        role = Role(task.role)
        if not _has_task(cohort_id, new.id, role, task.course_key, begins):
            _assign(cohort_id, new.id, role, task.course_key, at=begins, actor=actor, now=now)
        _end(task, at=begins, reason=wanted.reason, actor=actor, now=now)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="cohorts.replace_staff",
            subject="cohort",
            subject_id=cohort_id,
            cohort_id=cohort_id,
            before={"person": old.name},
            after={"person": new.name, "from": at, "tasks": len(tasks)},
            reason=wanted.reason,
        )
    )
    return len(tasks)


def _not_a_learner(cohort_id: int, person: Person, now: dt.datetime) -> None:
    learner = db.session.scalar(
        sa.select(RoleGrant.id).where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == Role.LEARNER,
            RoleGrant.cohort_id == cohort_id,
            sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
        )
    )
    if learner is not None:
        raise RuleViolation(CohortRefusal.IS_LEARNER, name=person.name)


def _has_task(cohort_id: int, person_id: int, role: Role, course_key: str, at: dt.datetime) -> bool:
    """Whether a person has this task at an instant, with no end set."""
    known = db.session.scalar(
        sa.select(StaffAssignment.id).where(
            StaffAssignment.cohort_id == cohort_id,
            StaffAssignment.person_id == person_id,
            StaffAssignment.role == role.value,
            StaffAssignment.course_key == course_key,
            StaffAssignment.starts_at <= at,
            StaffAssignment.ends_at.is_(None),
        )
    )
    return known is not None


def _assign(
    cohort_id: int,
    person_id: int,
    role: Role,
    course_key: str,
    *,
    at: dt.datetime,
    actor: Actor,
    now: dt.datetime,
) -> StaffAssignment:
    ahead = at if at > now else None
    grant = people.grant(person_id, role, cohort_id=cohort_id, actor=actor, now=now, starts_at=ahead)
    grant.ends_at = None
    grant.starts_at = min(grant.starts_at, at)
    assignment = StaffAssignment(
        cohort_id=cohort_id,
        person_id=person_id,
        role=role.value,
        course_key=course_key,
        grant_id=grant.id,
        starts_at=at,
    )
    db.session.add(assignment)
    db.session.flush()
    touch(cohort_id)
    events.record(
        StaffAppointed(
            cohort_id=cohort_id, person_id=person_id, role=role.value, course_key=course_key, at=at
        )
    )
    return assignment


def _end(
    assignment: StaffAssignment, *, at: dt.datetime, reason: str, actor: Actor, now: dt.datetime
) -> None:
    """End a task at an instant, now or ahead; the role ends with the last such task."""
    assignment.ends_at = at
    db.session.flush()
    others = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(StaffAssignment)
        .where(
            StaffAssignment.cohort_id == assignment.cohort_id,
            StaffAssignment.person_id == assignment.person_id,
            StaffAssignment.role == assignment.role,
            sa.or_(StaffAssignment.ends_at.is_(None), StaffAssignment.ends_at > at),
        )
    )
    if not others:
        _end_role(assignment, at=at, reason=reason, actor=actor, now=now)
    touch(assignment.cohort_id)
    events.record(
        StaffReleased(
            cohort_id=assignment.cohort_id,
            person_id=assignment.person_id,
            role=assignment.role,
            course_key=assignment.course_key,
            at=at,
        )
    )


def _end_role(
    assignment: StaffAssignment, *, at: dt.datetime, reason: str, actor: Actor, now: dt.datetime
) -> None:
    role = Role(assignment.role)
    if at <= now:
        people.end_grants(
            assignment.person_id, role, cohort_id=assignment.cohort_id, actor=actor, now=now, reason=reason
        )
        return
    db.session.execute(
        sa.update(RoleGrant)
        .where(
            RoleGrant.person_id == assignment.person_id,
            RoleGrant.role == role,
            RoleGrant.cohort_id == assignment.cohort_id,
            sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > at),
        )
        .values(ends_at=at)
    )
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="people.end_grant",
            subject="person",
            subject_id=assignment.person_id,
            cohort_id=assignment.cohort_id,
            before={"role": role.value},
            after={"until": at},
            reason=reason,
        )
    )
