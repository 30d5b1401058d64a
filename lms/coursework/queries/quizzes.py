"""Attempts at quizzes and the answers given in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.core.db import db, read
from lms.core.errors import NotFound
from lms.coursework.models import AttemptState, QuizAnswer, QuizAttempt
from lms.coursework.queries.visits import Visit, quiz_visible_to
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One go at a quiz."""

    id: int
    public_id: str
    place_id: int
    number: int
    state: AttemptState
    items: Sequence[dict[str, Any]]
    started_at: dt.datetime
    ends_at: dt.datetime
    finished_at: dt.datetime | None
    points: int | None
    out_of: int | None
    trace: dict[str, Any]

    @property
    def active(self) -> bool:
        """Whether it is still going on, or waits to be counted."""
        return self.state is AttemptState.ACTIVE

    @property
    def mark(self) -> Fraction | None:
        """Its score of 0 to 100; None until it was counted."""
        if self.points is None or not self.out_of:
            return None
        return Fraction(100 * self.points, self.out_of)

    @property
    def item_ids(self) -> tuple[int, ...]:
        """The items drawn, in order."""
        return tuple(each["item"] for each in self.items)


ATTEMPT_COLUMNS = (
    QuizAttempt.id,
    QuizAttempt.public_id,
    QuizAttempt.place_id,
    QuizAttempt.number,
    QuizAttempt.state,
    QuizAttempt.items,
    QuizAttempt.started_at,
    QuizAttempt.ends_at,
    QuizAttempt.finished_at,
    QuizAttempt.points,
    QuizAttempt.out_of,
    QuizAttempt.trace,
)


def attempts(place_id: int, activity_id: int) -> list[AttemptLine]:
    """A learner's attempts at a quiz, first to last."""
    rows = db.session.execute(
        sa.select(*ATTEMPT_COLUMNS)
        .where(QuizAttempt.place_id == place_id, QuizAttempt.activity_id == activity_id)
        .order_by(QuizAttempt.number)
    )
    return [AttemptLine(**row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True)
class AttemptPage:
    """A learner at one of their own attempts."""

    visit: Visit
    attempt: AttemptLine
    all: tuple[AttemptLine, ...]

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.visit.cohort_id

    @property
    def place(self) -> object | None:
        """The learner's place."""
        return self.visit.place


def attempt_visible_to(actor: Actor, slug: str, key: str, attempt: str) -> AttemptPage:
    """One of the actor's own attempts; anybody else's is not there."""
    visit = quiz_visible_to(actor, slug, key)
    if visit.place is None:
        raise NotFound
    mine = attempts(visit.place.place_id, visit.line.id)
    found = next((line for line in mine if line.public_id == attempt), None)
    if found is None:
        raise NotFound
    return AttemptPage(visit, found, tuple(mine))


_ANSWERS = sa.select(QuizAnswer.item_id, QuizAnswer.answer, QuizAnswer.saved_at).where(
    QuizAnswer.attempt_id == sa.bindparam("attempt", type_=sa.Integer)
)


def answers(attempt_id: int) -> tuple[dict[int, Any], dt.datetime | None]:
    """What was answered in an attempt by item, and when the last answer was saved."""
    rows = read(_ANSWERS, {"attempt": attempt_id}).all()
    saved = max((row.saved_at for row in rows), default=None)
    return {row.item_id: row.answer["value"] for row in rows}, saved
