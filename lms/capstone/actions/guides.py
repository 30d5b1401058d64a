"""Who guides a project: one at a time, within the limit over all cohorts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.assessment.rules import TaskState
from lms.capstone import policy, queries
from lms.capstone.actions.story import hold, record, tell
from lms.capstone.events import GuideAssigned
from lms.capstone.models import GuideAssignment
from lms.capstone.rules import CapstoneRefusal, Told
from lms.capstone.rules.promises import Assigning, why_not_assign
from lms.cohorts import actions as cohorts
from lms.cohorts import queries as cohort_reads
from lms.core import events
from lms.core.db import db, locked
from lms.core.errors import RuleViolation
from lms.curriculum import queries as curriculum
from lms.curriculum.models import CourseKind
from lms.people.models import Person
from lms.people.rules import Actor, Role, clean

"""Who has one of these tasks in the cohort may guide without another appointment."""


def assign_guide(
    project_id: int, person_public_id: str, reason: str, *, actor: Actor, now: dt.datetime
) -> None:
    """Let somebody guide a project from now on, in place of whoever does.

    Raises RuleViolation when the person is at the limit and no director overrides it, or a reason is missing.
    """
    project = hold(project_id)
    if not queries.by_id(project.id).running:
        raise RuleViolation(CapstoneRefusal.ENDED)
    person = _chosen(person_public_id)
    reason = clean(reason)
    present = db.session.scalars(
        sa.select(GuideAssignment)
        .where(GuideAssignment.project_id == project.id, GuideAssignment.ends_at.is_(None))
        .with_for_update()
    ).one_or_none()
    cohort = cohort_reads.by_id(project.cohort_id)
    cap = curriculum.outline(cohort.version_id).policies.capstone.guide_cap
    load = queries.loads([person.id], besides=project.id).get(person.id, 0)
    refusal = why_not_assign(
        Assigning(
            load=load,
            cap=cap,
            changes=present is not None,
            same=present is not None and present.person_id == person.id,
            may_override=policy.can_override_cap(actor),
            reason=reason,
        )
    )
    if refusal:
        raise RuleViolation(refusal, name=person.name, load=load, cap=cap)
    _appoint(project.cohort_id, person, actor, now)
    if present is not None:
        present.ends_at = now
        db.session.flush()
    db.session.add(
        GuideAssignment(
            project_id=project.id,
            person_id=person.id,
            starts_at=now,
            ends_at=None,
            assigned_by_id=actor.person_id,
            reason=reason,
        )
    )
    db.session.flush()
    over = (
        _hand_over(project.id, present.person_id, person.id, reason, actor, now) if present else HandedOver()
    )
    details: dict[str, Any] = {"guide": person.name, "load": load + 1}
    if present is not None:
        details["before"] = db.session.get_one(Person, present.person_id).name
        details |= {"milestones": list(over.milestones), "pieces": over.pieces, "drafts": over.drafts}
    tell(project, Told.GUIDE, before=project.state, actor=actor, now=now, note=reason, details=details)
    record(project, "assign_guide", actor, after=details, reason=reason)
    events.record(
        GuideAssigned(
            cohort_id=project.cohort_id,
            project_id=project.id,
            project_public_id=project.public_id,
            guide_id=person.id,
            previous_id=present.person_id if present else None,
            reason=reason,
            milestones=over.milestones,
            pieces=over.pieces,
            drafts=over.drafts,
            place_ids=queries.place_ids_of(project.id),
            actor_id=actor.person_id,
            at=now,
        )
    )


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What goes to a new guide, and what stays with the one before."""

    milestones: tuple[str, ...] = ()
    """Codes of milestones that wait for an answer: whoever guides answers them, by the promise that was given."""
    pieces: int = 0
    """Marking that nobody has begun: it goes over."""
    drafts: int = 0
    """Marking that the one before has begun: it stays with them until they finish it or hand it over."""


def _hand_over(
    project_id: int, old_id: int, new_id: int, reason: str, actor: Actor, now: dt.datetime
) -> HandedOver:
    tasks = queries.marking_of(project_id, old_id)
    waiting = [task_id for task_id, state in tasks if state is TaskState.WAITING]
    moved = assessment.hand_over(waiting, new_id, reason=reason, actor=actor, now=now) if waiting else 0
    drafts = sum(state is TaskState.DRAFT for _task, state in tasks)
    return HandedOver(queries.waiting_codes(project_id), moved, drafts)


def _chosen(public_id: str) -> Person:
    """The person under a lock, so that two coordinators do not both fill the last place beside them."""
    number = db.session.scalar(sa.select(Person.id).where(Person.public_id == public_id))
    person: Person | None = locked(Person, number) if number is not None else None
    if person is None:
        raise RuleViolation(CapstoneRefusal.NO_PERSON)
    return person


def _appoint(cohort_id: int, person: Person, actor: Actor, now: dt.datetime) -> None:
    """Give the person the role of a guide in the cohort, unless they have it."""
    tasks = [line for line in cohort_reads.staff(cohort_id, at=now) if line.person_id == person.id]
    if any(line.role in policy.GUIDES for line in tasks):
        return
    outline = curriculum.outline(cohort_reads.by_id(cohort_id).version_id)
    course = next((each.key for each in outline.courses if each.kind is CourseKind.CAPSTONE), "")
    cohorts.appoint(cohort_id, person.id, Role.GUIDE, course_key=course, actor=actor, now=now)
