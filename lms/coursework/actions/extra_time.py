"""Extra time for quizzes: given by a coordinator with a reason, in confidence; and attempts that last longer by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from lms.core import audit
from lms.core.db import db, locked
from lms.core.errors import RuleViolation
from lms.coursework import queries
from lms.coursework.models import AttemptState, ExtraTime, QuizAttempt
from lms.coursework.queries import Extending
from lms.coursework.rules import quiz
from lms.coursework.rules.quiz import Extra
from lms.curriculum.models import Activity
from lms.enrolment.models import Place, TeamMembership
from lms.people.rules import Actor
from lms.scheduling import queries as scheduling
from lms.scheduling.queries import Whose


def give_extra_time(learner: Extending, extra: Extra, reason: str, *, actor: Actor, now: dt.datetime) -> int:
    """Say how much longer somebody has from now on; none ends it. Returns how many attempts last longer by it.

    An attempt that is going on is never shortened. Raises RuleViolation when it cannot be given so.
    """
    locked(Place, learner.place_id)
    present = queries.extra_time(learner.place_id)
    refusal = quiz.why_not_extra(extra, present, reason)
    if refusal is not None:
        raise RuleViolation(refusal)
    row = ExtraTime(
        place_id=learner.place_id,
        percent=extra.percent,
        minutes=extra.minutes,
        captions=extra.captions,
        reason=" ".join(reason.split()),
        by_id=actor.person_id,
        at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="coursework.give_extra_time",
            subject="place",
            subject_id=learner.place_id,
            cohort_id=learner.cohort_id,
            before={"extra": present.words},
            after={"extra": extra.words},
            reason="kept in confidence, beside the extra time",
        )
    )
    return lengthen_attempts(learner.cohort_id, place_id=learner.place_id)


def lengthen_attempts(
    cohort_id: int, *, activity_ids: Collection[int] | None = None, place_id: int | None = None
) -> int:
    """Let attempts that are going on last as long as the dates and extra times that hold now say; none is shortened.

    Whoever is working when a deadline moves or extra time is given need do nothing. Returns how many last longer.
    """
    wanted = sa.select(QuizAttempt.id).join(Place, Place.id == QuizAttempt.place_id)
    wanted = wanted.where(Place.cohort_id == cohort_id, QuizAttempt.state == AttemptState.ACTIVE)
    if activity_ids is not None:
        wanted = wanted.where(QuizAttempt.activity_id.in_(activity_ids))
    if place_id is not None:
        wanted = wanted.where(QuizAttempt.place_id == place_id)
    longer = 0
    for attempt_id in db.session.scalars(wanted.order_by(QuizAttempt.id)).all():
        attempt: QuizAttempt = locked(QuizAttempt, attempt_id)
        ends = _ends_at(cohort_id, attempt) if attempt.state is AttemptState.ACTIVE else attempt.ends_at
        if ends > attempt.ends_at:
            attempt.ends_at = ends
            longer += 1
    db.session.flush()
    return longer


def _ends_at(cohort_id: int, attempt: QuizAttempt) -> dt.datetime:
    key = db.session.scalar(sa.select(Activity.key).where(Activity.id == attempt.activity_id)) or ""
    rows = db.session.execute(
        sa.select(Place.person_id, Place.section_id, TeamMembership.team_id)
        .outerjoin(
            TeamMembership, sa.and_(TeamMembership.place_id == Place.id, TeamMembership.ends_at.is_(None))
        )
        .where(Place.id == attempt.place_id)
    ).all()
    teams = tuple(row.team_id for row in rows if row.team_id is not None)
    item = scheduling.effective_item(cohort_id, key, Whose(rows[0].person_id, rows[0].section_id, teams))
    if item is None or item.cancelled:
        return attempt.ends_at
    limit = queries.content(attempt.activity_id).spec["time_limit"]
    return quiz.ends_at(attempt.started_at, limit, item.ends_at, queries.extra_time(attempt.place_id))
