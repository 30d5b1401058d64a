"""Tables: requests, their history, the files they carry."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Document, Documents, Key, Model, Name, Pk, PublicId, Text
from lms.requests.rules import EntryKind, RequestState

__all__ = ["EntryKind", "Request", "RequestEntry", "RequestFile", "RequestState"]


class Request(Model):
    """Something that a learner asks of the staff."""

    __tablename__ = "request"
    __table_args__ = (
        sa.Index(None, "cohort_id", "state", "promised_at"),
        sa.Index(None, "owner_id", "state"),
        sa.Index(None, "place_id", "id"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    kind: Mapped[Key]
    about: Mapped[str] = mapped_column(sa.String(80), default="")
    """Key of the activity it is about; empty: of none."""
    title: Mapped[Name]
    facts: Mapped[Documents]
    """[{"label": …, "value": …, "at": …}], as they stood when it was asked."""
    wanted: Mapped[Document]
    """What was asked for: {"until": …, "from_on": …, "back_on": …, "choice": …}."""
    against_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Whom a complaint is about: they see nothing of it."""
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Empty: nobody could be found who may decide it."""
    state: Mapped[RequestState] = mapped_column(default=RequestState.OPEN)
    asked_at: Mapped[dt.datetime]
    promised_at: Mapped[dt.datetime]
    promise_began_at: Mapped[dt.datetime]
    """When the present promise was given: asked, answered back, opened again."""
    waiting_since: Mapped[dt.datetime | None]
    reminded_at: Mapped[dt.datetime | None]
    """When the owner was reminded of the present promise."""
    escalated_at: Mapped[dt.datetime | None]
    """When others were told that the present promise had run out."""
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class RequestEntry(Model):
    """One entry of a request's history; never changed, never deleted."""

    __tablename__ = "request_entry"
    __table_args__ = (sa.Index(None, "request_id", "id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("request.id"))
    kind: Mapped[EntryKind]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Empty: the clock."""
    text: Mapped[Text] = mapped_column(default="")
    html: Mapped[Text] = mapped_column(default="")
    details: Mapped[Document]
    """{"state": …, "facts": […], "owner": …, "before": …}"""
    at: Mapped[dt.datetime]


class RequestFile(Model):
    """A file that came with an entry."""

    __tablename__ = "request_file"
    __table_args__ = (sa.Index(None, "request_id", "id"),)

    id: Mapped[Pk]
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("request.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("request_entry.id"))
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"), unique=True)
