"""The one gate: nothing else in the house lets a learner see a mark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa

from lms.assessment import ports, queries
from lms.assessment.actions.class_feedback import let_class_feedback_go
from lms.assessment.actions.versions import PENDING, current_versions, value_of
from lms.assessment.events import MarksReleased
from lms.assessment.models import Mark, MarkingTask, MarkVersion
from lms.assessment.rules import (
    COMPUTED,
    OPEN,
    AssessmentRefusal,
    MarkState,
    Origin,
    Releasing,
    TaskState,
    exact,
    mean_of_parts,
    why_not_release,
)
from lms.assessment.rules.figures import decimal
from lms.completion import actions as completion
from lms.completion.rules import FactKind
from lms.core import audit, events
from lms.core.db import db
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.curriculum.models import Activity, RubricCriterion
from lms.people.rules import Actor

Pair = tuple[Mark, MarkVersion]


@dataclass(frozen=True, kw_only=True)
class Release:
    """What to release: a whole batch, or some versions of it."""

    cohort_id: int
    activity_id: int
    part: str = ""
    stamps: frozenset[str] | None = None
    """`<mark public id>.<version>` as they were looked at; None: all that this person may release."""
    partial: bool = False
    """Release although other work of the batch is still to be marked."""


@dataclass(frozen=True)
class Released:
    """What came of a release."""

    place_ids: tuple[int, ...]
    held_back: int
    """Finished marks that this person may not release."""


def release(wanted: Release, *, actor: Actor, now: dt.datetime) -> Released:
    """Let learners see finished marks.

    Raises RuleViolation when there is nothing to release, work of the batch is still to be marked, or the actor
    entered the marks alone; Conflict when a version that was looked at does not stand any more.
    """
    activity = db.session.get(Activity, wanted.activity_id)
    if activity is None:
        raise NotFound
    tasks = _locked_tasks(wanted)
    pairs = _pending(wanted)
    batch = ports.Batch(wanted.cohort_id, wanted.activity_id, wanted.part, activity.version_id)
    holds = ports.holds(batch, [mark.place_id for mark, _version in pairs])
    allowed, held_back = _chosen(pairs, wanted.stamps, bool(activity.group_key), holds, actor)
    waiting = sum(task.state in OPEN for task in tasks)
    if waiting and not wanted.partial:
        raise RuleViolation(AssessmentRefusal.STILL_WAITING, count=waiting)
    let_go(allowed, actor_id=actor.person_id, now=now)
    return Released(tuple(mark.place_id for mark, _version in allowed), held_back)


def _locked_tasks(wanted: Release) -> list[MarkingTask]:
    """Tasks before marks, always: whoever judges takes the locks in the same order."""
    return list(
        db.session.scalars(
            sa.select(MarkingTask)
            .where(
                MarkingTask.cohort_id == wanted.cohort_id,
                MarkingTask.activity_id == wanted.activity_id,
                MarkingTask.part == wanted.part,
            )
            .order_by(MarkingTask.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _pending(wanted: Release) -> list[Pair]:
    marks = list(
        db.session.scalars(
            sa.select(Mark)
            .where(
                Mark.cohort_id == wanted.cohort_id,
                Mark.activity_id == wanted.activity_id,
                Mark.part == wanted.part,
            )
            .order_by(Mark.place_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
    versions = current_versions(marks)
    return [(mark, versions[mark.id]) for mark in marks if versions[mark.id].state in PENDING]


def _chosen(
    pairs: Sequence[Pair],
    stamps: frozenset[str] | None,
    summative: bool,
    holds: Mapping[int, str],
    actor: Actor,
) -> tuple[list[Pair], int]:
    def refused(version: MarkVersion) -> AssessmentRefusal | None:
        judged = Releasing(Origin(version.origin), version.entered_by_id, summative)
        return why_not_release(judged, actor.person_id)

    def free(pair: Pair) -> bool:
        return refused(pair[1]) is None and pair[0].place_id not in holds

    if stamps is not None:
        chosen = [pair for pair in pairs if f"{pair[0].public_id}.{pair[1].number}" in stamps]
        if len(chosen) != len(stamps):
            raise Conflict(AssessmentRefusal.CHANGED_SINCE)
        for mark, version in chosen:
            refusal = refused(version)
            if refusal:
                raise RuleViolation(refusal)
            if mark.place_id in holds:
                raise _held(mark, holds)
    else:
        chosen = [pair for pair in pairs if free(pair)]
    if not chosen:
        if holds and stamps is None:
            raise _held(next(mark for mark, _version in pairs if mark.place_id in holds), holds)
        raise RuleViolation(
            AssessmentRefusal.ENTERED_ALONE
            if pairs and stamps is None
            else AssessmentRefusal.NOTHING_TO_RELEASE
        )
    return chosen, sum(not free(pair) for pair in pairs)


def _held(mark: Mark, holds: Mapping[int, str]) -> RuleViolation:
    return RuleViolation(AssessmentRefusal.HELD, why=holds[mark.place_id])


def let_go(pairs: Sequence[Pair], *, actor_id: int | None, now: dt.datetime) -> None:
    """Mark these versions as released, whatever they replace as replaced, and tell everybody who cares.

    Only this package calls it, after the rule was asked.
    """
    if not pairs:
        return
    earlier = _released_before([mark for mark, _version in pairs])
    fresh: list[int] = []
    corrected: list[int] = []
    for mark, version in pairs:
        old = earlier.get(mark.id)
        if old is not None:
            old.state = MarkState.REPLACED
        version.state = MarkState.RELEASED
        version.released_by_id = actor_id
        version.released_at = now
        mark.released_version = version.number
        (corrected if old is not None else fresh).append(mark.place_id)
        audit.record(
            audit.Entry(
                actor_id=actor_id,
                action="assessment.release",
                subject="mark",
                subject_id=mark.id,
                cohort_id=mark.cohort_id,
                before={"mark": exact(value_of(old))} if old else None,
                after={"mark": exact(value_of(version)), "version": version.number},
                reason=version.reason,
            )
        )
    db.session.flush()
    _close_tasks({version.task_id for _mark, version in pairs if version.task_id is not None}, now)
    _complete(pairs, now)
    first = pairs[0][0]
    marked = any(Origin(version.origin) not in COMPUTED for _mark, version in pairs)
    to_the_class = marked and let_class_feedback_go(
        ports.Batch(first.cohort_id, first.activity_id, first.part), now=now
    )
    for places, again in ((fresh, False), (corrected, True)):
        if places:
            events.record(
                MarksReleased(
                    cohort_id=first.cohort_id,
                    activity_id=first.activity_id,
                    part=first.part,
                    place_ids=tuple(places),
                    corrected=again,
                    class_feedback=to_the_class,
                    actor_id=actor_id,
                    at=now,
                )
            )


_RELEASED = (
    sa.select(MarkVersion)
    .join(Mark, sa.and_(Mark.id == MarkVersion.mark_id, Mark.released_version == MarkVersion.number))
    .where(MarkVersion.mark_id.in_(sa.bindparam("marks", type_=sa.Integer, expanding=True)))
)


def _released_before(marks: Sequence[Mark]) -> dict[int, MarkVersion]:
    rows = db.session.scalars(_RELEASED, {"marks": [mark.id for mark in marks]})
    return {version.mark_id: version for version in rows}


def _close_tasks(task_ids: set[int], now: dt.datetime) -> None:
    """Work is released when no learner's mark for it waits any more."""
    if not task_ids:
        return
    held = set(
        db.session.scalars(
            sa.select(MarkVersion.task_id).where(
                MarkVersion.task_id.in_(task_ids), MarkVersion.state.in_(PENDING)
            )
        )
    )
    for task in db.session.scalars(
        sa.select(MarkingTask).where(
            MarkingTask.id.in_(task_ids - held), MarkingTask.state == TaskState.FINALISED
        )
    ):
        task.state = TaskState.RELEASED
        task.released_at = now
    db.session.flush()


