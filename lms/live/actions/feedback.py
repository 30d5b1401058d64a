"""Feedback: kept without a name, once for each learner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from lms.core.db import db, insert_ignoring
from lms.core.errors import RuleViolation
from lms.live import queries, rules
from lms.live.models import FeedbackAnswer, FeedbackGiven
from lms.live.rules.feedback import ASKED, LONGEST_COMMENT, SCALE, FeedbackRefusal


def give_feedback(
    session_id: int,
    place_id: int,
    ratings: Mapping[str, int],
    *,
    best: str,
    better: str,
    now: dt.datetime,
) -> None:
    """Keep an answer and, apart from it, that this learner has answered. Nothing is audited: that would tell who."""
    session = queries.by_id(session_id)
    days = queries.session_policy_of(session.cohort).feedback_days
    refusal = rules.why_not_give(
        cancelled=session.cancelled,
        ends_at=session.ends_at,
        days=days,
        given=queries.has_answered(session_id, place_id),
        now=now,
    )
    if refusal:
        raise RuleViolation(refusal, days=days)
    if any(ratings.get(key) not in SCALE for key, _title in ASKED):
        raise RuleViolation(FeedbackRefusal.UNRATED)
    row = {"session_id": session_id, "place_id": place_id, "day": now.date()}
    if not insert_ignoring(FeedbackGiven.__table__, [row]):
        raise RuleViolation(FeedbackRefusal.GIVEN)
    db.session.add(
        FeedbackAnswer(
            session_id=session_id,
            ratings={key: ratings[key] for key, _title in ASKED},
            best=best.strip()[:LONGEST_COMMENT],
            better=better.strip()[:LONGEST_COMMENT],
        )
    )
    db.session.flush()
