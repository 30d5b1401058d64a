"""Tables: a person's calendar address and what goes in, and the invitations that went out by mail."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Documents, Model


class CalendarFeed(Model):
    """A person's calendar for other software: its secret address, and what they chose."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    """SHA-256 of the word in the address, with what it is for; empty: switched off, or never made."""
    made_at: Mapped[dt.datetime | None]
    """Since when this address holds; empty where none does."""
    left_out: Mapped[Documents]
    """The parts they do not want in it; what is new in Cadre is in."""
    by_mail: Mapped[bool] = mapped_column(default=False)
    """Whether they are invited to live sessions by mail."""
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every choice: part of the ETag."""
    fetched_at: Mapped[dt.datetime | None]
    """When a program last asked for it, to the hour."""
    client: Mapped[str] = mapped_column(sa.String(60), default="")
    """Which one, as it calls itself."""


class CalendarInvitation(Model):
    """What somebody was last told of a live session by an invitation."""

    __tablename__ = "calendar_invitation"
    __table_args__ = (sa.Index(None, "item_id"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("scheduled_item.id"), primary_key=True)
    sequence: Mapped[int]
    """Of the last message: the next one has a higher one."""
    extra: Mapped[int] = mapped_column(default=0)
    """By how much it runs ahead of the item's own: they left, came back, or asked for no more invitations."""
    cancelled: Mapped[bool]
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    told_at: Mapped[dt.datetime]
