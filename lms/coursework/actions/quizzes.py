"""Taking a quiz: starting, answering, finishing, and what the clock does when nobody does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, cast

import sqlalchemy as sa

from lms.core import ids
from lms.core.db import db, insert_ignoring, locked, read
from lms.core.errors import RuleViolation
from lms.coursework import queries
from lms.coursework.actions.moments import in_words
from lms.coursework.actions.quiz_counting import attempts_of, audit_attempt, close
from lms.coursework.models import AttemptState, QuizAnswer, QuizAttempt
from lms.coursework.queries import Visit
from lms.coursework.rules import CourseworkRefusal, quiz
from lms.enrolment.models import Place
from lms.people.rules import Actor

CLOSED_AT_ONCE = 200


def start_attempt(visit: Visit, *, actor: Actor, now: dt.datetime) -> str:
    """Start an attempt, or return the one that is going on; its public id.

    Raises RuleViolation when none can be started. The place is locked, so that two clicks start one attempt.
    """
    if visit.place is None:
        raise RuntimeError("staff take no quizzes")
    locked(Place, visit.place.place_id)
    item = queries.window(visit)
    if item is None or item.cancelled:
        raise RuleViolation(CourseworkRefusal.CANCELLED)
    mine = attempts_of(visit.place.place_id, visit.line.id)
    going = next((attempt for attempt in mine if attempt.state is AttemptState.ACTIVE), None)
    if going is not None and quiz.still_takes(now, going.ends_at):
        return going.public_id
    if going is not None:
        close(going, visit.cohort.id, AttemptState.EXPIRED, now)
    spec = queries.content(visit.line.id).spec
    refusal = quiz.why_not_start(
        now=now, opens=item.starts_at, due=item.ends_at, used=len(mine), attempts=spec["attempts"]
    )
    if refusal:
        raise RuleViolation(
            refusal,
            opens=in_words(item.starts_at, actor.zone),
            due=in_words(item.ends_at, actor.zone),
            attempts=spec["attempts"],
        )
    seed = ids.public_id()
    bank = [question.item for question in queries.bank(visit.line.id).values()]
    attempt = QuizAttempt(
        public_id=seed,
        place_id=visit.place.place_id,
        activity_id=visit.line.id,
        number=len(mine) + 1,
        items=quiz.draw(bank, spec["draws"], seed, spec.get("bank", {}).get("pools", ())),
        started_at=now,
        ends_at=quiz.ends_at(now, spec["time_limit"], item.ends_at, queries.extra_time(visit.place.place_id)),
        trace={},
    )
    db.session.add(attempt)
    db.session.flush()
    audit_attempt(
        attempt,
        visit.cohort.id,
        "start",
        actor.person_id,
        {"number": attempt.number, "ends_at": attempt.ends_at},
    )
    return seed


_answer = cast("sa.Table", QuizAnswer.__table__)
_FORGET = sa.delete(_answer).where(
    _answer.c.attempt_id == sa.bindparam("attempt", type_=sa.Integer),
    _answer.c.item_id.in_(sa.bindparam("items", type_=sa.Integer, expanding=True)),
)


def save_answers(
    attempt_id: int,
    given: Mapping[int, Any],
    *,
    known: Mapping[int, str] | None = None,
    zone: str,
    now: dt.datetime,
) -> frozenset[int]:
    """Keep answers by item; None takes one back. Items that the attempt did not draw are passed over.

    `known` are the marks of the answers that the sender knew: where another page has saved something since, that
    stands, and its item is among those returned. Raises RuleViolation once time is over or the attempt is finished:
    what was saved before stays.
    """
    attempt: QuizAttempt = locked(QuizAttempt, attempt_id)
    if attempt.state is not AttemptState.ACTIVE:
        raise RuleViolation(CourseworkRefusal.FINISHED)
    if not quiz.still_takes(now, attempt.ends_at):
        raise RuleViolation(CourseworkRefusal.TIME_OVER, ended=in_words(attempt.ends_at, zone))
    drawn = {each["item"] for each in attempt.items}
    wanted = {item: answer for item, answer in given.items() if item in drawn}
    if not wanted:
        return frozenset()
    left: frozenset[int] = frozenset()
    if known is not None:
        stored, _saved = queries.answers(attempt_id)
        left = frozenset(
            item
            for item, answer in wanted.items()
            if quiz.stale(stored.get(item), known.get(item, ""), answer)
        )
    taken = {item: answer for item, answer in wanted.items() if item not in left}
    read(_FORGET, {"attempt": attempt_id, "items": list(taken)})
    insert_ignoring(
        QuizAnswer.__table__,
        [
            {"attempt_id": attempt_id, "item_id": item, "answer": {"value": answer}, "saved_at": now}
            for item, answer in taken.items()
            if answer is not None
        ],
    )
    return left


def finish_attempt(attempt_id: int, cohort_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Finish an attempt with what was saved, and count it; a second time changes nothing."""
    attempt: QuizAttempt = locked(QuizAttempt, attempt_id)
    if attempt.state is not AttemptState.ACTIVE:
        return
    in_time = quiz.still_takes(now, attempt.ends_at)
    close(
        attempt, cohort_id, AttemptState.FINISHED if in_time else AttemptState.EXPIRED, now, actor.person_id
    )


def close_expired(*, now: dt.datetime) -> int:
    """Count the attempts whose time ran out; returns how many."""
    rows = db.session.execute(
        sa.select(QuizAttempt.id, Place.cohort_id)
        .join(Place, Place.id == QuizAttempt.place_id)
        .where(QuizAttempt.state == AttemptState.ACTIVE, QuizAttempt.ends_at < now - quiz.GRACE)
        .order_by(QuizAttempt.ends_at, QuizAttempt.id)
        .limit(CLOSED_AT_ONCE)
    ).all()
    for attempt_id, cohort_id in rows:
        attempt: QuizAttempt = locked(QuizAttempt, attempt_id)
        if attempt.state is AttemptState.ACTIVE:
            close(attempt, cohort_id, AttemptState.EXPIRED, now)
    return len(rows)
