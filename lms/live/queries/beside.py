"""What stands beside a session on its page: its seats, questions and feedback, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.curriculum.models import Activity, ActivityKind
from lms.live.models import (
    FeedbackAnswer,
    FeedbackGiven,
    LiveSession,
    Question,
    Seat,
    SeatPlan,
    Speaker,
    SpeakerFile,
)
from lms.live.queries.consents import SPEAKS, latest
from lms.live.queries.questions import SHOWN
from lms.live.queries.seats import SeatsView
from lms.live.rules.questions import QuestionState
from lms.live.rules.seats import SeatState
from lms.live.rules.speakers import Artefact


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
    masterclass: bool
    slides: int
    """Files that the speaker lets the cohort have."""
    withheld: bool
    """Somebody speaks who has not agreed to a recording, or takes that back."""
    bio: str
    """What the one who speaks says of themselves."""
    photo_of: str
    """The public id of the one who speaks, where the cohort may see their photo."""


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
            Activity.kind,
            Speaker.id.label("speaker_id"),
            Speaker.bio,
            latest(Artefact.RECORDING).label("recording"),
            sa.case((latest(Artefact.SLIDES).is_(sa.true()), _slides()), else_=0).label("slides"),
            sa.case(
                (latest(Artefact.PHOTO).is_(sa.true()) & Speaker.photo_id.is_not(None), Speaker.public_id),
                else_="",
            ).label("photo"),
        )
        .select_from(LiveSession)
        .join(Activity, Activity.id == LiveSession.activity_id)
        .outerjoin(
            Speaker,
            sa.and_(Speaker.session_id == LiveSession.id, *SPEAKS),
        )
        .outerjoin(SeatPlan, SeatPlan.session_id == LiveSession.id)
        .outerjoin(own, sa.and_(own.session_id == LiveSession.id, own.place_id == (place_id or 0)))
        .where(LiveSession.id == session_id)
        .order_by(Speaker.id)
        .limit(1)
    ).one()
    seats = None
    if row.seats is not None:
        number = row.number if row.own is SeatState.WAITING else 0
        seats = SeatsView(
            row.seats, row.cancel_hours, row.seated, row.waiting, row.own, number, row.reason or ""
        )
    return Beside(
        questions=row.questions,
        answered=row.answered,
        seats=seats,
        feedback=row.feedback,
        feedback_given=bool(row.given),
        masterclass=row.kind is ActivityKind.MASTERCLASS,
        slides=row.slides or 0,
        withheld=row.speaker_id is not None and not row.recording,
        bio=row.bio or "",
        photo_of=row.photo or "",
    )


def _slides() -> Any:
    return (
        sa.select(sa.func.count())
        .select_from(SpeakerFile)
        .where(SpeakerFile.speaker_id == Speaker.id, SpeakerFile.removed_at.is_(None))
        .correlate(Speaker)
        .scalar_subquery()
    )
