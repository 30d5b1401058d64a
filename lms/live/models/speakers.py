"""Tables: speakers of masterclasses, times that were offered, consents, slides."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Model, Pk, PublicId, Text
from lms.live.rules.speakers import Artefact, SpeakerState


class Speaker(Model):
    """A person, with an account or without, who is asked to speak at a session."""

    __tablename__ = "speaker"
    __table_args__ = (sa.UniqueConstraint("session_id", "person_id"), sa.Index(None, "person_id"))

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    backup: Mapped[bool]
    """Steps in when the other cannot come."""
    state: Mapped[SpeakerState] = mapped_column(default=SpeakerState.ASKED)
    line: Mapped[str] = mapped_column(sa.String(160), default="")
    """Role and organisation, as learners read them."""
    invited_at: Mapped[dt.datetime]
    invited_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    answered_at: Mapped[dt.datetime | None]
    slot_starts_at: Mapped[dt.datetime | None]
    """The time they confirmed."""
    wish: Mapped[Text] = mapped_column(default="")
    """When else they could."""
    bio: Mapped[Text] = mapped_column(default="")
    photo_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    conflict: Mapped[Text] = mapped_column(default="")
    """Whom of the cohort's companies or people they are bound to."""
    conflict_at: Mapped[dt.datetime | None]
    """When they declared it, none included."""
    notes: Mapped[Text] = mapped_column(default="")
    """Staff's own."""
    cancelled_for: Mapped[str] = mapped_column(sa.String(400), default="")
    link_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    """SHA-256 of the word in the link that is in force; empty: revoked. The word itself is stored nowhere."""
    link_issued_at: Mapped[dt.datetime]
    link_expires_at: Mapped[dt.datetime]


class SpeakerSlot(Model):
    """A time that was offered."""

    __tablename__ = "speaker_slot"
    __table_args__ = (sa.UniqueConstraint("speaker_id", "starts_at"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    speaker_id: Mapped[int] = mapped_column(sa.ForeignKey("speaker.id"))
    starts_at: Mapped[dt.datetime]


class SpeakerConsent(Model):
    """A yes or no to one thing; appended, the latest holds."""

    __tablename__ = "speaker_consent"
    __table_args__ = (sa.Index(None, "speaker_id", "artefact", "id"),)

    id: Mapped[Pk]
    speaker_id: Mapped[int] = mapped_column(sa.ForeignKey("speaker.id"))
    artefact: Mapped[Artefact]
    given: Mapped[bool]
    at: Mapped[dt.datetime]


class SpeakerFile(Model):
    """Slides that a speaker brought."""

    __tablename__ = "speaker_file"
    __table_args__ = (sa.Index(None, "speaker_id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    speaker_id: Mapped[int] = mapped_column(sa.ForeignKey("speaker.id"))
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    at: Mapped[dt.datetime]
    removed_at: Mapped[dt.datetime | None]
