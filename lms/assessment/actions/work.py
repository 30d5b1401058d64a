"""Work comes to be marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa

from lms.assessment import queries
from lms.assessment.actions.blind import candidate
from lms.assessment.actions.judging import recount
from lms.assessment.actions.terms import lock_caps
from lms.assessment.events import WorkBrought
from lms.assessment.models import CandidateNumber, MarkingTask, MarkVersion
from lms.assessment.rules import OPEN, MarkState, TaskState, choose_marker
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core import audit, events
from lms.core.db import db, read
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ActivityLine
from lms.scheduling import queries as scheduling


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
    named: bool = False
    """Its marker knows whose it is, whatever the activity says: a team's work, a project's."""
    marker_id: int | None = None
    """Empty: the house chooses."""
    promised_at: dt.datetime | None = None
    """Empty: by policy, from the deadline or the handing-in, whichever is later."""
    usual_end: dt.datetime | None = None
    """The cohort's deadline, where whoever brings it has just read it."""


def bring_work(work: Work, *, now: dt.datetime, cohort: CohortView | None = None) -> MarkingTask | None:
    """Put work into a marker's queue; returns None where there is no rubric to mark it by.

    A newer version takes the place of an older one whose mark is not released, and a draft goes with it. The same
    version again only brings its late days up to date: a finished mark is then worked out anew, and where it was
    released the new value waits for its release. A version that was superseded and is brought again (its author chose
    it after all) waits again, in the place of the later one. `cohort`: where it was read already.
    """
    cohort = cohort or cohorts.by_id(work.cohort_id)
    activity = curriculum.outline(cohort.version_id).activities[work.activity_id]
    if not curriculum.has_rubric(work.activity_id, work.part):
        return None
    earlier = _earlier(work)
    known = next((task for task in earlier if task.source_id == work.source_id), None)
    if known is not None and known.state is not TaskState.SUPERSEDED:
        _renew(known, work, now)
        _tell_of(known, now)
        return known
    superseded = [
        task
        for task in earlier
        if task is not known
        and task.state is not TaskState.RELEASED
        and task.state is not TaskState.SUPERSEDED
        and set(task.place_ids["places"]) & set(work.place_ids)
    ]
    masked = _mask(activity, work)
    title = f"Candidate {masked.number}" if masked else work.title
    task = (
        _again(known, work)
        if known is not None
        else MarkingTask(
            cohort_id=work.cohort_id,
            activity_id=work.activity_id,
            part=work.part,
            source=work.source,
            source_id=work.source_id,
            title=title,
            place_ids={"places": sorted(work.place_ids)},
            candidate_id=masked.id if masked else None,
            handed_in_at=work.handed_in_at,
            late_days=work.late_days,
            marker_id=work.marker_id or _marker_of(superseded) or _allocate(activity, cohort, work, now),
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
    _tell_of(task, now)
    return task


def _tell_of(task: MarkingTask, now: dt.datetime) -> None:
    events.record(
        WorkBrought(
            cohort_id=task.cohort_id,
            activity_id=task.activity_id,
            part=task.part,
            task_id=task.id,
            title=task.title,
            place_ids=tuple(task.place_ids["places"]),
            at=now,
        )
    )


def _mask(activity: ActivityLine, work: Work) -> CandidateNumber | None:
    """The number that stands for its author, where it is marked blind."""
    if not activity.anonymous or work.named or work.part or len(work.place_ids) != 1:
        return None
    return candidate(work.cohort_id, work.activity_id, work.place_ids[0])


def _earlier(work: Work) -> list[MarkingTask]:
    """The tasks of these learners' work, under lock; of everybody else's only what tells whose it is is read."""
    others = read(
        _OF_ACTIVITY,
        {
            "cohort": work.cohort_id,
            "activity": work.activity_id,
            "part": work.part,
            "source": work.source,
        },
    )
    theirs = set(work.place_ids)
    wanted = [
        row.id
        for row in others
        if row.source_id == work.source_id or not theirs.isdisjoint(row.place_ids["places"])
    ]
    return list(db.session.scalars(_LOCKED, {"tasks": wanted})) if wanted else []


_task = MarkingTask.__table__.c
_OF_ACTIVITY = sa.select(_task.id, _task.source_id, _task.place_ids).where(
    _task.cohort_id == sa.bindparam("cohort", type_=sa.Integer),
    _task.activity_id == sa.bindparam("activity", type_=sa.Integer),
    _task.part == sa.bindparam("part", type_=sa.String),
    _task.source == sa.bindparam("source", type_=sa.String),
)
_LOCKED = (
    sa.select(MarkingTask)
    .where(MarkingTask.id.in_(sa.bindparam("tasks", type_=sa.Integer, expanding=True)))
    .order_by(MarkingTask.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def _renew(task: MarkingTask, work: Work, now: dt.datetime) -> None:
    if task.state in OPEN:
        task.place_ids = {"places": sorted(work.place_ids)}
        task.title = task.title if task.candidate_id else work.title
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
    read(_REPLACED, {"task": old.id})
    for known in list(db.session.identity_map.values()):
        if isinstance(known, MarkVersion) and known.task_id == old.id:
            db.session.expire(known, ["state"])


_mark_version = cast("sa.Table", MarkVersion.__table__)
_REPLACED = (
    sa.update(_mark_version)
    .where(
        _mark_version.c.task_id == sa.bindparam("task", type_=sa.Integer),
        _mark_version.c.state.in_((MarkState.FINALISED, MarkState.MODERATED)),
    )
    .values(state=MarkState.REPLACED)
)
"""Of the table, and those that the session holds are told by hand: it would take as long as all else to work it out."""


def _marker_of(tasks: Sequence[MarkingTask]) -> int | None:
    return next((task.marker_id for task in tasks if task.marker_id is not None), None)


def _promise(work: Work, cohort: CohortView, activity: ActivityLine) -> dt.datetime:
    days = curriculum.outline(cohort.version_id).policies.marking.return_days
    end = work.usual_end
    if end is None:
        item = scheduling.item(work.cohort_id, activity.key)
        end = item.ends_at if item else work.handed_in_at
    since = max(work.handed_in_at, end)
    return since + dt.timedelta(days=days)


def _allocate(activity: ActivityLine, cohort: CohortView, work: Work, now: dt.datetime) -> int | None:
    """Who gets it by rule. The caps are locked before loads are counted: none is passed by two hand-ins at once."""
    lock_caps(cohort.id)
    lines = queries.markers_of(cohort, activity, now=now)
    return choose_marker([line.candidate() for line in lines], work.place_ids)
