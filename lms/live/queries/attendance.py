"""Attendance as learners and boards read it: the kept totals and the stored marks, never computed a second time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.curriculum.models import Activity
from lms.enrolment.models import Place
from lms.live.models import AttendanceEvidence, AttendanceMark, AttendanceTotal, LiveSession
from lms.live.rules import Count, EvidenceKind, SessionState, Verdict
from lms.people.models import Person
from lms.scheduling.models import ScheduledItem


@dataclass(frozen=True, slots=True)
class AttendanceView:
    """A learner's attendance so far: exact counts, overall and by course key."""

    total: Count
    by_course: dict[str, Count]

    def of(self, course_key: str) -> Count:
        """The count of one course; nothing before its first session."""
        return self.by_course.get(course_key, Count())

    @property
    def ratio(self) -> Fraction | None:
        """The exact ratio overall; None before anything counted."""
        return self.total.share


NONE_YET = AttendanceView(Count(), {})
_TOTAL = (
    AttendanceTotal.place_id,
    AttendanceTotal.halves,
    AttendanceTotal.sessions,
    AttendanceTotal.by_course,
)


def attendance_view(row: Any) -> AttendanceView:
    """A kept total as it is read."""

    courses = {key: Count(each["halves"], each["sessions"]) for key, each in row.by_course.items()}
    return AttendanceView(Count(row.halves, row.sessions), courses)


def attendance(place_id: int) -> AttendanceView:
    """A learner's attendance so far. One statement."""
    row = db.session.execute(sa.select(*_TOTAL).where(AttendanceTotal.place_id == place_id)).one_or_none()
    return attendance_view(row) if row else NONE_YET


def attendance_of(cohort_id: int) -> dict[int, AttendanceView]:
    """The attendance of everybody in a cohort, by place; those without a session that counts are left out."""
    rows = db.session.execute(
        sa.select(*_TOTAL)
        .join(Place, Place.id == AttendanceTotal.place_id)
        .where(Place.cohort_id == cohort_id)
        .order_by(AttendanceTotal.place_id)
    )
    return {row.place_id: attendance_view(row) for row in rows}


@dataclass(frozen=True, slots=True)
class MarkView:
    """One learner's mark of one session, with its stored trace."""

    verdict: Verdict
    trace: dict[str, Any]
    computed_at: dt.datetime


def mark(session_id: int, place_id: int) -> MarkView | None:
    """The mark of a learner in a session; None while nothing was weighed."""
    row = db.session.execute(
        sa.select(AttendanceMark.verdict, AttendanceMark.trace, AttendanceMark.computed_at).where(
            AttendanceMark.session_id == session_id, AttendanceMark.place_id == place_id
        )
    ).one_or_none()
    return MarkView(**row._asdict()) if row else None


def joined(session_id: int, place_id: int) -> list[dt.datetime]:
    """When a learner pressed the join button, first to last."""
    return list(
        db.session.scalars(
            sa.select(AttendanceEvidence.at)
            .where(
                AttendanceEvidence.session_id == session_id,
                AttendanceEvidence.place_id == place_id,
                AttendanceEvidence.kind == EvidenceKind.JOIN_CLICK,
            )
            .order_by(AttendanceEvidence.id)
        )
    )


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One session in a learner's attendance: when, what counted, and why."""

    key: str
    code: str
    title: str
    course_id: int
    starts_at: dt.datetime
    counts: bool
    verdict: Verdict
    trace: dict[str, Any]

    @property
    def why(self) -> str:
        """The reason in a few words, as it was stored."""
        return str(self.trace.get("why", ""))


def ledger(place_id: int, *, counting_only: bool = False) -> list[LedgerLine]:
    """A learner's attendance, session by session, by date. One statement."""
    statement = (
        sa.select(
            ScheduledItem.key,
            Activity.code,
            (Activity.title + sa.case((ScheduledItem.replaces != "", " (make-up)"), else_="")).label("title"),
            Activity.course_id,
            ScheduledItem.starts_at,
            LiveSession.counts,
            AttendanceMark.verdict,
            AttendanceMark.trace,
        )
        .select_from(AttendanceMark)
        .join(LiveSession, LiveSession.id == AttendanceMark.session_id)
        .join(Activity, Activity.id == LiveSession.activity_id)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .where(AttendanceMark.place_id == place_id)
        .order_by(ScheduledItem.starts_at, LiveSession.id)
    )
    if counting_only:
        statement = statement.where(LiveSession.counts.is_(True))
    return [LedgerLine(**row._asdict()) for row in db.session.execute(statement)]


def still_to_come(cohort_id: int, now: dt.datetime) -> int:
    """How many sessions that count have not begun yet."""
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(LiveSession)
            .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
            .where(
                LiveSession.cohort_id == cohort_id,
                LiveSession.counts.is_(True),
                LiveSession.state != SessionState.CANCELLED,
                ScheduledItem.starts_at > now,
            )
        )
        or 0
    )


def present_at(cohort_id: int, key: str, *, without: int) -> tuple[tuple[str, str], ...]:
    """Who else is recorded as present, in full or half, at a session: (public id of the place, name). One statement."""
    rows = db.session.execute(
        sa.select(Place.public_id, Person.name)
        .join(AttendanceMark, AttendanceMark.place_id == Place.id)
        .join(LiveSession, LiveSession.id == AttendanceMark.session_id)
        .join(Activity, Activity.id == LiveSession.activity_id)
        .join(Person, Person.id == Place.person_id)
        .where(
            LiveSession.cohort_id == cohort_id,
            Activity.key == key,
            AttendanceMark.verdict.in_((Verdict.PRESENT, Verdict.HALF)),
            Place.id != without,
        )
        .order_by(Person.sort_name, Place.id)
    )
    return tuple((row.public_id, row.name) for row in rows)


def verdicts(session_ids: Iterable[int]) -> dict[tuple[int, int], Verdict]:
    """The verdicts of some sessions: (session, place) → verdict."""
    rows = db.session.execute(
        sa.select(AttendanceMark.session_id, AttendanceMark.place_id, AttendanceMark.verdict).where(
            AttendanceMark.session_id.in_(list(session_ids))
        )
    )
    return {(row.session_id, row.place_id): row.verdict for row in rows}


def ahead_by_course(cohort_id: int, now: dt.datetime) -> Counter[int]:
    """How many sessions that count have not begun, by course. One statement."""
    rows = db.session.execute(
        sa.select(Activity.course_id, sa.func.count())
        .select_from(LiveSession)
        .join(Activity, Activity.id == LiveSession.activity_id)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .where(
            LiveSession.cohort_id == cohort_id,
            LiveSession.counts.is_(True),
            LiveSession.state != SessionState.CANCELLED,
            ScheduledItem.starts_at > now,
        )
        .group_by(Activity.course_id)
    )
    return Counter(dict(rows.all()))
