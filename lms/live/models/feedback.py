"""Tables: feedback on a session. Who answered stands in one, what was answered in the other; nothing joins them."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import ids
from lms.core.db import Document, Model, Text


class FeedbackGiven(Model):
    """That a learner has answered: so that nobody answers twice and nobody is asked twice."""

    __tablename__ = "feedback_given"

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), primary_key=True)
    day: Mapped[dt.date]
    """The day, not the minute."""


class FeedbackAnswer(Model):
    """What somebody answered: no name, no time, and a key that says nothing of the order."""

    __tablename__ = "feedback_answer"
    __table_args__ = (sa.Index(None, "session_id"),)

    key: Mapped[str] = mapped_column(sa.String(12), primary_key=True, default=ids.public_id)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"))
    ratings: Mapped[Document]
    """What was asked → 1 to 5."""
    best: Mapped[Text] = mapped_column(default="")
    better: Mapped[Text] = mapped_column(default="")
