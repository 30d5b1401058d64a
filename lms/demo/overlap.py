"""Some pieces of work laid side by side, so that every band of overlap has a pair.

The texts of invented people are put together from a few paragraphs: nearly all have more in common than those of real
ones would. So only a few are compared that show what the page is for; "Compare the rest" does the others.
"""

from __future__ import annotations

from fractions import Fraction

import sqlalchemy as sa

from lms.core.db import db
from lms.coursework import actions as coursework
from lms.coursework.models import Submission, SubmissionVersion, WorkReading
from lms.coursework.rules import similarity
from lms.coursework.rules.similarity import Reading
from lms.demo.world import Year, at

KEY = "a-1"
LITTLE = Fraction(3, 10)
MANY = 9


def compared(year: Year) -> None:
    """Compare some of the first memos: mostly apart, one pair with much in common."""
    rows = db.session.execute(
        sa.select(SubmissionVersion.id, SubmissionVersion.text)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(
            Submission.cohort_id == year.cohort.id,
            Submission.activity_id == year.outline.by_key[KEY].id,
            SubmissionVersion.number == Submission.counted_number,
            SubmissionVersion.text != "",
        )
        .order_by(SubmissionVersion.id)
    ).all()
    chosen: dict[int, Reading] = {}
    laid = [similarity.read(text) for text in _texts_compared()]
    much = 0
    for version_id, text in rows:
        reading = similarity.read(text)
        most = max((similarity.overlap(reading, other).larger for other in laid), default=Fraction(0))
        if most > LITTLE and (much or len(chosen) < MANY // 2):
            continue
        much += most > LITTLE
        chosen[version_id] = reading
        laid.append(reading)
        if len(chosen) == MANY:
            break
    with at(year.now):
        for version_id in sorted(chosen):
            coursework.compare(version_id, now=year.now)


def _texts_compared() -> list[str]:
    """What an earlier cohort's page has already."""
    return list(
        db.session.scalars(
            sa.select(SubmissionVersion.text).join(
                WorkReading, WorkReading.version_id == SubmissionVersion.id
            )
        )
    )
