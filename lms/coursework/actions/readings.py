"""Reading: where somebody is, and that they are through."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.completion import actions as completion
from lms.completion.actions import Reached
from lms.completion.rules import FactKind
from lms.core.db import db, insert_ignoring
from lms.core.errors import RuleViolation
from lms.coursework import queries
from lms.coursework.actions.moments import in_words
from lms.coursework.models import ReadingProgress
from lms.coursework.queries import Visit
from lms.coursework.rules import CourseworkRefusal, readings


def note_position(visit: Visit, *, position: int, seconds: int, now: dt.datetime) -> bool:
    """Keep how far a learner is and how long they read; returns whether the reading counts as read now.

    Nothing is kept of a reading that is not open yet.
    """
    _require_open(visit, now)
    row = _row(visit, now)
    row.position = readings.clean_position(position)
    row.seconds += readings.clean_seconds(seconds)
    if row.finished_at is None and readings.read_through(
        position=row.position, seconds=row.seconds, minutes=visit.line.minutes
    ):
        _finish(row, now)
    return row.finished_at is not None


def mark_read(visit: Visit, *, now: dt.datetime) -> None:
    """Say that one has read it."""
    _require_open(visit, now)
    row = _row(visit, now)
    if row.finished_at is None:
        _finish(row, now)


def unmark_read(visit: Visit, *, now: dt.datetime) -> None:
    """Take that back; it then waits to be read from its beginning."""
    row = _row(visit, now)
    if row.finished_at is not None:
        row.finished_at, row.position, row.seconds = None, 0, 0
        _record(row, now, reached=False)


def _require_open(visit: Visit, now: dt.datetime) -> None:
    item = queries.window(visit)
    if item is not None and now < item.starts_at:
        raise RuleViolation(CourseworkRefusal.NOT_OPEN, opens=in_words(item.starts_at, visit.cohort.zone))


_LOCKED = (
    sa.select(ReadingProgress)
    .where(
        ReadingProgress.place_id == sa.bindparam("place", type_=sa.Integer),
        ReadingProgress.activity_id == sa.bindparam("activity", type_=sa.Integer),
    )
    .with_for_update()
    .execution_options(populate_existing=True)
)


def _row(visit: Visit, now: dt.datetime) -> ReadingProgress:
    if visit.place is None:
        raise RuntimeError("staff have no progress")
    place_id, activity_id = visit.place.place_id, visit.line.id
    insert_ignoring(
        ReadingProgress.__table__,
        [{"place_id": place_id, "activity_id": activity_id, "position": 0, "seconds": 0, "opened_at": now}],
    )
    return db.session.scalars(_LOCKED, {"place": place_id, "activity": activity_id}).one()


def _finish(row: ReadingProgress, now: dt.datetime) -> None:
    row.finished_at = now
    _record(row, now, reached=True)


def _record(row: ReadingProgress, now: dt.datetime, *, reached: bool) -> None:
    completion.record(
        Reached(place_id=row.place_id, activity_id=row.activity_id, kind=FactKind.DONE, reached=reached),
        now=now,
    )
