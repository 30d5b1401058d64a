"""Taking a quiz: starting, answering, finishing, and what the clock does when nobody does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.assessment import rules as assessment_rules
from lms.completion import actions as completion
from lms.completion.actions import Reached
from lms.completion.rules import FactKind
from lms.core import audit, events, ids
from lms.core.db import db, insert_ignoring, locked
from lms.core.errors import RuleViolation
from lms.coursework import queries
from lms.coursework.actions.moments import in_words
from lms.coursework.events import QuizFinished
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
    mine = _attempts(visit.place.place_id, visit.line.id)
    going = next((attempt for attempt in mine if attempt.state is AttemptState.ACTIVE), None)
    if going is not None and quiz.still_takes(now, going.ends_at):
        return going.public_id
    if going is not None:
        _close(going, visit.cohort.id, AttemptState.EXPIRED, now)
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
        items=quiz.draw(bank, spec["draws"], seed),
        started_at=now,
        ends_at=quiz.ends_at(now, spec["time_limit"], item.ends_at),
        trace={},
    )
    db.session.add(attempt)
    db.session.flush()
    _audit(
        attempt,
        visit.cohort.id,
        "start",
        actor.person_id,
        {"number": attempt.number, "ends_at": attempt.ends_at},
    )
    return seed


def save_answers(attempt_id: int, given: Mapping[int, Any], *, zone: str, now: dt.datetime) -> None:
    """Keep answers by item; None takes one back. Items that the attempt did not draw are passed over.

    Raises RuleViolation once time is over or the attempt is finished: what was saved before stays.
    """
    attempt: QuizAttempt = locked(QuizAttempt, attempt_id)
    if attempt.state is not AttemptState.ACTIVE:
        raise RuleViolation(CourseworkRefusal.FINISHED)
    if not quiz.still_takes(now, attempt.ends_at):
        raise RuleViolation(CourseworkRefusal.TIME_OVER, ended=in_words(attempt.ends_at, zone))
    drawn = {each["item"] for each in attempt.items}
    wanted = {item: answer for item, answer in given.items() if item in drawn}
    if not wanted:
        return
    db.session.execute(
        sa.delete(QuizAnswer).where(QuizAnswer.attempt_id == attempt_id, QuizAnswer.item_id.in_(wanted))
    )
    insert_ignoring(
        QuizAnswer.__table__,
        [
            {"attempt_id": attempt_id, "item_id": item, "answer": {"value": answer}, "saved_at": now}
            for item, answer in wanted.items()
            if answer is not None
        ],
    )


def finish_attempt(attempt_id: int, cohort_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Finish an attempt with what was saved, and count it; a second time changes nothing."""
    attempt: QuizAttempt = locked(QuizAttempt, attempt_id)
    if attempt.state is not AttemptState.ACTIVE:
        return
    in_time = quiz.still_takes(now, attempt.ends_at)
    _close(
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
            _close(attempt, cohort_id, AttemptState.EXPIRED, now)
    return len(rows)


def _attempts(place_id: int, activity_id: int) -> Sequence[QuizAttempt]:
    return db.session.scalars(
        sa.select(QuizAttempt)
        .where(QuizAttempt.place_id == place_id, QuizAttempt.activity_id == activity_id)
        .order_by(QuizAttempt.number)
        .execution_options(populate_existing=True)
    ).all()


def _close(
    attempt: QuizAttempt,
    cohort_id: int,
    state: AttemptState,
    now: dt.datetime,
    actor_id: int | None = None,
) -> None:
    bank = queries.bank(attempt.activity_id)
    items = [bank[each["item"]].item for each in attempt.items]
    given, _saved = queries.answers(attempt.id)
    score = quiz.score(items, given)
    attempt.state = state
    attempt.finished_at = min(now, attempt.ends_at) if state is AttemptState.EXPIRED else now
    attempt.points, attempt.out_of = score.whole
    attempt.trace = {
        "points": quiz.fraction_text(score.points),
        "out_of": score.out_of,
        "items": list(score.items),
    }
    db.session.flush()
    _audit(attempt, cohort_id, "finish", actor_id, {"state": state, "points": attempt.trace["points"]})
    _count_best(attempt, cohort_id, now)
    completion.record(
        Reached(place_id=attempt.place_id, activity_id=attempt.activity_id, kind=FactKind.DONE), now=now
    )
    events.record(
        QuizFinished(
            cohort_id=cohort_id,
            activity_id=attempt.activity_id,
            attempt_id=attempt.id,
            place_id=attempt.place_id,
            expired=state is AttemptState.EXPIRED,
            at=now,
        )
    )


def _count_best(finished: QuizAttempt, cohort_id: int, now: dt.datetime) -> None:
    """Record the better attempt's score as the mark, when the one just finished is the better."""
    others = [
        Fraction(one.points, one.out_of)
        for one in _attempts(finished.place_id, finished.activity_id)
        if one.id != finished.id and one.points is not None and one.out_of
    ]
    share = Fraction(finished.points or 0, finished.out_of or 1)
    if others and max(others) >= share:
        return
    assessment.record_mark(
        assessment.Recorded(
            place_id=finished.place_id,
            cohort_id=cohort_id,
            activity_id=finished.activity_id,
            part="",
            value=100 * share,
            origin=assessment_rules.Origin.QUIZ,
            trace=_trace(finished, 100 * share),
            feedback={},
            reason=f"attempt {finished.number}",
            released=True,
        ),
        actor=None,
        now=now,
    )


def _trace(attempt: QuizAttempt, mark: Fraction) -> dict[str, Any]:
    lines = [
        assessment_rules.fact(
            f"Question {number}",
            quiz.points_text(Fraction(line["points"])),
            bound=f"of {line['out_of']}",
            verdict={"right": "met", "wrong": "missed"}.get(quiz.verdict(Fraction(line["share"])), "open"),
            note="" if line["answered"] else "left open",
        )
        for number, line in enumerate(attempt.trace["items"], start=1)
    ]
    points = Fraction(attempt.trace["points"])
    return {
        "mark": assessment_rules.exact(mark),
        "attempt": attempt.number,
        "facts": [
            assessment_rules.fact(
                f"Attempt {attempt.number}, the best",
                quiz.points_text(points),
                bound=f"of {attempt.trace['out_of']} points",
                parts=lines,
            ),
            assessment_rules.fact(
                "Mark",
                assessment_rules.shown(mark),
                note=f"exactly {assessment_rules.exact(mark)}; shown cut to one decimal, never rounded",
            ),
        ],
    }


def _audit(
    attempt: QuizAttempt, cohort_id: int, verb: str, actor_id: int | None, after: dict[str, Any]
) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor_id,
            action=f"coursework.{verb}_attempt",
            subject="quiz_attempt",
            subject_id=attempt.id,
            cohort_id=cohort_id,
            after=after,
        )
    )
