"""Tables: what belongs to a session besides its date: files, recordings, a substitute's time, a meeting elsewhere."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Model, Name, Pk, PublicId, Text
from lms.live.rules import Captions, FilePhase, MeetingState, RecordingRelease


class SessionFile(Model):
    """A file of a session: slides to prepare with, or what is left afterwards."""

    __tablename__ = "session_file"

    id: Mapped[Pk]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"), unique=True)
    phase: Mapped[FilePhase]
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    added_at: Mapped[dt.datetime]
    removed_at: Mapped[dt.datetime | None]
    held_back: Mapped[Name] = mapped_column(default="")
    """Why learners do not see it, for instance because its speaker took their consent back; empty: they may."""


class SessionRecording(Model):
    """A recording of a session, with the rule by which learners see it."""

    __tablename__ = "session_recording"

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"), index=True)
    title: Mapped[Name] = mapped_column(default="")
    """What it is, where a session has several: “First half”."""
    url: Mapped[str] = mapped_column(sa.String(1000))
    release: Mapped[RecordingRelease]
    release_at: Mapped[dt.datetime | None]
    """With the rule “on a date”."""
    consent: Mapped[bool] = mapped_column(default=False)
    """Somebody vouched that those who can be seen or heard agreed."""
    captions: Mapped[Captions]
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    added_at: Mapped[dt.datetime]
    told_at: Mapped[dt.datetime | None]
    """When learners were told of it."""
    removed_at: Mapped[dt.datetime | None]
    held_back: Mapped[Name] = mapped_column(default="")


class SessionSubstitute(Model):
    """Somebody who hosts a session in another's place, with rights from one instant to another."""

    __tablename__ = "session_substitute"

    id: Mapped[Pk]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    instead_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_assignment.id"))
    """The task that gives the rights; empty: they taught in the cohort already."""
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    reason: Mapped[Text]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class SessionMeeting(Model):
    """The meeting that a provider holds ready for a session."""

    __tablename__ = "session_meeting"

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"), primary_key=True)
    provider: Mapped[str] = mapped_column(sa.String(40))
    external_id: Mapped[str] = mapped_column(sa.String(80), default="")
    host_url: Mapped[str] = mapped_column(sa.String(2000), default="")
    """Where the host begins it; shown to nobody, only gone to."""
    state: Mapped[MeetingState]
    error: Mapped[Text] = mapped_column(default="")
    """What the provider answered last, when it refused."""
    changed_at: Mapped[dt.datetime]
    reported_at: Mapped[dt.datetime | None]
    """When its list of participants was taken over."""
