"""Adding a version to a mark. Every mark of the house comes into being here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import Mark, MarkVersion
from lms.assessment.rules import AssessmentRefusal, MarkState, Origin, exact, storable
from lms.core import audit, ids
from lms.core.db import db, insert_ignoring
from lms.core.errors import RuleViolation

PENDING = (MarkState.FINALISED, MarkState.MODERATED)


@dataclass(frozen=True, kw_only=True)
class NewVersion:
    """A value for the marks of some learners, and how it came about."""

    place_ids: tuple[int, ...]
    cohort_id: int
    activity_id: int
    part: str
    value: Fraction
    trace: Mapping[str, Any]
    feedback: Mapping[str, Any]
    origin: Origin
    task_id: int | None
    entered_by_id: int | None
    reason: str


@dataclass(frozen=True)
class Held:
    """Marks under their lock, and the latest version of each, by mark."""

    marks: list[Mark]
    versions: dict[int, MarkVersion]


def add_versions(
    new: NewVersion, *, now: dt.datetime, held: Held | None = None
) -> list[tuple[Mark, MarkVersion]]:
    """Add the version to each learner's mark; one that stood unreleased until now is replaced.

    The marks' rows stay locked until the unit of work ends. `held`: where they were locked and read already.
    """
    if not 0 <= new.value <= 100:
        raise RuleViolation(AssessmentRefusal.OUT_OF_RANGE)
    held = held or hold(new.place_ids, new.cohort_id, new.activity_id, new.part)
    marks, before = held.marks, held.versions
    kept = storable(new.value)
    added = []
    for mark in marks:
        previous = before.get(mark.id)
        if previous is not None and previous.state in PENDING:
            previous.state = MarkState.REPLACED
        mark.latest_version += 1
        version = MarkVersion(
            mark_id=mark.id,
            number=mark.latest_version,
            state=MarkState.FINALISED,
            numerator=kept.numerator,
            denominator=kept.denominator,
            trace={"mark": exact(new.value), **new.trace},
            feedback={"overall": "", "criteria": [], "comments": 0, **new.feedback},
            task_id=new.task_id,
            origin=new.origin.value,
            entered_by_id=new.entered_by_id,
            entered_at=now,
            reason=new.reason,
        )
        db.session.add(version)
        added.append((mark, version))
        audit.record(
            audit.Entry(
                actor_id=new.entered_by_id,
                action="assessment.enter_mark",
                subject="mark",
                subject_id=mark.id,
                cohort_id=new.cohort_id,
                before={"mark": exact(value_of(previous))} if previous else None,
                after={"mark": exact(new.value), "version": mark.latest_version, "origin": new.origin.value},
                reason=new.reason,
            )
        )
    db.session.flush()
    return added


def hold(place_ids: Iterable[int], cohort_id: int, activity_id: int, part: str) -> Held:
    """Lock the marks of some learners for an activity, and read what stands in them."""
    marks = locked_marks(place_ids, cohort_id, activity_id, part)
    return Held(marks, current_versions(marks))


_LOCKED = (
    sa.select(Mark)
    .where(
        Mark.place_id.in_(sa.bindparam("places", type_=sa.Integer, expanding=True)),
        Mark.activity_id == sa.bindparam("activity", type_=sa.Integer),
        Mark.part == sa.bindparam("part", type_=sa.String),
    )
    .order_by(Mark.place_id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def locked_marks(place_ids: Iterable[int], cohort_id: int, activity_id: int, part: str) -> list[Mark]:
    """The marks of some learners for an activity under a lock, made where there are none, in the order of places."""
    wanted = sorted(set(place_ids))
    insert_ignoring(
        Mark.__table__,
        [
            {
                "public_id": ids.public_id(),
                "place_id": place_id,
                "cohort_id": cohort_id,
                "activity_id": activity_id,
                "part": part,
                "latest_version": 0,
            }
            for place_id in wanted
        ],
    )
    return list(db.session.scalars(_LOCKED, {"places": wanted, "activity": activity_id, "part": part}))


_CURRENT = (
    sa.select(MarkVersion)
    .join(Mark, sa.and_(Mark.id == MarkVersion.mark_id, Mark.latest_version == MarkVersion.number))
    .where(MarkVersion.mark_id.in_(sa.bindparam("marks", type_=sa.Integer, expanding=True)))
    .execution_options(populate_existing=True)
)


def current_versions(marks: Iterable[Mark]) -> dict[int, MarkVersion]:
    """The latest version of each mark, by mark."""
    rows = db.session.scalars(_CURRENT, {"marks": [mark.id for mark in marks]})
    return {version.mark_id: version for version in rows}


def value_of(version: MarkVersion) -> Fraction:
    """The mark of a version."""
    return Fraction(version.numerator, version.denominator)
