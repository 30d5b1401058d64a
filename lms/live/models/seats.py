"""Tables: the seats of a session, who asked for one, and guests, who are kept apart from learners."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Model, Name, Pk, PublicId
from lms.live.rules.seats import SeatState


class SeatPlan(Model):
    """How many seats a session has. Whoever gives or takes one holds this row: its lock keeps the count exact."""

    __tablename__ = "seat_plan"
    __table_args__ = (
        sa.CheckConstraint("seats >= 0", name="seats"),
        sa.CheckConstraint("cancel_hours >= 0", name="cancel_hours"),
    )

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"), primary_key=True)
    seats: Mapped[int]
    cancel_hours: Mapped[int]
    """Hours before the start until which a seat is given up in time."""
    last_turn: Mapped[int] = mapped_column(default=0)
    """The turn given last: turns only grow, so that a list has one order."""
    updated_at: Mapped[dt.datetime]
    updated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Seat(Model):
    """A learner who asked for a seat of a session."""

    __tablename__ = "seat"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "place_id"),
        sa.Index(None, "session_id", "state", "turn"),
        sa.Index(None, "place_id"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    state: Mapped[SeatState]
    turn: Mapped[int]
    """The order of asking; a new one whenever somebody asks anew."""
    asked_at: Mapped[dt.datetime]
    seated_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    """When it was given up or taken back."""
    late: Mapped[bool] = mapped_column(default=False)
    """Given up after the hour until which somebody else could still have come."""
    reason: Mapped[str] = mapped_column(sa.String(400), default="")


class SessionGuest(Model):
    """Somebody from outside who comes to a session: no learner, takes no learner's seat, has no attendance."""

    __tablename__ = "session_guest"
    __table_args__ = (sa.Index(None, "session_id", "sort_name"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"))
    name: Mapped[Name]
    sort_name: Mapped[Name]
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    organisation: Mapped[str] = mapped_column(sa.String(200), default="")
    added_at: Mapped[dt.datetime]
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
