"""Correcting the key of a quiz's item in a cohort, and taking a correction back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.core import audit, events, ids
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.coursework import queries
from lms.coursework.actions.quiz_counting import mark_from
from lms.coursework.events import QuizKeyCorrected
from lms.coursework.models import QuizAttempt, QuizCorrection
from lms.coursework.queries import Effects, ItemPage
from lms.coursework.rules import CourseworkRefusal, regrade
from lms.coursework.rules.quiz import Score
from lms.coursework.rules.regrade import Correction, Past
from lms.enrolment.models import Place
from lms.people.rules import Actor


@dataclass(frozen=True, kw_only=True)
class Correcting:
    """What a member of staff says of an item's key."""

    key: Mapping[str, Any]
    past: Past
    no_harm: bool
    reason: str


def proposed(page: ItemPage, wanted: Correcting, now: dt.datetime) -> Correction:
    """The correction as it would be noted. Raises RuleViolation when it cannot be."""
    refusal = regrade.why_not_correct(page.question.item, wanted.key, wanted.past, wanted.reason)
    if refusal is not None:
        raise RuleViolation(refusal)
    same = wanted.key == regrade.key_of(page.question.item)
    return Correction(
        number=_next(page),
        item_id=page.question.item.id,
        key={} if same else dict(wanted.key),
        past=wanted.past,
        no_harm=wanted.no_harm,
        reason=" ".join(wanted.reason.split()),
        at=now,
    )


def taking_back(page: ItemPage, number: int, now: dt.datetime) -> Correction:
    """What takes a correction of the item back. Raises RuleViolation when it is not the latest that counts."""
    refusal = regrade.why_not_undo(page.history, number)
    if refusal is not None:
        raise RuleViolation(refusal)
    (taken,) = [one for one in page.history if one.number == number]
    return replace(taken, number=_next(page), undoes=number, at=now)


def _next(page: ItemPage) -> int:
    numbers = sa.select(sa.func.coalesce(sa.func.max(QuizCorrection.number), 0)).where(
        QuizCorrection.cohort_id == page.cohort_id, QuizCorrection.activity_id == page.visit.line.id
    )
    return int(db.session.scalar(numbers) or 0) + 1


def correct_item(
    page: ItemPage, wanted: Correcting, *, stamp: str, actor: Actor, now: dt.datetime
) -> Effects:
    """Correct an item's key for the cohort, judge finished attempts anew, and change the marks that follow.

    Raises RuleViolation as `proposed` does, and Conflict when what `stamp` was made of has changed since.
    """
    page = _under_lock(page)
    return _carry_out(page, proposed(page, wanted, now), stamp=stamp, actor=actor, now=now)


def undo_correction(page: ItemPage, number: int, *, stamp: str, actor: Actor, now: dt.datetime) -> Effects:
    """Take the latest correction of an item back: as if it had not been. Both stay noted."""
    page = _under_lock(page)
    return _carry_out(page, taking_back(page, number, now), stamp=stamp, actor=actor, now=now)


def _under_lock(page: ItemPage) -> ItemPage:
    """Read anew what the rules judge, once nobody can finish an attempt at this quiz any more.

    Whoever finishes locks the attempt first and then reads the corrections.
    """
    db.session.scalars(
        sa.select(QuizAttempt.id)
        .join(Place, Place.id == QuizAttempt.place_id)
        .where(Place.cohort_id == page.cohort_id, QuizAttempt.activity_id == page.visit.line.id)
        .order_by(QuizAttempt.id)
        .with_for_update(of=QuizAttempt)
    ).all()
    return queries.item_of(page.visit, page.question.key)


def _carry_out(
    page: ItemPage, correction: Correction, *, stamp: str, actor: Actor, now: dt.datetime
) -> Effects:
    found = queries.effects(page, [*page.history, correction])
    if found.stamp != stamp:
        raise Conflict(CourseworkRefusal.REGRADE_CHANGED)
    row = _noted(page, correction, found, actor)
    _write_attempts(found)
    _write_marks(page, correction, found, now)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="coursework.undo_correction" if correction.undoes else "coursework.correct_key",
            subject="quiz_correction",
            subject_id=row.id,
            cohort_id=page.cohort_id,
            before={"key": regrade.key_of(page.question.item)},
            after={
                "item": page.question.key,
                "key": regrade.key_of(regrade.keyed(page.published.item, [*page.history, correction])),
                "past": correction.past,
                "no_harm": correction.no_harm,
                "rose": found.rose,
                "fell": found.fell,
                "marks": len(found.marks),
            },
            reason=correction.reason,
        )
    )
    events.record(
        QuizKeyCorrected(
            cohort_id=page.cohort_id,
            activity_id=page.visit.line.id,
            correction_id=row.id,
            place_ids=tuple(one.place_id for one in found.marks),
            taken_back=correction.undoes is not None,
            actor_id=actor.person_id,
            at=now,
        )
    )
    return found


def _noted(page: ItemPage, correction: Correction, found: Effects, actor: Actor) -> QuizCorrection:
    row = QuizCorrection(
        public_id=ids.public_id(),
        cohort_id=page.cohort_id,
        activity_id=page.visit.line.id,
        item_id=correction.item_id,
        number=correction.number,
        key=dict(correction.key),
        past=correction.past,
        no_harm=correction.no_harm,
        reason=correction.reason,
        undoes=correction.undoes,
        attempts=found.attempts,
        rose=found.rose,
        fell=found.fell,
        marks=len(found.marks),
        by_id=actor.person_id,
        at=correction.at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _write_attempts(found: Effects) -> None:
    rows = []
    for one in found.changed:
        points, out_of = Score(one.after, one.trace["out_of"], ()).whole
        rows.append({"id": one.attempt.id, "points": points, "out_of": out_of, "trace": dict(one.trace)})
    if rows:
        db.session.execute(sa.update(QuizAttempt), rows)


def _write_marks(page: ItemPage, correction: Correction, found: Effects, now: dt.datetime) -> None:
    """Each as a new version through the one gate. A rule worked them out: nobody is said to have entered them."""
    traces = {one.attempt.id: one.trace for one in found.changed}
    changes = (*found.marks, *found.otherwise)
    best = _attempts([one.best for one in changes])
    said = "correction taken back" if correction.undoes else "key corrected"
    assessment.record_marks(
        [
            mark_from(
                one.place_id,
                page.cohort_id,
                page.visit.line.id,
                number=best[one.best][0],
                trace=traces.get(one.best, best[one.best][1]),
                reason=f"attempt {best[one.best][0]}; {said}: {correction.reason}",
            )
            for one in changes
        ],
        actor=None,
        now=now,
    )


def _attempts(attempt_ids: Sequence[int]) -> dict[int, tuple[int, Mapping[str, Any]]]:
    rows = db.session.execute(
        sa.select(QuizAttempt.id, QuizAttempt.number, QuizAttempt.trace).where(
            QuizAttempt.id.in_(attempt_ids)
        )
    )
    return {row.id: (row.number, row.trace) for row in rows}


__all__ = ["Correcting", "correct_item", "proposed", "taking_back", "undo_correction"]
