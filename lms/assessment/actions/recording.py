"""Marks that come otherwise than from a rubric: quizzes, participation, work done elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lms.assessment.actions.gate import let_go
from lms.assessment.actions.versions import Held, NewVersion, add_versions, hold, value_of
from lms.assessment.models import Mark, MarkVersion
from lms.assessment.rules import MarkState, Origin, exact, storable, why_not_record
from lms.core.db import db
from lms.core.errors import NotFound, RuleViolation
from lms.curriculum.models import Activity
from lms.people.rules import Actor


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A mark worked out or entered elsewhere."""

    place_id: int
    cohort_id: int
    activity_id: int
    value: Fraction
    """0 to 100, exact."""
    origin: str
    """`quiz`, `participation`, `contribution`, `external`."""
    part: str = ""
    trace: Mapping[str, Any] = field(default_factory=dict)
    """{"facts": [lines as `rules.fact` makes them], …}"""
    feedback: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    released: bool = False
    """Let the learner see it at once: only for what a rule worked out, or what counts nowhere."""


def record_mark(recorded: Recorded, *, actor: Actor | None, now: dt.datetime) -> Mark:
    """Record a mark as a new version; the same one again changes nothing.

    Raises RuleViolation when it is out of range, or was entered by a person and is to be released past the gate.
    """
    mark, version = _recorded(recorded, actor, now)
    if recorded.released and version.state is not MarkState.RELEASED:
        let_go([(mark, version)], actor_id=actor.person_id if actor else None, now=now)
    return mark


def record_marks(recorded: Sequence[Recorded], *, actor: Actor | None, now: dt.datetime) -> list[Mark]:
    """Record marks of several learners for one activity, which are let go together: as `record_mark` for each."""
    pairs = [(one, *_recorded(one, actor, now)) for one in sorted(recorded, key=lambda one: one.place_id)]
    let_go(
        [
            (mark, version)
            for one, mark, version in pairs
            if one.released and version.state is not MarkState.RELEASED
        ],
        actor_id=actor.person_id if actor else None,
        now=now,
    )
    return [mark for _one, mark, _version in pairs]


def _recorded(recorded: Recorded, actor: Actor | None, now: dt.datetime) -> tuple[Mark, MarkVersion]:
    """The version that says so: a new one, or the one that does already."""
    activity = db.session.get(Activity, recorded.activity_id)
    if activity is None:
        raise NotFound
    origin = Origin(recorded.origin)
    refusal = why_not_record(origin=origin, summative=bool(activity.group_key), released=recorded.released)
    if refusal:
        raise RuleViolation(refusal)
    held = hold((recorded.place_id,), recorded.cohort_id, recorded.activity_id, recorded.part)
    known = _known(recorded, origin, held)
    if known is not None:
        return known
    (pair,) = add_versions(
        NewVersion(
            place_ids=(recorded.place_id,),
            cohort_id=recorded.cohort_id,
            activity_id=recorded.activity_id,
            part=recorded.part,
            value=recorded.value,
            trace=recorded.trace,
            feedback=recorded.feedback,
            origin=origin,
            task_id=None,
            entered_by_id=actor.person_id if actor else None,
            reason=recorded.reason,
        ),
        now=now,
        held=held,
    )
    return pair


def _known(recorded: Recorded, origin: Origin, held: Held) -> tuple[Mark, MarkVersion] | None:
    """The version that says the same already, if it still stands."""
    (mark,) = held.marks
    version = held.versions.get(mark.id)
    if version is None or version.state is MarkState.REPLACED or version.origin != origin:
        return None
    same = value_of(version) == storable(recorded.value)
    trace = {"mark": exact(recorded.value), **recorded.trace}
    return (mark, version) if same and version.trace == trace else None
