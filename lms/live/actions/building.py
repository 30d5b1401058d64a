"""Sessions come with the schedule and follow it; hosts come with the staff and follow them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from lms.cohorts import actions as cohort_actions
from lms.cohorts import queries as cohorts
from lms.cohorts.models import StaffAssignment
from lms.cohorts.queries import CohortView
from lms.core import ids
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.live import queries, rules
from lms.live.actions import standing_in
from lms.live.actions.ledger import recompute
from lms.live.models import LiveSession, SessionSubstitute
from lms.live.rules import SessionState, Slot, Teacher
from lms.people.rules import Role
from lms.scheduling import queries as scheduling

KINDS = frozenset({ActivityKind.LIVE_SESSION, ActivityKind.MASTERCLASS})


def build_sessions(cohort_id: int, *, now: dt.datetime) -> None:
    """Give a cohort its sessions: one for each live session and masterclass of its programme."""
    cohort = cohorts.by_id(cohort_id)
    outline = curriculum.outline(cohort.version_id)
    specs = curriculum.specs(cohort.version_id)
    known = set(
        db.session.scalars(sa.select(LiveSession.activity_id).where(LiveSession.cohort_id == cohort_id))
    )
    rows = []
    for item in scheduling.items(cohort_id):
        line = outline.activities[item.activity_id]
        if item.label or line.kind not in KINDS or line.id in known:
            continue
        lecture = specs[line.id].get("type", "lecture") == "lecture"
        rows.append(
            {
                "public_id": ids.public_id(),
                "cohort_id": cohort_id,
                "activity_id": line.id,
                "item_id": item.id,
                "state": SessionState.CANCELLED if item.cancelled else SessionState.PLANNED,
                "counts": line.required and (line.kind is ActivityKind.MASTERCLASS or lecture),
            }
        )
    if rows:
        db.session.execute(sa.insert(LiveSession), rows)
        assign_hosts(cohort_id, now=now)


def follow_schedule(cohort_id: int, item_ids: Collection[int], *, now: dt.datetime) -> None:
    """Take over what a release did to sessions: cancelled, reinstated, moved.

    A cancelled session leaves everybody's denominator; one that is reinstated comes back with the evidence it had.
    """
    _build_make_ups(cohort_id, item_ids, now=now)
    cancelled = queries.cancelled_items(item_ids)
    moved = queries.moved_items(cohort_id, item_ids)
    found = db.session.scalars(
        sa.select(LiveSession).where(
            LiveSession.cohort_id == cohort_id, LiveSession.item_id.in_(list(item_ids))
        )
    ).all()
    for session in found:
        if cancelled[session.item_id]:
            session.state = SessionState.CANCELLED
        elif session.state is SessionState.CANCELLED:
            session.state = SessionState.HELD if session.closed_at else SessionState.PLANNED
        elif session.item_id in moved and session.state in (SessionState.CONFIRMED, SessionState.LIVE):
            session.state = SessionState.PLANNED
        if session.item_id in moved or cancelled[session.item_id]:
            session.confirmed_at = session.confirmed_by_id = None
    recompute(cohort_id, {session.id for session in found}, now=now)
    standing_in.follow_sessions([one.id for one in found if one.item_id in moved])
    if found:
        assign_hosts(cohort_id, now=now)


def _build_make_ups(cohort_id: int, item_ids: Collection[int], *, now: dt.datetime) -> None:
    """Give each make-up that a release added its session: like the one that was lost, with its host and its link.

    Whoever stands in for the host does so there too, with rights as long as that takes.
    """
    items = {line.id: line for line in scheduling.items(cohort_id) if line.replaces and line.id in item_ids}
    known = set(
        db.session.scalars(sa.select(LiveSession.item_id).where(LiveSession.item_id.in_(list(items))))
    )
    keys = {line.key: line.id for line in scheduling.items(cohort_id)} if items else {}
    for item in items.values():
        lost = db.session.scalar(
            sa.select(LiveSession).where(LiveSession.item_id == keys.get(item.replaces, 0))
        )
        if lost is None or item.id in known:
            continue
        made = LiveSession(
            cohort_id=cohort_id,
            activity_id=lost.activity_id,
            item_id=item.id,
            make_up_of_id=lost.id,
            counts=lost.counts,
            host_id=lost.host_id,
            host_chosen=lost.host_id is not None,
            backup_id=lost.backup_id,
            speaker=lost.speaker,
            join_url=lost.join_url,
        )
        db.session.add(made)
        db.session.flush()
        standing_in.pass_on(lost.id, made.id, now=now)
    db.session.flush()


def assign_hosts(cohort_id: int, *, now: dt.datetime) -> None:
    """Give the default host to every session that is not over and whose host nobody chose by hand.

    A chosen host who does not teach in the cohort any more gives way to the default.
    """
    db.session.flush()
    cohort = cohorts.by_id(cohort_id)
    lines = queries.sessions(cohort)
    courses = {course.id: course.key for course in curriculum.outline(cohort.version_id).courses}
    planned = [line for line in lines if not line.replaces]
    slots = [Slot(line.id, courses[line.line.course_id], line.starts_at) for line in planned]
    wanted = rules.default_hosts(slots, _teachers(cohort))
    wanted |= {line.id: wanted.get(line.make_up_of_id or 0) for line in lines if line.replaces}
    here = {one.person_id for one in queries.staff(cohort_id)}
    substitutes = queries.standing_in(cohort_id)
    changes = []
    for line in lines:
        if (line.id, line.host_id) in substitutes:
            continue
        gone = line.host_id is not None and line.host_id not in here
        if line.ends_at <= now or line.closed or (line.host_chosen and not gone):
            continue
        if line.host_id != wanted[line.id] or line.host_chosen:
            changes.append({"id": line.id, "host_id": wanted[line.id], "host_chosen": False})
    if changes:
        db.session.execute(sa.update(LiveSession), changes)
        db.session.expire_all()
        cohort_actions.touch(cohort_id)


def _teachers(cohort: CohortView) -> list[Teacher]:
    rows = db.session.execute(
        sa.select(
            StaffAssignment.person_id,
            StaffAssignment.course_key,
            StaffAssignment.starts_at,
            StaffAssignment.ends_at,
        )
        .where(
            StaffAssignment.cohort_id == cohort.id,
            StaffAssignment.role == Role.FACULTY.value,
            StaffAssignment.id.not_in(
                sa.select(SessionSubstitute.assignment_id).where(SessionSubstitute.assignment_id.is_not(None))
            ),
        )
        .order_by(StaffAssignment.starts_at, StaffAssignment.id)
    )
    return [Teacher(*row) for row in rows]


def refresh_places(cohort_id: int, place_ids: Collection[int], *, now: dt.datetime) -> None:
    """Judge what lies behind some learners anew: they joined late, left, or their days changed."""
    cohort = cohorts.by_id(cohort_id)
    behind = {
        line.id for line in queries.sessions(cohort) if line.ends_at <= now or line.closed or line.cancelled
    }
    recompute(cohort_id, behind, place_ids=place_ids, now=now)
