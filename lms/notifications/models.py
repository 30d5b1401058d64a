"""Tables: notices and each person's choices."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Model, Name, Pk, PublicId, Text
from lms.notifications.rules import Channel, NoticeKind

__all__ = ["Channel", "Notice", "NoticeChoice", "NoticeKind"]


class Notice(Model):
    """One message to one person inside the application."""

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("dedupe_key"),
        sa.Index(None, "person_id", "read_at", "id"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    cohort_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cohort.id"))
    kind: Mapped[NoticeKind]
    title: Mapped[Name]
    text: Mapped[Text]
    link: Mapped[str] = mapped_column(sa.String(400), default="")
    """A path on this site."""
    dedupe_key: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]


class NoticeChoice(Model):
    """A person's choice for one kind and channel, where it differs from the default."""

    __tablename__ = "notice_choice"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(primary_key=True)
    wanted: Mapped[bool]
