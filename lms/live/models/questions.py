"""Tables: questions to a session, the votes for them, the log that is published afterwards."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Model, Pk, PublicId, Text
from lms.live.rules.questions import QuestionState


class Question(Model):
    """One question to a session."""

    __tablename__ = "question"
    __table_args__ = (sa.Index(None, "session_id", "state"), sa.Index(None, "merged_into_id"))

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    anonymous: Mapped[bool]
    """Peers and speaker do not see who asked; moderators do, and the form says so."""
    text: Mapped[Text]
    asked_at: Mapped[dt.datetime]
    state: Mapped[QuestionState] = mapped_column(default=QuestionState.OPEN)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question.id"))
    """The question that asks the same; its votes are counted there, each person once."""
    answer: Mapped[Text] = mapped_column(default="")
    """What was answered, in a few words."""
    answered_at: Mapped[dt.datetime | None]
    hidden_for: Mapped[str] = mapped_column(sa.String(400), default="")
    """Why it is hidden; its author reads it."""
    moderated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class QuestionVote(Model):
    """One person's vote for one question: the key allows no second."""

    __tablename__ = "question_vote"

    question_id: Mapped[int] = mapped_column(
        sa.ForeignKey("question.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    at: Mapped[dt.datetime]


class QuestionLog(Model):
    """The log of a session's questions, once it is published."""

    __tablename__ = "question_log"

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"), primary_key=True)
    published_at: Mapped[dt.datetime]
    published_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
