"""Work comes to be marked, and goes from one marker to another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lms.assessment.actions.judging import recount
from lms.assessment.events import MarkingAssigned
from lms.assessment.models import MarkingTask, MarkVersion
from lms.assessment.policy import MARKING
from lms.assessment.rules import OPEN, AssessmentRefusal, Candidate, MarkState, TaskState, choose_marker
from lms.cohorts import queries as cohorts
from lms.cohorts.models import StaffAssignment
from lms.cohorts.queries import CohortView
from lms.core import audit, events
from lms.core.db import db
from lms.core.errors import NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ActivityLine
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.people.rules import Actor, Role
from lms.scheduling import queries as scheduling

MARKERS = (Role.MARKER, Role.FACULTY)


@dataclass(frozen=True, kw_only=True)
class Work:
    """A piece of work that was handed in."""

    cohort_id: int
    activity_id: int
    source: str
    """Who can show it: a key of `ports.work_readers`."""
    source_id: int
    """The version handed in: a new version has a new one."""
    title: str
    """Whose work it is, as the marker may see it."""
    place_ids: tuple[int, ...]
    handed_in_at: dt.datetime
    late_days: int = 0
    part: str = ""
    marker_id: int | None = None
    """Empty: the house chooses."""
    promised_at: dt.datetime | None = None
    """Empty: by policy, from the deadline or the handing-in, whichever is later."""


def bring_work(work: Work, *, now: dt.datetime) -> MarkingTask | None:
    """Put work into a marker's queue; returns None where there is no rubric to mark it by.

    A newer version takes the place of an older one whose mark is not released, and a draft goes with it. The same
    version again only brings its late days up to date: a finished mark is then worked out anew, and where it was
    released the new value waits for its release. A version that was superseded and is brought again (its author chose
    it after all) waits again, in the place of the later one.
    """
    cohort = cohorts.by_id(work.cohort_id)
    activity = curriculum.outline(cohort.version_id).activities[work.activity_id]
    if not curriculum.rubric(work.activity_id, work.part):
        return None
    earlier = _earlier(work)
    known = next((task for task in earlier if task.source_id == work.source_id), None)
    if known is not None and known.state is not TaskState.SUPERSEDED:
        _renew(known, work, now)
        return known
    superseded = [
        task
        for task in earlier
        if task is not known
        and task.state is not TaskState.RELEASED
        and task.state is not TaskState.SUPERSEDED
        and set(task.place_ids["places"]) & set(work.place_ids)
    ]
    task = (
        _again(known, work)
        if known is not None
        else MarkingTask(
            cohort_id=work.cohort_id,
            activity_id=work.activity_id,
            part=work.part,
            source=work.source,
            source_id=work.source_id,
            title=work.title,
            place_ids={"places": sorted(work.place_ids)},
            handed_in_at=work.handed_in_at,
            late_days=work.late_days,
            marker_id=work.marker_id or _marker_of(superseded) or _allocate(activity, cohort, work),
            promised_at=work.promised_at or _promise(work, cohort, activity),
            state=TaskState.WAITING,
            draft={},
        )
    )
    db.session.add(task)
    for old in superseded:
        _supersede(old, task)
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=None,
            action="assessment.bring_work",
            subject="marking_task",
            subject_id=task.id,
            cohort_id=work.cohort_id,
            after={"source": work.source, "source_id": work.source_id, "marker_id": task.marker_id},
        )
    )
    return task


def _earlier(work: Work) -> list[MarkingTask]:
    """The tasks of these learners' work, under lock; of everybody else's only what tells whose it is is read."""
    rows = db.session.execute(
        sa.select(MarkingTask.id, MarkingTask.source_id, MarkingTask.place_ids).where(
            MarkingTask.cohort_id == work.cohort_id,
            MarkingTask.activity_id == work.activity_id,
            MarkingTask.part == work.part,
            MarkingTask.source == work.source,
        )
    )
    theirs = set(work.place_ids)
    wanted = [
        row.id
        for row in rows
        if row.source_id == work.source_id or not theirs.isdisjoint(row.place_ids["places"])
    ]
    if not wanted:
        return []
    return list(
        db.session.scalars(
            sa.select(MarkingTask)
            .where(MarkingTask.id.in_(wanted))
            .order_by(MarkingTask.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _renew(task: MarkingTask, work: Work, now: dt.datetime) -> None:
    if task.state in OPEN:
        task.place_ids = {"places": sorted(work.place_ids)}
        task.title = work.title
    if task.late_days == work.late_days:
        db.session.flush()
        return
    before, task.late_days = task.late_days, work.late_days
    if task.state in (TaskState.FINALISED, TaskState.RELEASED):
        recount(task, reason=f"Days late changed from {before} to {work.late_days}.", now=now)
    db.session.flush()


def _again(known: MarkingTask, work: Work) -> MarkingTask:
    """A superseded version is the one to mark again."""
    known.state, known.draft, known.late_days = TaskState.WAITING, {}, work.late_days
    known.saved_at = known.saved_by_id = None
    known.version += 1
    return known


def _supersede(old: MarkingTask, new: MarkingTask) -> None:
    """The older version waits no more; what was judged of it goes with the newer one."""
    if old.draft and not new.draft:
        new.draft = {**old.draft, "carried": True}
        new.state = TaskState.DRAFT
        new.saved_at, new.saved_by_id = old.saved_at, old.saved_by_id
    old.state = TaskState.SUPERSEDED
    old.version += 1
    db.session.execute(
        sa.update(MarkVersion)
        .where(
            MarkVersion.task_id == old.id,
            MarkVersion.state.in_((MarkState.FINALISED, MarkState.MODERATED)),
        )
        .values(state=MarkState.REPLACED)
    )


def _marker_of(tasks: Sequence[MarkingTask]) -> int | None:
    return next((task.marker_id for task in tasks if task.marker_id is not None), None)


def _promise(work: Work, cohort: CohortView, activity: ActivityLine) -> dt.datetime:
    days = curriculum.outline(cohort.version_id).policies.marking.return_days
    item = scheduling.item(work.cohort_id, activity.key)
    since = max(work.handed_in_at, item.ends_at) if item else work.handed_in_at
    return since + dt.timedelta(days=days)


def _allocate(activity: ActivityLine, cohort: CohortView, work: Work) -> int | None:
    course = curriculum.outline(cohort.version_id).course(activity.course_id)
    authors = sa.select(Place.person_id).where(Place.id.in_(work.place_ids))
    staff = db.session.execute(
        sa.select(StaffAssignment.person_id, StaffAssignment.course_key)
        .where(
            StaffAssignment.cohort_id == cohort.id,
            StaffAssignment.ends_at.is_(None),
            StaffAssignment.role.in_([role.value for role in MARKERS]),
            StaffAssignment.course_key.in_(["", course.key]),
            StaffAssignment.person_id.not_in(authors),
        )
        .order_by(StaffAssignment.person_id)
    ).all()
    rows = db.session.execute(
        sa.select(MarkingTask.marker_id, sa.func.count())
        .where(
            MarkingTask.marker_id.in_({person_id for person_id, _course in staff}),
            MarkingTask.state.in_(OPEN),
        )
        .group_by(MarkingTask.marker_id)
    )
    loads = {marker_id: waiting for marker_id, waiting in rows}  # noqa: C416 - typed rows
    return choose_marker(
        [
            Candidate(person_id, of_course=course_key == course.key, waiting=loads.get(person_id, 0))
            for person_id, course_key in staff
        ]
    )


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
        _to(task, marker_id, "assessment.hand_over", reason, actor, now)
    db.session.flush()
    for activity_id in sorted({task.activity_id for task in waiting}):
        _announce(
            [task for task in waiting if task.activity_id == activity_id], marker_id, actor=actor, now=now
        )
    return len(waiting)


def _to(task: MarkingTask, marker_id: int, action: str, reason: str, actor: Actor, now: dt.datetime) -> None:
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


def _announce(tasks: Sequence[MarkingTask], marker_id: int, *, actor: Actor, now: dt.datetime) -> None:
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

    Raises RuleViolation when that person does not mark in the cohort, or a piece is finished.
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
    _check_marker(marker_id, tasks[0].cohort_id)
    for task in tasks:
        if task.state not in OPEN:
            raise RuleViolation(AssessmentRefusal.FINALISED)
        _to(task, marker_id, "assessment.reassign", reason, actor, now)
    db.session.flush()
    _announce(tasks, marker_id, actor=actor, now=now)
    return tasks


def _check_marker(marker_id: int, cohort_id: int) -> None:
    person = db.session.get(Person, marker_id)
    if person is None:
        raise NotFound
    if not any(line.person_id == marker_id and line.role in MARKING for line in cohorts.staff(cohort_id)):
        raise RuleViolation(AssessmentRefusal.NOT_A_MARKER, name=person.name)
