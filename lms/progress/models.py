"""Tables: standing of a learner, risk flags, the case file."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Document, Documents, Model, Pk, PublicId, Text


class CaseKind(enum.StrEnum):
    """What an entry of the case file is."""

    NOTE = "note"
    CALL = "call"
    PROMISE = "promise"
    MESSAGE = "message"


class Standing(Model):
    """The state of a learner that boards show, kept in the transactions that change it."""

    __tablename__ = "standing"
    __table_args__ = (sa.Index(None, "risk"),)

    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), primary_key=True)
    late_open: Mapped[int]
    """Required work past its deadline and not handed in."""
    risk: Mapped[int]
    """Number of risk rules that hold; 0 on leave."""
    reasons: Mapped[Documents]
    """[{"rule": …, "text": …}]"""
    forecast: Mapped[Document]
    """{"award": …, "absences_left": n, "breaks": text, "lowest": …, "highest": …} with its trace."""
    weeks: Mapped[Documents]
    """For each calendar week so far the share of what was due that is done, in steps 0 to 4 (null: nothing due)."""
    updated_at: Mapped[dt.datetime]


class CaseEntry(Model):
    """One entry of a learner's case file."""

    __tablename__ = "case_entry"
    __table_args__ = (sa.Index(None, "place_id", "id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    kind: Mapped[CaseKind]
    text: Mapped[Text]
    html: Mapped[Text]
    readers: Mapped[str] = mapped_column(sa.String(20))
    """`coordinators` or `staff`."""
    due_on: Mapped[dt.date | None]
    """When a promise falls due."""
    kept_at: Mapped[dt.datetime | None]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]
