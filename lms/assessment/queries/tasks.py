"""Reads of marking tasks: one of them for its page, and the queues of markers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.models import CandidateNumber, MarkingTask
from lms.assessment.policy import MARKING, SEEING, knows_authors
from lms.assessment.queries.unseen import unseen_by
from lms.assessment.rules import OPEN, TaskState
from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum.models import Activity
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.people.rules import Actor

_marker = aliased(Person)
_saver = aliased(Person)
_former = aliased(Person)
_author = aliased(Person)


@dataclass(frozen=True, slots=True)
class TaskView:
    """A piece of work with its place in the world and what was judged so far."""

    id: int
    public_id: str
    cohort_id: int
    cohort_slug: str
    cohort_name: str
    cohort_zone: str
    version_id: int
    activity_id: int
    activity_key: str
    activity_code: str
    activity_title: str
    group_key: str
    part: str
    source: str
    source_id: int
    title: str
    place_ids: tuple[int, ...]
    handed_in_at: dt.datetime
    late_days: int
    marker_id: int | None
    marker_name: str | None
    handed_over_from: str | None
    """Who was to mark it before."""
    handed_over_at: dt.datetime | None
    promised_at: dt.datetime
    state: TaskState
    version: int
    draft: Mapping[str, Any]
    saved_at: dt.datetime | None
    saved_by_name: str | None
    finalised_at: dt.datetime | None
    released_at: dt.datetime | None
    candidate: int | None
    """The number under which it is marked; None: it is not marked blind."""
    author: str
    """Whose it is, where it is marked blind and this person may know it."""
    unmasked_at: dt.datetime | None
    unmask_reason: str
    unseen: bool = False
    """Whoever looks is still to judge it second: they see nothing of the first judgement, and do not judge it here."""

    @property
    def masked(self) -> bool:
        """Whether this person sees the number only."""
        return self.candidate is not None and not self.author

    @property
    def summative(self) -> bool:
        """Whether the mark counts."""
        return bool(self.group_key)

    @property
    def name(self) -> str:
        """The activity as people call it: "A-1 Vision and strategy memo"."""
        return f"{self.activity_code} {self.activity_title}".strip()


_TASK = (
    sa.select(
        MarkingTask.id,
        MarkingTask.public_id,
        MarkingTask.cohort_id,
        Cohort.slug.label("cohort_slug"),
        Cohort.name.label("cohort_name"),
        Cohort.zone.label("cohort_zone"),
        Cohort.version_id,
        MarkingTask.activity_id,
        Activity.key.label("activity_key"),
        Activity.code.label("activity_code"),
        Activity.title.label("activity_title"),
        Activity.group_key,
        MarkingTask.part,
        MarkingTask.source,
        MarkingTask.source_id,
        MarkingTask.title,
        MarkingTask.place_ids,
        MarkingTask.handed_in_at,
        MarkingTask.late_days,
        MarkingTask.marker_id,
        _marker.name.label("marker_name"),
        _former.name.label("handed_over_from"),
        MarkingTask.handed_over_at,
        MarkingTask.promised_at,
        MarkingTask.state,
        MarkingTask.version,
        MarkingTask.draft,
        MarkingTask.saved_at,
        _saver.name.label("saved_by_name"),
        MarkingTask.finalised_at,
        MarkingTask.released_at,
        CandidateNumber.number.label("candidate"),
        _author.name.label("author"),
        CandidateNumber.unmasked_at,
        CandidateNumber.unmask_reason,
    )
    .join(Cohort, Cohort.id == MarkingTask.cohort_id)
    .join(Activity, Activity.id == MarkingTask.activity_id)
    .outerjoin(_marker, _marker.id == MarkingTask.marker_id)
    .outerjoin(_saver, _saver.id == MarkingTask.saved_by_id)
    .outerjoin(_former, _former.id == MarkingTask.handed_over_from_id)
    .outerjoin(CandidateNumber, CandidateNumber.id == MarkingTask.candidate_id)
    .outerjoin(Place, Place.id == CandidateNumber.place_id)
    .outerjoin(_author, _author.id == Place.person_id)
)


def task_visible_to(actor: Actor, task: str) -> TaskView:
    """The task with this public id, where the actor has business in its cohort; else NotFound.

    One statement, and one more for those who mark what another has.
    """
    row = db.session.execute(_TASK.where(MarkingTask.public_id == task)).one_or_none()
    if row is None or not cohorts.sees(actor, row.cohort_id):
        raise NotFound
    known = row.released_at is not None or row.unmasked_at is not None or knows_authors(actor, row)
    unseen = row.marker_id != actor.person_id and row.id in unseen_by(actor, row.cohort_id).tasks
    changed = {
        "draft": {} if unseen else row.draft,
        "unseen": unseen,
        "place_ids": tuple(row.place_ids["places"]),
        "author": (row.author or "") if known else "",
        "unmask_reason": row.unmask_reason or "",
    }
    return TaskView(**{**row._asdict(), **changed})


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A piece of work as queues show it."""

    id: int
    public_id: str
    cohort_id: int
    cohort_slug: str
    cohort_name: str
    activity_id: int
    activity_key: str
    activity_code: str
    activity_title: str
    part: str
    title: str
    handed_in_at: dt.datetime
    late_days: int
    marker_id: int | None
    marker_name: str | None
    handed_over_from: str | None
    promised_at: dt.datetime
    state: TaskState
    saved_at: dt.datetime | None

    @property
    def open(self) -> bool:
        """Whether it is still to be marked."""
        return self.state in OPEN


