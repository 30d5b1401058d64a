"""Feedback on a session: how many answered, and, from enough answers on, what they said. Never who."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.curriculum.content.schema.programme import SessionPolicy
from lms.live import rules
from lms.live.models import FeedbackAnswer, FeedbackGiven
from lms.live.queries.sessions import SessionView
from lms.live.rules.feedback import FeedbackRefusal, Summary


def session_policy_of(cohort: CohortView) -> SessionPolicy:
    """What the cohort's programme says of seats, questions and feedback."""
    return curriculum.outline(cohort.version_id).policies.sessions


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """What may be shown of a session's feedback."""

    count: int
    needed: int
    lines: tuple[Summary, ...] = ()
    """Empty before enough have answered; so are the texts."""
    best: tuple[str, ...] = ()
    better: tuple[str, ...] = ()

    @property
    def refusal(self) -> FeedbackRefusal | None:
        """Why nothing is shown, or None."""
        return rules.why_not_show(self.count, self.needed)


def feedback_of(session: SessionView) -> FeedbackView:
    """The feedback of a session as speaker, host and coordinator see it. One statement."""
    needed = session_policy_of(session.cohort).feedback_from
    rows = db.session.execute(
        sa.select(FeedbackAnswer.ratings, FeedbackAnswer.best, FeedbackAnswer.better)
        .where(FeedbackAnswer.session_id == session.id)
        .order_by(FeedbackAnswer.key)
    ).all()
    if rules.why_not_show(len(rows), needed):
        return FeedbackView(len(rows), needed)
    return FeedbackView(
        count=len(rows),
        needed=needed,
        lines=rules.summaries([row.ratings for row in rows]),
        best=tuple(row.best for row in rows if row.best),
        better=tuple(row.better for row in rows if row.better),
    )


def has_answered(session_id: int, place_id: int) -> bool:
    """Whether a learner has answered."""
    return (
        db.session.scalar(
            sa.select(FeedbackGiven.session_id).where(
                FeedbackGiven.session_id == session_id, FeedbackGiven.place_id == place_id
            )
        )
        is not None
    )
