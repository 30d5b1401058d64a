"""Work goes from one marker to another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from lms.assessment import ports, queries
from lms.assessment.actions.terms import lock_caps
from lms.assessment.events import MarkingAssigned
from lms.assessment.models import MarkingTask
from lms.assessment.policy import MARKING
from lms.assessment.rules import OPEN, AssessmentRefusal, TaskState, why_not_give
from lms.cohorts import queries as cohorts
from lms.core import audit, events
from lms.core.db import db
from lms.core.errors import NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.people.models import Person
from lms.people.rules import Actor


def hand_over(task_ids: Sequence[int], marker_id: int, *, reason: str, actor: Actor, now: dt.datetime) -> int:
    """Give work that nobody has begun to judge to whoever takes a marker's place; returns how many pieces.

    What is begun, finished or released stays where it is: half a judgement is nobody else's. Their domain decides
    that the other may mark it; the marker before, and since when, is kept beside each piece.
    """
    tasks = db.session.scalars(
        sa.select(MarkingTask)
        .where(MarkingTask.id.in_(task_ids))
        .order_by(MarkingTask.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    waiting = [task for task in tasks if task.state is TaskState.WAITING and task.marker_id != marker_id]
    for task in waiting:
        to(task, marker_id, "assessment.hand_over", reason, actor, now)
    db.session.flush()
    for activity_id in sorted({task.activity_id for task in waiting}):
        announce(
            [task for task in waiting if task.activity_id == activity_id], marker_id, actor=actor, now=now
        )
    return len(waiting)


def to(
    task: MarkingTask, marker_id: int | None, action: str, reason: str, actor: Actor, now: dt.datetime
) -> None:
    """Let a piece be somebody's (or nobody's) from now on; whose it was, and since when, is kept beside it."""
    before, task.marker_id = task.marker_id, marker_id
    if before is not None and before != marker_id:
        task.handed_over_from_id, task.handed_over_at = before, now
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="marking_task",
            subject_id=task.id,
            cohort_id=task.cohort_id,
            before={"marker_id": before},
            after={"marker_id": marker_id},
            reason=reason,
        )
    )


def announce(tasks: Sequence[MarkingTask], marker_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Tell a marker of the pieces of one activity that are theirs now."""
    events.record(
        MarkingAssigned(
            cohort_id=tasks[0].cohort_id,
            activity_id=tasks[0].activity_id,
            task_ids=tuple(task.id for task in tasks),
            marker_id=marker_id,
            actor_id=actor.person_id,
            at=now,
        )
    )


def reassign(
    task_ids: Sequence[int], marker_id: int, *, reason: str = "", actor: Actor, now: dt.datetime
) -> list[MarkingTask]:
    """Give work that is still to be marked to another marker; drafts go with it.

    Raises RuleViolation when that person does not mark in the cohort or is an author, a conflict is declared, they look
    at a piece second, or one is finished; without a reason also when they are on leave or would get beyond their cap.
    """
    tasks = list(
        db.session.scalars(
            sa.select(MarkingTask)
            .where(MarkingTask.id.in_(task_ids))
            .order_by(MarkingTask.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
    if not tasks or len(tasks) != len(set(task_ids)):
        raise NotFound
    for task in tasks:
        if task.state not in OPEN:
            raise RuleViolation(AssessmentRefusal.FINALISED)
    _check_receiver(tasks, marker_id, reason, now)
    for task in tasks:
        to(task, marker_id, "assessment.reassign", reason, actor, now)
    db.session.flush()
    announce(tasks, marker_id, actor=actor, now=now)
    return tasks


def _check_receiver(tasks: Sequence[MarkingTask], marker_id: int, reason: str, now: dt.datetime) -> None:
    person = db.session.get(Person, marker_id)
    if person is None:
        raise NotFound
    first = tasks[0]
    if not any(
        line.person_id == marker_id and line.role in MARKING for line in cohorts.staff(first.cohort_id)
    ):
        raise RuleViolation(AssessmentRefusal.NOT_A_MARKER, name=person.name)
    lock_caps(first.cohort_id)
    cohort = cohorts.by_id(first.cohort_id)
    activity = curriculum.outline(cohort.version_id).activities[first.activity_id]
    line = next(
        one
        for one in queries.markers_of(cohort, activity, now=now, also=[marker_id])
        if one.person_id == marker_id
    )
    fresh = [task for task in tasks if task.marker_id != marker_id]
    places = {place for task in fresh for place in task.place_ids["places"]}
    second = ports.unseen(marker_id, first.cohort_id).tasks
    if any(task.id in second for task in fresh):
        raise RuleViolation(AssessmentRefusal.SECOND, name=person.name)
    refusal = why_not_give(
        line.candidate(), places, author=bool(line.own & places), more=len(fresh), reason=reason
    )
    if refusal:
        tight = line.cap_here is not None and line.candidate().room == max(0, line.cap_here - line.here)
        raise RuleViolation(
            refusal,
            name=person.name,
            count=line.here if tight else line.in_cohort,
            cap=line.cap_here if tight else line.cap,
            until=line.away.until_on if line.away else "",
        )
