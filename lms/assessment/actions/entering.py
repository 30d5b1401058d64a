"""A mark put in by hand: a new version with a reason, which waits for its release like every other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment.actions.gate import let_go
from lms.assessment.actions.versions import (
    PENDING,
    NewVersion,
    add_versions,
    current_versions,
    locked_marks,
    value_of,
)
from lms.assessment.models import Mark, MarkingTask, MarkVersion
from lms.assessment.rules import (
    OPEN,
    AssessmentRefusal,
    MarkState,
    Origin,
    Releasing,
    exact,
    fact,
    shown,
    why_not_release,
)
from lms.core import audit
from lms.core.db import db
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.curriculum.models import Activity
from lms.people.models import Person
from lms.people.rules import Actor


@dataclass(frozen=True, kw_only=True)
class Entered:
    """What is put in for one learner."""

    place_id: int
    cohort_id: int
    activity_id: int
    part: str = ""
    value: Fraction
    reason: str
    """Stays with the mark; its learner reads it once it is released."""
    version: int
    """The latest version as it was looked at; 0: there was none."""
    origin: Origin = Origin.ENTERED
    facts: Sequence[Mapping[str, Any]] = ()
    """Lines of the explanation; those of a change by hand where there are none."""
    feedback: Mapping[str, Any] | None = None
    """None: what was said before stays."""
    entered_by_id: int | None = None
    """Whose judgement it is, where that is not the actor."""


def enter_mark(entered: Entered, *, actor: Actor, now: dt.datetime) -> MarkVersion:
    """Add a version to a mark, or make the mark; what counts waits for somebody else to release it.

    Raises Conflict (its `current` is the version that stands) when another was entered since it was looked at,
    RuleViolation without a reason, out of range, or while somebody is marking the work.
    """
    activity = db.session.get(Activity, entered.activity_id)
    if activity is None:
        raise NotFound
    if not entered.reason.strip():
        raise RuleViolation(AssessmentRefusal.NO_REASON)
    refuse_while_marked(entered.place_id, entered.cohort_id, entered.activity_id, entered.part)
    (mark,) = locked_marks((entered.place_id,), entered.cohort_id, entered.activity_id, entered.part)
    before = current_versions([mark]).get(mark.id)
    if mark.latest_version != entered.version:
        raise Conflict(AssessmentRefusal.CHANGED_SINCE, current=before)
    standing = before if before is not None and before.state is not MarkState.REPLACED else None
    ((mark, version),) = add_versions(
        NewVersion(
            place_ids=(entered.place_id,),
            cohort_id=entered.cohort_id,
            activity_id=entered.activity_id,
            part=entered.part,
            value=entered.value,
            trace={"facts": list(entered.facts) or _by_hand(standing, entered)},
            feedback=entered.feedback
            if entered.feedback is not None
            else (before.feedback if before else {}),
            origin=entered.origin,
            task_id=before.task_id if before else None,
            entered_by_id=entered.entered_by_id or actor.person_id,
            reason=entered.reason.strip(),
        ),
        now=now,
    )
    if not activity.group_key:
        let_go([(mark, version)], actor_id=actor.person_id, now=now)
    return version


def release_version(version: MarkVersion, *, actor: Actor, now: dt.datetime) -> None:
    """Let a learner see one version that stands: the gate of a decision on a complaint, or of the board.

    Raises RuleViolation when the actor entered it, or it waits no more.
    """
    mark = db.session.get_one(Mark, version.mark_id)
    activity = db.session.get_one(Activity, mark.activity_id)
    if version.state not in PENDING or version.number != mark.latest_version:
        raise RuleViolation(AssessmentRefusal.NOTHING_STANDS)
    judged = Releasing(Origin(version.origin), version.entered_by_id, bool(activity.group_key))
    refusal = why_not_release(judged, actor.person_id)
    if refusal:
        raise RuleViolation(refusal)
    let_go([(mark, version)], actor_id=actor.person_id, now=now)


def take_back_version(mark_id: int, number: int, *, reason: str, actor: Actor, now: dt.datetime) -> bool:
    """Let a version that was not released stand no more, and what it replaced stand again; False where it moved on.

    What stood before and was not released either is added as a new version: nothing of a mark ever changes.
    """
    mark: Mark | None = db.session.scalar(
        sa.select(Mark).where(Mark.id == mark_id).with_for_update().execution_options(populate_existing=True)
    )
    if mark is None:
        raise NotFound
    version = current_versions([mark]).get(mark.id)
    if version is None or version.number != number or version.state not in PENDING:
        return False
    earlier = db.session.scalar(
        sa.select(MarkVersion).where(MarkVersion.mark_id == mark.id, MarkVersion.number == number - 1)
    )
    version.state = MarkState.REPLACED
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="assessment.take_back",
            subject="mark",
            subject_id=mark.id,
            cohort_id=mark.cohort_id,
            before={"mark": exact(value_of(version)), "version": number},
            reason=reason,
        )
    )
    if earlier is not None and earlier.number != mark.released_version:
        add_versions(
            NewVersion(
                place_ids=(mark.place_id,),
                cohort_id=mark.cohort_id,
                activity_id=mark.activity_id,
                part=mark.part,
                value=value_of(earlier),
                trace=earlier.trace,
                feedback=earlier.feedback,
                origin=Origin(earlier.origin),
                task_id=earlier.task_id,
                entered_by_id=earlier.entered_by_id,
                reason=reason,
            ),
            now=now,
        )
    return True


def refuse_while_marked(place_id: int, cohort_id: int, activity_id: int, part: str) -> None:
    """Raise RuleViolation while somebody has this learner's work in hand."""
    rows = db.session.execute(
        sa.select(MarkingTask.place_ids, MarkingTask.state, Person.name)
        .outerjoin(Person, Person.id == MarkingTask.marker_id)
        .where(
            MarkingTask.cohort_id == cohort_id,
            MarkingTask.activity_id == activity_id,
            MarkingTask.part == part,
            MarkingTask.state.in_(OPEN),
        )
    )
    for place_ids, _state, name in rows:
        if place_id in place_ids["places"]:
            raise RuleViolation(AssessmentRefusal.BEING_MARKED, who=name or "Somebody")


def _by_hand(before: MarkVersion | None, entered: Entered) -> list[dict[str, Any]]:
    lines = [fact("Before", shown(value_of(before)))] if before is not None else []
    return [*lines, fact("Mark", shown(entered.value), note=f"entered by hand: {entered.reason.strip()}")]
