"""What a version asks of its weeks, and where its competencies are worked on and judged."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from lms.core.db import db
from lms.curriculum.content import schema
from lms.curriculum.content.checker import weeks
from lms.curriculum.models import Activity, QuizItem, RubricCriterion
from lms.curriculum.queries.outline import outline
from lms.curriculum.queries.parts import competencies, specs


@dataclass(frozen=True, slots=True)
class Coverage:
    """Where a competency is worked on and where it is judged."""

    code: str
    number: str
    title: str
    activities: int
    """Activities that name it."""
    first: int
    """Activities in which it comes first."""
    questions: int
    """Quiz items that name it."""
    criteria: int
    """Rubric rows that name it."""
    courses: tuple[int, ...]
    """Activities that name it, course by course."""


@lru_cache(maxsize=16)
def coverage(version_id: int) -> tuple[Coverage, ...]:
    """How each competency is covered; three statements, once per process."""
    found = outline(version_id)
    questions = _code_counts(QuizItem, version_id)
    criteria = _code_counts(RubricCriterion, version_id)
    lines = list(found.activities.values())
    return tuple(
        Coverage(
            code=each.code,
            number=each.number,
            title=each.title,
            activities=sum(1 for line in lines if each.code in line.codes),
            first=sum(1 for line in lines if line.codes[:1] == (each.code,)),
            questions=questions.get(each.code, 0),
            criteria=criteria.get(each.code, 0),
            courses=tuple(
                sum(1 for line in lines if line.course_id == course.id and each.code in line.codes)
                for course in found.courses
            ),
        )
        for each in competencies(version_id)
    )


def _code_counts(model: Any, version_id: int) -> dict[str, int]:
    counts: dict[str, int] = {}
    for codes in db.session.scalars(
        sa.select(model.codes)
        .join(Activity, Activity.id == model.activity_id)
        .where(Activity.version_id == version_id)
        .order_by(model.id)
    ):
        for code in codes:
            counts[code] = counts.get(code, 0) + 1
    return counts


@lru_cache(maxsize=16)
def week_minutes(version_id: int) -> tuple[int, ...]:
    """What each teaching week asks of a learner, in minutes; one statement, once per process."""
    return weeks.load(*_written(version_id))


@lru_cache(maxsize=16)
def effort(version_id: int) -> dict[str, dict[int, int]]:
    """How the work of each activity lies before its end: key → {teaching weeks before: minutes}.

    One statement, once per process.
    """
    return weeks.spread(*_written(version_id))


def _written(version_id: int) -> tuple[schema.ProgrammeFile, list[schema.Activity], dict[str, int]]:
    """The frame, the activities as their authors wrote them, and how long each takes."""
    found = outline(version_id)
    written = [
        _ACTIVITY.validate_python(
            {name: value for name, value in spec.items() if name not in ("head", "bank")}, strict=False
        )
        for spec in specs(version_id).values()
    ]
    return found.frame, written, {line.key: line.minutes for line in found.activities.values()}


_ACTIVITY: TypeAdapter[schema.Activity] = TypeAdapter(schema.Activity)
