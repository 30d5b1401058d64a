"""Work done elsewhere becomes a mark, and waits for the release gate like every other."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.assessment.models import Mark
from lms.assessment.rules import Origin
from lms.cohorts import queries as cohorts
from lms.core import audit, markdown
from lms.core.db import db
from lms.core.errors import NotFound, RuleViolation
from lms.enrolment.models import Place
from lms.gradebook import rules
from lms.gradebook.actions.boards import refuse_confirmed
from lms.gradebook.models import ExternalResult
from lms.gradebook.queries.board_said import any_confirmed
from lms.gradebook.rules import GradebookRefusal
from lms.gradebook.rules.external import LONGEST_NOTE
from lms.people.rules import Actor


@dataclass(frozen=True, kw_only=True)
class External:
    """What is recorded."""

    place_id: int
    cohort_id: int
    activity_id: int
    part: str = ""
    score: Fraction
    out_of: Fraction
    note: str
    evidence_id: int | None = None


def record_external(external: External, *, actor: Actor, now: dt.datetime) -> ExternalResult:
    """Record work done elsewhere; its mark is finished and waits for somebody else to release it.

    Raises RuleViolation when the score is none, the note is missing, or the activity is not marked.
    """
    place = db.session.get(Place, external.place_id)
    if place is None:
        raise NotFound
    if place.cohort_id != external.cohort_id:
        raise RuleViolation(GradebookRefusal.NOT_THIS_COHORT)
    _check(external)
    if any_confirmed(external.cohort_id):
        refuse_confirmed(cohorts.by_id(external.cohort_id), external.place_id, external.activity_id)
    mark = assessment.record_mark(
        assessment.Recorded(
            place_id=external.place_id,
            cohort_id=external.cohort_id,
            activity_id=external.activity_id,
            part=external.part,
            value=rules.score_mark(external.score, external.out_of),
            origin=Origin.EXTERNAL.value,
            trace=rules.external_trace(external.score, external.out_of),
            feedback={"overall": markdown.render(external.note, heading_from=3), "comments": 1},
            reason=external.note,
        ),
        actor=actor,
        now=now,
    )
    return _keep(external, mark, actor, now)


def _check(external: External) -> None:
    refusal = rules.why_not_score(external.score, external.out_of)
    if refusal:
        raise RuleViolation(refusal, score=f"{float(external.score):g}", out_of=f"{float(external.out_of):g}")
    if not external.note.strip():
        raise RuleViolation(GradebookRefusal.NO_NOTE)
    if len(external.note) > LONGEST_NOTE:
        raise RuleViolation(GradebookRefusal.LONG_NOTE)


def _keep(external: External, mark: Mark, actor: Actor, now: dt.datetime) -> ExternalResult:
    """Keep what was entered; the same thing sent twice is kept once."""
    share = external.score / external.out_of
    known = db.session.scalar(
        sa.select(ExternalResult)
        .where(ExternalResult.mark_id == mark.id)
        .order_by(ExternalResult.id.desc())
        .limit(1)
    )
    if known is not None and external.evidence_id is None and _says(known, share, external.note):
        return known
    row = ExternalResult(
        place_id=external.place_id,
        activity_id=external.activity_id,
        score_numerator=share.numerator,
        score_denominator=share.denominator,
        note=external.note,
        evidence_id=external.evidence_id,
        by_id=actor.person_id,
        at=now,
        mark_id=mark.id,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="gradebook.record_external",
            subject="external_result",
            subject_id=row.id,
            cohort_id=external.cohort_id,
            after={"place_id": external.place_id, "score": str(share), "mark_id": mark.id},
            reason=external.note,
        )
    )
    return row


def _says(known: ExternalResult, share: Fraction, note: str) -> bool:
    return known.note == note and Fraction(known.score_numerator, known.score_denominator) == share
