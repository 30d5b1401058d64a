"""Candidate numbers: drawn when work comes to be marked, lifted by a coordinator with a reason."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.assessment.models import CandidateNumber, MarkingTask
from lms.assessment.rules import AssessmentRefusal
from lms.core import audit, ids
from lms.core.db import db, insert_ignoring
from lms.core.errors import NotFound, RuleViolation
from lms.people.rules import Actor

LOWEST, HIGHEST = 10_000, 99_999
TRIES = 40


_OF_LEARNER = sa.select(CandidateNumber).where(
    CandidateNumber.cohort_id == sa.bindparam("cohort", type_=sa.Integer),
    CandidateNumber.activity_id == sa.bindparam("activity", type_=sa.Integer),
    CandidateNumber.place_id == sa.bindparam("place", type_=sa.Integer),
)


def candidate(cohort_id: int, activity_id: int, place_id: int) -> CandidateNumber:
    """The number of a learner for an activity: drawn by lot the first time, the same ever after."""
    for _try in range(TRIES):
        found = db.session.scalar(
            _OF_LEARNER, {"cohort": cohort_id, "activity": activity_id, "place": place_id}
        )
        if found is not None:
            return found
        insert_ignoring(
            CandidateNumber.__table__,
            [
                {
                    "cohort_id": cohort_id,
                    "activity_id": activity_id,
                    "place_id": place_id,
                    "number": ids.lot(LOWEST, HIGHEST),
                    "unmask_reason": "",
                }
            ],
        )
    raise RuntimeError("no candidate number is free")


def unmask(task_id: int, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Let the marker of a piece know whose it is before its release; kept with who said so and why.

    Raises RuleViolation without a reason; NotFound where nothing is masked.
    """
    if not reason.strip():
        raise RuleViolation(AssessmentRefusal.NO_REASON)
    found = db.session.scalar(
        sa.select(CandidateNumber)
        .join(MarkingTask, MarkingTask.candidate_id == CandidateNumber.id)
        .where(MarkingTask.id == task_id)
        .with_for_update()
    )
    if found is None:
        raise NotFound
    if found.unmasked_at is not None:
        return
    found.unmasked_at, found.unmasked_by_id, found.unmask_reason = now, actor.person_id, reason.strip()
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="assessment.unmask",
            subject="marking_task",
            subject_id=task_id,
            cohort_id=found.cohort_id,
            after={"candidate": found.number},
            reason=reason.strip(),
        )
    )
