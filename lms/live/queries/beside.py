"""What stands beside a session on its page: its seats, questions and feedback, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.live.models import FeedbackAnswer, FeedbackGiven, LiveSession, Question, Seat, SeatPlan
from lms.live.queries.questions import SHOWN
from lms.live.queries.seats import SeatsView
from lms.live.rules.questions import QuestionState
from lms.live.rules.seats import SeatState


@dataclass(frozen=True, slots=True)
class Beside:
    """Counts, and where a learner stands."""

    questions: int
    answered: int
    seats: SeatsView | None
    feedback: int
    """How many answered."""
    feedback_given: bool
    """Whether the learner who looks has."""


def beside(session_id: int, place_id: int | None) -> Beside:
    """What stands beside a session, for staff (no place) or for one learner. One statement."""
    own = sa.orm.aliased(Seat)

    def count(model: Any, *where: Any) -> Any:
        return (
            sa.select(sa.func.count())
            .select_from(model)
            .where(model.session_id == session_id, *where)
            .scalar_subquery()
        )

    row = db.session.execute(
        sa.select(
            count(Question, Question.state.in_(SHOWN)).label("questions"),
            count(Question, Question.state == QuestionState.ANSWERED).label("answered"),
            SeatPlan.seats,
            SeatPlan.cancel_hours,
            count(Seat, Seat.state == SeatState.SEATED).label("seated"),
            count(Seat, Seat.state == SeatState.WAITING).label("waiting"),
            own.state.label("own"),
            count(Seat, Seat.state == SeatState.WAITING, Seat.turn <= own.turn).label("number"),
            own.reason,
            count(FeedbackAnswer).label("feedback"),
            count(FeedbackGiven, FeedbackGiven.place_id == (place_id or 0)).label("given"),
        )
        .select_from(LiveSession)
        .outerjoin(SeatPlan, SeatPlan.session_id == LiveSession.id)
        .outerjoin(own, sa.and_(own.session_id == LiveSession.id, own.place_id == (place_id or 0)))
        .where(LiveSession.id == session_id)
    ).one()
    seats = None
    if row.seats is not None:
        number = row.number if row.own is SeatState.WAITING else 0
        seats = SeatsView(
            row.seats, row.cancel_hours, row.seated, row.waiting, row.own, number, row.reason or ""
        )
    return Beside(row.questions, row.answered, seats, row.feedback, bool(row.given))
