"""Tables: marking tasks with their drafts, marks and their versions."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.assessment.rules.gate import MarkState, TaskState
from lms.core.db import Document, Model, Name, Pk, PublicId, Text


class MarkingTask(Model):
    """One piece of work to judge."""

    __tablename__ = "marking_task"
    __table_args__ = (
        sa.UniqueConstraint("source", "source_id", "part"),
        sa.Index(None, "marker_id", "state", "promised_at"),
        sa.Index(None, "cohort_id", "activity_id", "state"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    part: Mapped[str] = mapped_column(sa.String(60), default="")
    """The marked part of a milestone; empty for the whole."""
    source: Mapped[str] = mapped_column(sa.String(30))
    """Who brought it: `submission`, `milestone`."""
    source_id: Mapped[int]
    title: Mapped[Name]
    """Whose work it is, as the marker may see it."""
    place_ids: Mapped[Document]
    """{"places": […]}: the learners the mark is for, as the work's snapshot has them."""
    handed_in_at: Mapped[dt.datetime]
    late_days: Mapped[int] = mapped_column(default=0)
    """Days started after the effective deadline."""
    marker_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    handed_over_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who was to mark it before; empty: nobody else was."""
    handed_over_at: Mapped[dt.datetime | None]
    promised_at: Mapped[dt.datetime]
    """When the work is to be back."""
    state: Mapped[TaskState] = mapped_column(default=TaskState.WAITING)
    version: Mapped[int] = mapped_column(default=0)
    """A second marker who saved on an older one is told."""
    draft: Mapped[Document]
    """{"levels": {criterion: level}, "points": {criterion: 0-100}, "comments": {criterion: text}, "overall": text}"""
    saved_at: Mapped[dt.datetime | None]
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    finalised_at: Mapped[dt.datetime | None]
    released_at: Mapped[dt.datetime | None]


class Mark(Model):
    """A learner's mark for an activity, or a part of it."""

    __tablename__ = "mark"
    __table_args__ = (
        sa.UniqueConstraint("place_id", "activity_id", "part"),
        sa.Index(None, "activity_id", "released_version"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    part: Mapped[str] = mapped_column(sa.String(60), default="")
    latest_version: Mapped[int]
    released_version: Mapped[int | None]
    """The version a learner may see; empty: none."""


class MarkVersion(Model):
    """One value a mark has had, with how it came about; never changed but for its state."""

    __tablename__ = "mark_version"
    __table_args__ = (
        sa.UniqueConstraint("mark_id", "number"),
        sa.CheckConstraint("denominator > 0", name="denominator_positive"),
    )

    id: Mapped[Pk]
    mark_id: Mapped[int] = mapped_column(sa.ForeignKey("mark.id"))
    number: Mapped[int]
    state: Mapped[MarkState]
    numerator: Mapped[int] = mapped_column(sa.BigInteger)
    denominator: Mapped[int] = mapped_column(sa.BigInteger)
    """The exact mark of 0 to 100 as a fraction in lowest terms."""
    trace: Mapped[Document]
    """Every step from rubric to figure: rows, weights, late rule, factor."""
    feedback: Mapped[Document]
    """{"overall": html, "criteria": [{title, level, comment html}], "comments": n}"""
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("marking_task.id"), index=True)
    origin: Mapped[str] = mapped_column(sa.String(20))
    """`rubric`, `quiz`, `participation`, `contribution`, `external`."""
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    entered_at: Mapped[dt.datetime]
    reason: Mapped[Text] = mapped_column(default="")
    released_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    released_at: Mapped[dt.datetime | None]
