"""The rights of whoever stands in: for as long as they are needed, wherever their session moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from lms.cohorts import actions as cohort_actions
from lms.cohorts.models import StaffAssignment
from lms.core.db import db
from lms.live import rules
from lms.live.models import LiveSession, SessionSubstitute
from lms.scheduling.models import ScheduledItem


def task_for_a_time(cohort_id: int, person_id: int, now: dt.datetime) -> int | None:
    """The task that lets somebody stand in already; None: they have none, or teach here for good."""
    tasks = db.session.execute(
        sa.select(StaffAssignment.id, SessionSubstitute.id.label("stands_in"))
        .outerjoin(SessionSubstitute, SessionSubstitute.assignment_id == StaffAssignment.id)
        .where(
            StaffAssignment.cohort_id == cohort_id,
            StaffAssignment.person_id == person_id,
            sa.or_(StaffAssignment.ends_at.is_(None), StaffAssignment.ends_at > now),
        )
        .order_by(StaffAssignment.id)
    ).all()
    return tasks[0].id if tasks and all(row.stands_in is not None for row in tasks) else None


def follow_sessions(session_ids: Collection[int]) -> None:
    """Sessions moved: whoever stands in has their rights until a week after the new end, however far it lies."""
    rows = db.session.execute(
        sa.select(SessionSubstitute, ScheduledItem.ends_at.label("over"))
        .join(LiveSession, LiveSession.id == SessionSubstitute.session_id)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .where(SessionSubstitute.session_id.in_(list(session_ids)), SessionSubstitute.ended_at.is_(None))
        .order_by(SessionSubstitute.id)
    ).all()
    for row in rows:
        row.SessionSubstitute.ends_at = row.over + rules.RIGHTS_AFTER
    db.session.flush()
    for task_id in sorted({row.SessionSubstitute.assignment_id for row in rows} - {None}):
        follow_task(task_id)


def follow_task(task_id: int) -> None:
    """Have a task end with the last session for which it was given."""
    row = db.session.execute(
        sa.select(StaffAssignment.cohort_id, sa.func.max(SessionSubstitute.ends_at).label("until"))
        .join(SessionSubstitute, SessionSubstitute.assignment_id == StaffAssignment.id)
        .where(StaffAssignment.id == task_id, SessionSubstitute.ended_at.is_(None))
        .group_by(StaffAssignment.cohort_id)
    ).one_or_none()
    if row is not None:
        cohort_actions.move_end(task_id, cohort_id=row.cohort_id, until=row.until)


def pass_on(lost_id: int, make_up_id: int, *, now: dt.datetime) -> None:
    """Whoever stands in for a session that is lost stands in for its make-up too."""
    lost = db.session.scalar(
        sa.select(SessionSubstitute)
        .where(SessionSubstitute.session_id == lost_id, SessionSubstitute.ended_at.is_(None))
        .order_by(SessionSubstitute.id.desc())
        .limit(1)
    )
    if lost is None:
        return
    db.session.add(
        SessionSubstitute(
            session_id=make_up_id,
            person_id=lost.person_id,
            instead_of_id=lost.instead_of_id,
            assignment_id=lost.assignment_id,
            starts_at=now,
            ends_at=lost.ends_at,
            reason=lost.reason,
            by_id=lost.by_id,
            at=now,
        )
    )
    db.session.flush()
    follow_sessions([make_up_id])
