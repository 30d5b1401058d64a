"""Results as they are kept, and the grid of a course."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.enrolment.models import Place
from lms.gradebook.models import Result
from lms.gradebook.queries.plans import plan
from lms.gradebook.rules import CoursePlan
from lms.people.rules import Actor

PROGRAMME = ""
"""The key under which the whole programme's result stands."""


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A learner's result so far, with its explanation."""

    value: Fraction
    """Mean of what is released, 0 to 100, exact."""
    released: float
    """How many of the 100 points are released."""
    trace: Mapping[str, Any]
    """{"mark": exact, "released": exact, "facts": [lines for the component `trace`]}"""
    updated_at: dt.datetime


def results(place_id: int) -> dict[str, ResultLine]:
    """A learner's results by course key; "" is the programme. Empty while nothing is released. One statement."""
    rows = db.session.execute(
        sa.select(
            Result.course_key,
            Result.numerator,
            Result.denominator,
            Result.weight_released,
            Result.trace,
            Result.updated_at,
        ).where(Result.place_id == place_id)
    )
    return {
        row.course_key: ResultLine(
            Fraction(row.numerator, row.denominator), row.weight_released, row.trace, row.updated_at
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class ResultFigure:
    """A result so far, without its explanation."""

    value: Fraction
    released: float


_RESULT, _PLACE = Result.__table__.c, Place.__table__.c
_RESULTS = (
    sa.select(
        _RESULT.place_id, _RESULT.course_key, _RESULT.numerator, _RESULT.denominator, _RESULT.weight_released
    )
    .join(Place.__table__, _PLACE.id == _RESULT.place_id)
    .where(_PLACE.cohort_id == sa.bindparam("cohort", type_=sa.Integer))
)
_RESULTS_IN = _RESULTS.where(_RESULT.course_key == sa.bindparam("course", type_=sa.String))


def results_of_cohort(cohort_id: int, course_key: str | None = None) -> dict[int, dict[str, ResultFigure]]:
    """The results of a cohort, or those in one course ("" is the programme): place → course → figure. One statement."""
    rows = (
        db.session.execute(_RESULTS, {"cohort": cohort_id}).all()
        if course_key is None
        else db.session.execute(_RESULTS_IN, {"cohort": cohort_id, "course": course_key}).all()
    )
    found: dict[int, dict[str, ResultFigure]] = defaultdict(dict)
    for place_id, course_key, numerator, denominator, released in rows:
        found[place_id][course_key] = ResultFigure(Fraction(numerator, denominator), released)
    return found


@dataclass(frozen=True, slots=True)
class CourseGrid:
    """A course of a cohort, as the URL names it."""

    cohort: CohortView
    course: CoursePlan

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


def course_visible_to(actor: Actor, slug: str, key: str) -> CourseGrid:
    """A course of a cohort that the actor sees; else NotFound."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    course = next((one for one in plan(cohort.version_id).courses if one.key == key), None)
    if course is None:
        raise NotFound
    return CourseGrid(cohort, course)