_LINE = (
    sa.select(
        MarkingTask.id,
        MarkingTask.public_id,
        MarkingTask.cohort_id,
        Cohort.slug.label("cohort_slug"),
        Cohort.name.label("cohort_name"),
        MarkingTask.activity_id,
        Activity.key.label("activity_key"),
        Activity.code.label("activity_code"),
        Activity.title.label("activity_title"),
        MarkingTask.part,
        MarkingTask.title,
        MarkingTask.handed_in_at,
        MarkingTask.late_days,
        MarkingTask.marker_id,
        _marker.name.label("marker_name"),
        _former.name.label("handed_over_from"),
        MarkingTask.promised_at,
        MarkingTask.state,
        MarkingTask.saved_at,
    )
    .join(Cohort, Cohort.id == MarkingTask.cohort_id)
    .join(Activity, Activity.id == MarkingTask.activity_id)
    .outerjoin(_marker, _marker.id == MarkingTask.marker_id)
    .outerjoin(_former, _former.id == MarkingTask.handed_over_from_id)
)
_ORDER = (MarkingTask.handed_in_at, MarkingTask.id)
IN_QUEUE = (TaskState.WAITING, TaskState.DRAFT, TaskState.FINALISED)


def queue_of(task: TaskView) -> list[QueueLine]:
    """The queue that a task stands in: the same activity, cohort and marker, oldest first, and the task itself."""
    same_marker = (
        MarkingTask.marker_id == task.marker_id
        if task.marker_id is not None
        else MarkingTask.marker_id.is_(None)
    )
    rows = db.session.execute(
        _LINE.where(
            MarkingTask.cohort_id == task.cohort_id,
            MarkingTask.activity_id == task.activity_id,
            MarkingTask.part == task.part,
            sa.or_(sa.and_(MarkingTask.state.in_(IN_QUEUE), same_marker), MarkingTask.id == task.id),
        ).order_by(*_ORDER)
    )
    return [QueueLine(**row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """The pieces of one activity (or part) in one cohort, oldest first."""

    lines: tuple[QueueLine, ...]

    @property
    def first(self) -> QueueLine:
        """Any of them, for what they share."""
        return self.lines[0]

    @property
    def open(self) -> tuple[QueueLine, ...]:
        """Those still to be marked."""
        return tuple(line for line in self.lines if line.open)

    @property
    def done(self) -> int:
        """How many are finished."""
        return len(self.lines) - len(self.open)

    @property
    def promised_at(self) -> dt.datetime | None:
        """The earliest promise among those still to be marked."""
        return min((line.promised_at for line in self.open), default=None)


def my_queue(actor: Actor, *, everybody: bool = False) -> list[QueueGroup]:
    """What waits for a marker over all cohorts, or for everybody there, by activity, the earliest promise first.

    Finished pieces whose marks are not released are included, so that a group says how far it is. One statement.
    """
    statement = _LINE.where(MarkingTask.state.in_(IN_QUEUE))
    if everybody:
        statement = statement.where(MarkingTask.cohort_id.in_(actor.cohorts(*(MARKING & SEEING))))
    else:
        statement = statement.where(
            MarkingTask.marker_id == actor.person_id, MarkingTask.cohort_id.in_(actor.cohorts(*MARKING))
        )
    groups: dict[tuple[int, int, str], list[QueueLine]] = {}
    for row in db.session.execute(statement.order_by(*_ORDER)):
        line = QueueLine(**row._asdict())
        groups.setdefault((line.cohort_id, line.activity_id, line.part), []).append(line)
    found = [QueueGroup(tuple(lines)) for lines in groups.values()]
    late = max((line.promised_at for group in found for line in group.lines), default=None)
    return sorted(
        found, key=lambda group: (group.promised_at is None, group.promised_at or late, group.first.id)
    )


def waiting_count(person_id: int) -> int:
    """How many pieces wait for a marker: the badge of the desk."""
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(MarkingTask)
            .where(MarkingTask.marker_id == person_id, MarkingTask.state.in_(OPEN))
        )
        or 0
    )
