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


def results_of_cohort(cohort_id: int) -> dict[int, dict[str, ResultFigure]]:
    """The results of a cohort: place → course key ("" is the programme) → figure. One statement."""
    rows = db.session.execute(
        sa.select(
            Result.place_id, Result.course_key, Result.numerator, Result.denominator, Result.weight_released
        )
        .join(Place, Place.id == Result.place_id)
        .where(Place.cohort_id == cohort_id)
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
