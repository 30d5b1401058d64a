"""Tables: live sessions, the evidence ledger, the computed attendance marks."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Document, Model, Pk, PublicId, Text
from lms.live.rules import EvidenceKind, SessionState, Verdict

__all__ = [
    "AttendanceEvidence",
    "AttendanceMark",
    "AttendanceTotal",
    "EvidenceKind",
    "LiveSession",
    "SessionState",
    "Verdict",
]


class LiveSession(Model):
    """A session of a cohort: everything about it but its time."""

    __tablename__ = "live_session"
    __table_args__ = (
        sa.UniqueConstraint("cohort_id", "activity_id"),
        sa.Index(None, "host_id"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("scheduled_item.id"), unique=True)
    state: Mapped[SessionState] = mapped_column(default=SessionState.PLANNED)
    counts: Mapped[bool]
    """Whether attendance is required."""
    host_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    host_chosen: Mapped[bool] = mapped_column(default=False)
    """Chosen by hand: staff coming and going does not change it."""
    speaker: Mapped[str] = mapped_column(sa.String(200), default="")
    """A masterclass's speaker: name and role, as learners read it."""
    join_url: Mapped[str] = mapped_column(sa.String(1000), default="")
    recording_url: Mapped[str] = mapped_column(sa.String(1000), default="")
    notes: Mapped[Text] = mapped_column(default="")
    """As the host wrote them, in Markdown."""
    notes_html: Mapped[Text] = mapped_column(default="")
    """What the host leaves for learners after class."""
    closed_at: Mapped[dt.datetime | None]
    """The roster is closed: who is unmarked is absent from here on."""
    roster_version: Mapped[int] = mapped_column(default=0)
    """Id of the ledger's latest entry from the roster: what stood there at a version can be read back."""


class AttendanceEvidence(Model):
    """One entry of the ledger; never changed, never deleted."""

    __tablename__ = "attendance_evidence"
    __table_args__ = (sa.Index(None, "session_id", "place_id", "id"), sa.Index(None, "place_id"))

    id: Mapped[Pk]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    kind: Mapped[EvidenceKind]
    value: Mapped[float | None]
    """0, 0.5 or 1; an excuse is 1. Empty for clicks and intervals; else an earlier entry of the kind is taken back."""
    starts_at: Mapped[dt.datetime | None]
    ends_at: Mapped[dt.datetime | None]
    at: Mapped[dt.datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[Text] = mapped_column(default="")
    source: Mapped[str] = mapped_column(sa.String(80), default="")
    """The import it came from."""


class AttendanceMark(Model):
    """What the ledger of one learner and session comes to; recomputed with every new entry."""

    __tablename__ = "attendance_mark"
    __table_args__ = (sa.UniqueConstraint("session_id", "place_id"), sa.Index(None, "place_id", "verdict"))

    id: Mapped[Pk]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    verdict: Mapped[Verdict]
    value: Mapped[float]
    """0, 0.5 or 1."""
    trace: Mapped[Document]
    """The evidence weighed, by precedence, and the rule's bounds."""
    computed_at: Mapped[dt.datetime]


class AttendanceTotal(Model):
    """A learner's attendance so far, overall and by course: exact counts, kept with the marks."""

    __tablename__ = "attendance_total"

    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), primary_key=True)
    halves: Mapped[int]
    """Present counted in halves: 1.5 sessions are 3."""
    sessions: Mapped[int]
    """Sessions that count so far (excused ones do not)."""
    by_course: Mapped[Document]
    """Course key → {"halves": n, "sessions": n}"""
    updated_at: Mapped[dt.datetime]
