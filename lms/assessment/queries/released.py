"""What learners may see of marks: the one read behind the release gate."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import Mark, MarkVersion
from lms.assessment.policy import can_see_marks
from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.cohorts.queries import CohortView
from lms.core.db import db, read
from lms.core.errors import NotFound
from lms.curriculum.models import Activity
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class ReleasedMark:
    """A mark as its learner may see it."""

    public_id: str
    value: Fraction
    """0 to 100, exact."""
    trace: Mapping[str, Any]
    """{"mark": exact text, "facts": [lines for the component `trace`], …}"""
    feedback: Mapping[str, Any]
    """{"overall": html, "criteria": [{title, level, level_title, points, words, comment}], "comments": n}"""
    released_at: dt.datetime
    number: int
    origin: str


_RELEASED = sa.and_(MarkVersion.mark_id == Mark.id, MarkVersion.number == Mark.released_version)
_COLUMNS = (
    Mark.place_id,
    Mark.activity_id,
    Mark.part,
    Mark.public_id,
    MarkVersion.numerator,
    MarkVersion.denominator,
    MarkVersion.trace,
    MarkVersion.feedback,
    MarkVersion.released_at,
    MarkVersion.number,
    MarkVersion.origin,
)


def _mark(row: Any) -> ReleasedMark:
    return ReleasedMark(
        public_id=row.public_id,
        value=Fraction(row.numerator, row.denominator),
        trace=row.trace,
        feedback=row.feedback,
        released_at=row.released_at,
        number=row.number,
        origin=row.origin,
    )


_OF_PLACE = (
    sa.select(*_COLUMNS)
    .join(MarkVersion, _RELEASED)
    .where(Mark.place_id == sa.bindparam("place", type_=sa.Integer))
    .order_by(Mark.id)
)
_OF_ACTIVITY = _OF_PLACE.where(Mark.activity_id == sa.bindparam("activity", type_=sa.Integer))


def released_marks(place_id: int, activity_id: int | None = None) -> dict[tuple[int, str], ReleasedMark]:
    """A learner's released marks by (activity, part), of one activity if it is named. One statement.

    The only read of marks for learners.
    """
    statement = _OF_PLACE if activity_id is None else _OF_ACTIVITY
    found = read(statement, {"place": place_id, "activity": activity_id})
    return {(row.activity_id, row.part): _mark(row) for row in found}


def released_mark_of(cohort_id: int, person_id: int, activity_id: int) -> ReleasedMark | None:
    """A learner's released mark of one activity as a whole, found by who they are. One statement."""
    row = db.session.execute(
        sa.select(*_COLUMNS)
        .join(MarkVersion, _RELEASED)
        .join(Place, Place.id == Mark.place_id)
        .where(
            Place.cohort_id == cohort_id,
            Place.person_id == person_id,
            Mark.activity_id == activity_id,
            Mark.part == "",
        )
    ).one_or_none()
    return _mark(row) if row else None


def released_marks_of_person(person_id: int) -> list[tuple[str, str, str, ReleasedMark]]:
    """A person's released marks of all their cohorts: cohort's name, activity's key, part, mark. One statement."""
    rows = db.session.execute(
        sa.select(*_COLUMNS, Cohort.name.label("cohort"), Activity.key.label("activity"))
        .join(MarkVersion, _RELEASED)
        .join(Place, Place.id == Mark.place_id)
        .join(Cohort, Cohort.id == Mark.cohort_id)
        .join(Activity, Activity.id == Mark.activity_id)
        .where(Place.person_id == person_id)
        .order_by(Mark.id)
    )
    return [(row.cohort, row.activity, row.part, _mark(row)) for row in rows]


def released_marks_of(place_ids: Iterable[int]) -> dict[int, dict[tuple[int, str], Fraction]]:
    """The released figures of some learners: place → (activity, part) → mark. One statement."""
    return _values(_FIGURES.where(Mark.place_id.in_(list(place_ids))).order_by(Mark.id))


def released_values_of_cohort(
    cohort_id: int, activity_ids: Collection[int] | None = None
) -> dict[int, dict[tuple[int, str], Fraction]]:
    """The released figures of a cohort, of some activities if they are named: place → (activity, part) → mark.

    One statement; in no order.
    """
    statement = _FIGURES.where(Mark.cohort_id == cohort_id)
    if activity_ids is not None:
        statement = statement.where(Mark.activity_id.in_(activity_ids))
    return _values(statement)


_FIGURES = sa.select(
    Mark.place_id, Mark.activity_id, Mark.part, MarkVersion.numerator, MarkVersion.denominator
).join(MarkVersion, _RELEASED)
_fraction = lru_cache(maxsize=32768)(Fraction)
"""Marks repeat: one figure is one object, made once."""


def _values(statement: sa.Executable) -> dict[int, dict[tuple[int, str], Fraction]]:
    found: dict[int, dict[tuple[int, str], Fraction]] = defaultdict(dict)
    for place_id, activity_id, part, numerator, denominator in db.session.execute(statement):
        found[place_id][activity_id, part] = _fraction(numerator, denominator)
    return found


@dataclass(frozen=True, slots=True)
class ReleasedPage:
    """A released mark with what its page says around it."""

    cohort: CohortView
    place_id: int
    place_public_id: str
    learner: str
    activity_id: int
    activity_key: str
    activity_name: str
    summative: bool
    part: str
    mark: ReleasedMark

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


def released_mark_visible_to(actor: Actor, slug: str, public_id: str) -> ReleasedPage:
    """A released mark: one's own, or any for staff who see marks; else NotFound. Two statements."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    row = db.session.execute(
        sa.select(
            *_COLUMNS,
            Place.person_id,
            Place.public_id.label("place_public_id"),
            Person.name.label("learner"),
            Activity.key,
            Activity.code,
            Activity.title,
            Activity.group_key,
        )
        .join(MarkVersion, _RELEASED)
        .join(Place, Place.id == Mark.place_id)
        .join(Person, Person.id == Place.person_id)
        .join(Activity, Activity.id == Mark.activity_id)
        .where(Mark.public_id == public_id, Mark.cohort_id == cohort.id)
    ).one_or_none()
    if row is None or not (row.person_id == actor.person_id or can_see_marks(actor, cohort)):
        raise NotFound
    return ReleasedPage(
        cohort=cohort,
        place_id=row.place_id,
        place_public_id=row.place_public_id,
        learner=row.learner,
        activity_id=row.activity_id,
        activity_key=row.key,
        activity_name=f"{row.code} {row.title}".strip(),
        summative=bool(row.group_key),
        part=row.part,
        mark=_mark(row),
    )
