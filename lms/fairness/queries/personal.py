"""What peer review holds about somebody that they may know: what they wrote, and what they got once it is released."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import Cohort
from lms.core.db import db
from lms.curriculum.models import Activity
from lms.enrolment.models import Place
from lms.fairness import rules
from lms.fairness.models import PeerMember, PeerReview, PeerRound
from lms.people.ports import PersonalPart


def personal_part(person_id: int) -> PersonalPart:
    """The reviews that somebody wrote or began, alone or with a team, and those that their work got. Two statements.

    Nothing is in it that the pages keep from them: no name, no review before its release or while it is hidden.
    """
    return PersonalPart(
        key="peer_reviews",
        title="Peer reviews",
        what="What you said of others' work, and what others said of yours once it was released, with your answers: "
        "it is what reviewers and authors work with, and it is no mark.",
        data={"given": _given(person_id), "received": _received(person_id)},
    )


def _reviews(person_id: int, side: Any, *columns: Any) -> Any:
    return (
        sa.select(
            Cohort.name.label("cohort"),
            Activity.key.label("activity"),
            PeerReview.answers,
            PeerReview.overall,
            PeerReview.submitted_at,
            *columns,
        )
        .join(PeerRound, PeerRound.id == PeerReview.round_id)
        .join(Activity, Activity.id == PeerRound.activity_id)
        .join(Cohort, Cohort.id == PeerRound.cohort_id)
        .where(
            side.in_(
                sa.select(PeerMember.unit_id)
                .join(Place, Place.id == PeerMember.place_id)
                .where(Place.person_id == person_id)
            )
        )
    )


def _given(person_id: int) -> list[dict[str, Any]]:
    statement = _reviews(
        person_id,
        PeerReview.reviewer_id,
        PeerReview.position,
        PeerReview.allotted_at,
        PeerReview.saved_at,
        PeerReview.ended,
        PeerReview.reason,
    ).order_by(PeerReview.id)
    return [
        {
            **_said(row),
            "work": rules.letter(row.position),
            "given_to_you_at": _time(row.allotted_at),
            "saved_at": _time(row.saved_at),
            "ended": row.ended.value if row.ended else "",
            "conflict": row.reason,
        }
        for row in db.session.execute(statement)
    ]


def _received(person_id: int) -> list[dict[str, Any]]:
    statement = (
        _reviews(person_id, PeerReview.piece_id, PeerReview.useful, PeerReview.answer, PeerReview.answered_at)
        .where(
            PeerRound.released_at.is_not(None),
            PeerReview.submitted_at.is_not(None),
            PeerReview.hidden_at.is_(None),
        )
        .order_by(PeerRound.id, PeerReview.public_id)
    )
    return [
        {
            **_said(row, at=False),
            "useful": row.useful,
            "answer": row.answer,
            "answered_at": _time(row.answered_at),
        }
        for row in db.session.execute(statement)
    ]


def _said(row: Any, *, at: bool = True) -> dict[str, Any]:
    """What a review says; when it was submitted is for its writer alone."""
    when = {"submitted_at": _time(row.submitted_at)} if at else {}
    return {
        "cohort": row.cohort,
        "activity": row.activity,
        "levels": row.answers.get("levels", {}),
        "comments": row.answers.get("comments", {}),
        "review": row.overall,
        **when,
    }


def _time(at: Any) -> str | None:
    return at.isoformat() if at else None
