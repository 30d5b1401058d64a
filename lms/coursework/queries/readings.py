"""How far a learner is in a reading."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.db import db
from lms.coursework.models import ReadingProgress


@dataclass(frozen=True, slots=True)
class ReadingState:
    """Where a learner is in a reading."""

    position: int
    seconds: int
    finished_at: dt.datetime | None


UNREAD = ReadingState(0, 0, None)


def reading_state(place_id: int, activity_id: int) -> ReadingState:
    """Where a learner is; at the beginning when they never opened it."""
    row = db.session.execute(
        sa.select(ReadingProgress.position, ReadingProgress.seconds, ReadingProgress.finished_at).where(
            ReadingProgress.place_id == place_id, ReadingProgress.activity_id == activity_id
        )
    ).one_or_none()
    return ReadingState(*row) if row else UNREAD
