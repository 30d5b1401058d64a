"""What an attempt came to: its score by the keys that hold, and the mark that its learner's best one makes."""

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
from lms.core import audit, events
from lms.core.db import db
from lms.coursework import queries
from lms.coursework.events import QuizFinished
from lms.coursework.models import AttemptState, QuizAttempt
from lms.coursework.rules import quiz, regrade

_ATTEMPTS = (
    sa.select(QuizAttempt)
    .where(
        QuizAttempt.place_id == sa.bindparam("place", type_=sa.Integer),
        QuizAttempt.activity_id == sa.bindparam("activity", type_=sa.Integer),
    )
    .order_by(QuizAttempt.number)
    .execution_options(populate_existing=True)
)


def attempts_of(place_id: int, activity_id: int) -> Sequence[QuizAttempt]:
    """A learner's attempts at a quiz, first to last, as they are in the database."""
    return db.session.scalars(_ATTEMPTS, {"place": place_id, "activity": activity_id}).all()


def close(
    attempt: QuizAttempt,
    cohort_id: int,
    state: AttemptState,
    now: dt.datetime,
    actor_id: int | None = None,
) -> None:
    """Count an attempt that is locked: nothing is taken any more."""
    bank = queries.bank(attempt.activity_id)
    items = [bank[each["item"]].item for each in attempt.items]
    given, _saved = queries.answers(attempt.id)
    attempt.state = state
    attempt.finished_at = min(now, attempt.ends_at) if state is AttemptState.EXPIRED else now
    corrections = queries.histories(cohort_id, attempt.activity_id)
    score = regrade.score(items, given, corrections, attempt.finished_at)
    attempt.points, attempt.out_of = score.whole
    attempt.trace = {
        "points": quiz.fraction_text(score.points),
        "out_of": score.out_of,
        "items": list(score.items),
    }
    db.session.flush()
    audit_attempt(attempt, cohort_id, "finish", actor_id, {"state": state, "points": attempt.trace["points"]})
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
        for one in attempts_of(finished.place_id, finished.activity_id)
        if one.id != finished.id and one.points is not None and one.out_of
    ]
    share = Fraction(finished.points or 0, finished.out_of or 1)
    if others and max(others) >= share:
        return
    assessment.record_mark(
        mark_from(
            finished.place_id,
            cohort_id,
            finished.activity_id,
            number=finished.number,
            trace=finished.trace,
            reason=f"attempt {finished.number}",
        ),
        actor=None,
        now=now,
    )


def mark_from(
    place_id: int, cohort_id: int, activity_id: int, *, number: int, trace: Mapping[str, Any], reason: str
) -> assessment.Recorded:
    """The mark that an attempt makes; it is let go at once, since a rule worked it out."""
    value = 100 * Fraction(trace["points"]) / (trace["out_of"] or 1)
    return assessment.Recorded(
        place_id=place_id,
        cohort_id=cohort_id,
        activity_id=activity_id,
        value=value,
        origin=assessment_rules.Origin.QUIZ,
        trace=_trace(number, trace, value),
        reason=reason,
        released=True,
    )


def _trace(number: int, trace: Mapping[str, Any], mark: Fraction) -> dict[str, Any]:
    lines = [
        assessment_rules.fact(
            f"Question {at}",
            quiz.points_text(Fraction(line["points"])),
            bound=f"of {line['out_of']}",
            verdict={"right": "met", "wrong": "missed"}.get(quiz.verdict(Fraction(line["share"])), "open"),
            note=_note(line),
        )
        for at, line in enumerate(trace["items"], start=1)
    ]
    points = Fraction(trace["points"])
    return {
        "mark": assessment_rules.exact(mark),
        "attempt": number,
        "facts": [
            assessment_rules.fact(
                f"Attempt {number}, the best",
                quiz.points_text(points),
                bound=f"of {trace['out_of']} points",
                parts=lines,
            ),
            assessment_rules.fact(
                "Mark",
                assessment_rules.shown(mark),
                note=f"exactly {assessment_rules.exact(mark)}; shown cut to one decimal, never rounded",
            ),
        ],
    }


def _note(line: Mapping[str, Any]) -> str:
    said = [] if line["answered"] else ["left open"]
    if "why" in line:
        before = quiz.points_text(Fraction(line["first"]) * line["out_of"])
        said.append(f"{before} until its key was corrected: {line['why']}")
    return "; ".join(said)


def audit_attempt(
    attempt: QuizAttempt, cohort_id: int, verb: str, actor_id: int | None, after: dict[str, Any]
) -> None:
    """Note what became of an attempt."""
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
