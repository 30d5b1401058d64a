"""Whose work it is, where it is marked under candidate numbers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from lms.assessment.models import CandidateNumber, Mark, MarkingTask
from lms.core.db import db


def of_mark() -> sa.ColumnElement[bool]:
    """The candidate number that belongs to a mark."""
    return sa.and_(
        CandidateNumber.cohort_id == Mark.cohort_id,
        CandidateNumber.activity_id == Mark.activity_id,
        CandidateNumber.place_id == Mark.place_id,
        Mark.part == "",
    )


def is_known(row: Any) -> bool:
    """Whether everybody who sees a mark may know whose it is: it is not blind, lifted, or its learner sees one."""
    return row.candidate is None or row.unmasked_at is not None or row.released_at is not None


def masked_of(cohort_id: int) -> frozenset[tuple[int, int]]:
    """(place, activity) of a cohort that nobody who marks may put a mark and a name together for. One statement."""
    rows = db.session.execute(
        sa.select(CandidateNumber.place_id, CandidateNumber.activity_id)
        .outerjoin(
            Mark,
            sa.and_(
                Mark.place_id == CandidateNumber.place_id,
                Mark.activity_id == CandidateNumber.activity_id,
                Mark.part == "",
            ),
        )
        .where(
            CandidateNumber.cohort_id == cohort_id,
            CandidateNumber.unmasked_at.is_(None),
            Mark.released_version.is_(None),
        )
    )
    return frozenset((place_id, activity_id) for place_id, activity_id in rows)


def number_of(source: str, source_ids: list[int]) -> int | None:
    """The candidate number under which some work is marked whose mark nobody may put a name to yet. One statement."""
    return db.session.scalar(
        sa.select(CandidateNumber.number)
        .join(MarkingTask, MarkingTask.candidate_id == CandidateNumber.id)
        .where(
            MarkingTask.source == source,
            MarkingTask.source_id.in_(source_ids),
            MarkingTask.released_at.is_(None),
            CandidateNumber.unmasked_at.is_(None),
        )
        .limit(1)
    )
