"""Tables: the evidence ledger and the computed attendance marks."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Document, Model, Pk, Text
from lms.live.rules import EvidenceKind, Verdict


class AttendanceEvidence(Model):
    """One entry of the ledger; never changed, never deleted."""

    __tablename__ = "attendance_evidence"
    __table_args__ = (sa.Index(None, "session_id", "place_id", "id"), sa.Index(None, "place_id"))

    id: Mapped[Pk]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    kind: Mapped[EvidenceKind]
    value: Mapped[float | None]
    """0, 0.5 or 1; an excuse is 1. Empty for clicks and intervals, where 0 takes the same interval back; of other kinds
    an empty one takes the earlier entries back."""
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
