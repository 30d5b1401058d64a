"""Tables: what a host keeps while the class runs: private notes, and the rooms of the evening."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Model, Pk, Text


class SessionNote(Model):
    """What one member of staff notes for themselves about a session; nobody else reads it."""

    __tablename__ = "session_note"

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    text: Mapped[Text]
    version: Mapped[int] = mapped_column(default=1)
    written_at: Mapped[dt.datetime]


class BreakoutRoom(Model):
    """A room of one evening, in which some learners work together."""

    __tablename__ = "breakout_room"
    __table_args__ = (sa.UniqueConstraint("session_id", "name"),)

    id: Mapped[Pk]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"))
    name: Mapped[str] = mapped_column(sa.String(80))
    position: Mapped[int]


class BreakoutSeat(Model):
    """Who sits in which room; one room for each learner and session."""

    __tablename__ = "breakout_seat"

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), primary_key=True)
    room_id: Mapped[int] = mapped_column(sa.ForeignKey("breakout_room.id"), index=True)
