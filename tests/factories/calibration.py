"""Pieces that markers begin with, through the real actions."""

from __future__ import annotations

from fractions import Fraction

import sqlalchemy as sa

from lms.assessment import queries as assessment
from lms.assessment.rules import Judgement
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.fairness import actions, queries
from lms.fairness.models import Calibration
from lms.fairness.queries import CalibrationView
from lms.people.models import Person
from tests.factories import world

FRACTION = Fraction
TEXT = "We stop the lake and fund two products instead.\n\n## What would change my mind\n\nForty of our hospitals."


def found() -> CalibrationView:
    """The latest piece."""
    number = db.session.scalar(sa.select(Calibration.public_id).order_by(Calibration.id.desc()).limit(1))
    return queries.calibration_visible_to(world.director(), number or "")


def judgement(sample: CalibrationView, level: int) -> Judgement:
    """One level for every row."""
    return Judgement(levels={row.key: level for row in queries.rubric_of(sample).words})


def set_text(cohort: CohortView, by: Person, *, key: str = "a-1") -> CalibrationView:
    """A text is set; nobody has agreed on its judgement yet."""
    actor = world.actor(by)
    with unit_of_work() as work:
        view = assessment.batch_visible_to(actor, cohort.slug, key)
        actions.set_text(view, TEXT, why="In the middle of the scale.", actor=actor, now=work.now)
    return found()


def set_up(
    cohort: CohortView, by: Person, *, key: str = "a-1", level: int = 3, opened: bool = True
) -> CalibrationView:
    """A text is set and its judgement agreed on."""
    sample, actor = set_text(cohort, by, key=key), world.actor(by)
    with unit_of_work() as work:
        actions.keep_reference(
            sample.id,
            judgement(sample, level),
            agreed_with=(),
            finish=opened,
            version=sample.version,
            actor=actor,
            now=work.now,
        )
    return found()


def judge(sample: CalibrationView, by: Person, level: int, *, finish: bool = True) -> None:
    """A marker judges the piece: the same level for every row."""
    _standing, tries = queries.own_standing(sample, by.id)
    waiting = [one for one in tries if one.submitted_at is None]
    with unit_of_work() as work:
        actions.keep_try(
            sample.id,
            judgement(sample, level),
            number=waiting[0].number if waiting else len(tries) + 1,
            finish=finish,
            version=waiting[0].version if waiting else 0,
            actor=world.actor(by),
            now=work.now,
        )
