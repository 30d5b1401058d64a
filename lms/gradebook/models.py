"""Tables: results of learners by course and programme, and external results."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Document, Key, Model, Pk, PublicId, Text


class Result(Model):
    """A learner's result so far, of a course or of the programme, from released marks."""

    __tablename__ = "result"
    __table_args__ = (
        sa.UniqueConstraint("place_id", "course_key"),
        sa.CheckConstraint("denominator > 0", name="denominator_positive"),
    )

    id: Mapped[Pk]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    course_key: Mapped[Key]
    """Empty: the whole programme."""
    numerator: Mapped[int] = mapped_column(sa.BigInteger)
    denominator: Mapped[int] = mapped_column(sa.BigInteger)
    """The mean of what is released, 0 to 100, exact."""
    weight_released: Mapped[float]
    """How much of the whole (100) is released."""
    trace: Mapped[Document]
    updated_at: Mapped[dt.datetime]


class ExternalResult(Model):
    """Work done elsewhere: a score with a note and evidence, turned into a mark by the one gate."""

    __tablename__ = "external_result"
    __table_args__ = (sa.Index(None, "place_id", "activity_id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    score_numerator: Mapped[int] = mapped_column(sa.BigInteger)
    score_denominator: Mapped[int] = mapped_column(sa.BigInteger)
    note: Mapped[Text]
    evidence_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    mark_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mark.id"))
