"""For staff: the version of each mark that stands now, released or not, and what its learner sees."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.models import Mark, MarkVersion
from lms.assessment.rules import MarkState
from lms.core.db import db


@dataclass(frozen=True, slots=True)
class StandingMark:
    """The latest version of a learner's mark. Never for learners: it may not be released."""

    public_id: str
    value: Fraction
    origin: str
    state: MarkState
    trace: Mapping[str, Any]
    reason: str
    released: Fraction | None
    """What the learner sees; None: nothing."""

    @property
    def seen(self) -> bool:
        """Whether the learner sees this value, or an earlier one."""
        return self.released is not None

    @property
    def pending(self) -> bool:
        """Whether this version waits for its release."""
        return self.state in (MarkState.FINALISED, MarkState.MODERATED)


def standing_marks(
    cohort_id: int, activity_ids: Collection[int] | None = None
) -> dict[tuple[int, int, str], StandingMark]:
    """The marks of a cohort (for some activities) by place, activity and part. One statement."""
    latest, seen = aliased(MarkVersion), aliased(MarkVersion)
    statement = (
        sa.select(
            Mark.place_id,
            Mark.activity_id,
            Mark.part,
            Mark.public_id,
            latest.numerator,
            latest.denominator,
            latest.origin,
            latest.state,
            latest.trace,
            latest.reason,
            seen.numerator.label("seen_numerator"),
            seen.denominator.label("seen_denominator"),
        )
        .join(latest, sa.and_(latest.mark_id == Mark.id, latest.number == Mark.latest_version))
        .outerjoin(seen, sa.and_(seen.mark_id == Mark.id, seen.number == Mark.released_version))
        .where(Mark.cohort_id == cohort_id)
    )
    if activity_ids is not None:
        statement = statement.where(Mark.activity_id.in_(activity_ids))
    return {
        (row.place_id, row.activity_id, row.part): StandingMark(
            public_id=row.public_id,
            value=Fraction(row.numerator, row.denominator),
            origin=row.origin,
            state=row.state,
            trace=row.trace,
            reason=row.reason,
            released=Fraction(row.seen_numerator, row.seen_denominator)
            if row.seen_numerator is not None
            else None,
        )
        for row in db.session.execute(statement)
    }
