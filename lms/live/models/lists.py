"""Tables: lists of who was in the meeting, names that matched nobody, addresses that are somebody's too."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Document, Documents, Model, Pk, PublicId
from lms.live.rules import NameState, Tool


class AttendanceList(Model):
    """A list that somebody brought, with what it would record or recorded, row by row."""

    __tablename__ = "attendance_list"
    __table_args__ = (sa.Index(None, "session_id", "id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who brought it; nobody: it was fetched from the provider of the meeting."""
    created_at: Mapped[dt.datetime]
    tool: Mapped[Tool]
    zone: Mapped[str] = mapped_column(sa.String(64))
    """In which its times were read."""
    reading: Mapped[Document]
    """What somebody said of how it is to be read, and what was found out."""
    report: Mapped[Documents]
    """Its rows and what comes of each."""
    applied_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    started_at: Mapped[dt.datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    """How many rows of the report have been recorded so far."""
    applied_at: Mapped[dt.datetime | None]
    undone_at: Mapped[dt.datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class AttendanceListFile(Model):
    """A file of a list: a meeting that was restarted gives two."""

    __tablename__ = "attendance_list_file"
    __table_args__ = (sa.UniqueConstraint("list_id", "position"),)

    id: Mapped[Pk]
    list_id: Mapped[int] = mapped_column(sa.ForeignKey("attendance_list.id"))
    position: Mapped[int]
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))


class UnknownName(Model):
    """Somebody in the meeting of a session who matched nobody, and what was said of them."""

    __tablename__ = "unknown_name"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "key"),
        sa.Index(None, "session_id", "state"),
        sa.CheckConstraint("(state = 'assigned') = (place_id IS NOT NULL)", name="assigned_to_somebody"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"))
    key: Mapped[str] = mapped_column(sa.String(300))
    name: Mapped[str] = mapped_column(sa.String(200))
    original: Mapped[str] = mapped_column(sa.String(200), default="")
    address: Mapped[str] = mapped_column(sa.String(254), default="")
    flagged: Mapped[bool] = mapped_column(default=False)
    """The tool calls them a guest."""
    spans: Mapped[Documents]
    """[from, until, the list's public id] each."""
    state: Mapped[NameState] = mapped_column(default=NameState.WAITS)
    place_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"))
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    alias_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person_alias.id"))
    """The address that was remembered when they were assigned."""


class PersonAlias(Model):
    """What somebody is called in meetings beside their own address. Only addresses match rows; names only propose."""

    __tablename__ = "person_alias"
    __table_args__ = (sa.Index(None, "value"), sa.Index(None, "person_id"))

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    value: Mapped[str] = mapped_column(sa.String(300))
    """As the key of an unknown name: address:… or name:…"""
    told_in: Mapped[str] = mapped_column(sa.String(80), default="")
    """Code of the session in which it was said."""
    at: Mapped[dt.datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    removed_at: Mapped[dt.datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