def _complete(pairs: Sequence[Pair], now: dt.datetime) -> None:
    """A released mark is a fact of completion; work done elsewhere also counts as done."""
    values = _activity_marks(pairs)
    facts = [
        completion.Reached(
            place_id=mark.place_id,
            activity_id=mark.activity_id,
            kind=FactKind.MARKED,
            value=float(values[mark.place_id]),
        )
        for mark, _version in pairs
    ]
    facts += [
        completion.Reached(place_id=mark.place_id, activity_id=mark.activity_id, kind=FactKind.DONE)
        for mark, version in pairs
        if version.origin == Origin.EXTERNAL
    ]
    completion.record_many(facts, now=now)


def _activity_marks(pairs: Sequence[Pair]) -> dict[int, Fraction]:
    """Each learner's mark for the whole activity: where it is marked in parts, the mean of those released."""
    first = pairs[0][0]
    if not first.part:
        return {mark.place_id: value_of(version) for mark, version in pairs}
    rows = db.session.execute(
        sa.select(RubricCriterion.part, RubricCriterion.part_points)
        .where(RubricCriterion.activity_id == first.activity_id)
        .distinct()
    )
    points = {part: decimal(worth or 0) for part, worth in rows}
    released = queries.released_marks_of([mark.place_id for mark, _version in pairs])
    return {
        place_id: mean_of_parts(
            [
                (points[part], value)
                for (activity_id, part), value in marks.items()
                if activity_id == first.activity_id and part in points
            ]
        )
        for place_id, marks in released.items()
    }
