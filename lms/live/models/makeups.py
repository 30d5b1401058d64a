"""Tables: codes shown in class, absences announced beforehand, missed sessions made up by a task."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Model, Pk, PublicId, Text
from lms.live.rules.makeups import MakeUpKind, MakeUpState, MakeUpStep


class SessionCode(Model):
    """A stretch of minutes in which a host shows codes; a later one ends an earlier one."""

    __tablename__ = "session_code"
    __table_args__ = (sa.Index(None, "session_id", "id"),)

    id: Mapped[Pk]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"))
    secret: Mapped[str] = mapped_column(sa.String(64))
    opens_at: Mapped[dt.datetime]
    closes_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


class CodeTry(Model):
    """A wrong code that somebody typed; the right one is an entry of the ledger."""

    __tablename__ = "code_try"
    __table_args__ = (sa.Index(None, "place_id", "session_id", "at"),)

    id: Mapped[Pk]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    at: Mapped[dt.datetime]


class AnnouncedAbsence(Model):
    """A learner says beforehand that they will not come; the latest that was not taken back holds."""

    __tablename__ = "announced_absence"
    __table_args__ = (sa.Index(None, "session_id", "place_id"), sa.Index(None, "place_id"))

    id: Mapped[Pk]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    reason: Mapped[str] = mapped_column(sa.String(400), default="")
    at: Mapped[dt.datetime]
    taken_back_at: Mapped[dt.datetime | None]


class MakeUpTerms(Model):
    """What staff said of making one session up; without a row, the programme's policy holds."""

    __tablename__ = "make_up_terms"

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"), primary_key=True)
    kind: Mapped[MakeUpKind]
    until_on: Mapped[dt.date | None]
    """The last day, in the cohort's zone; empty: so many days after the session."""
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]


class MakeUp(Model):
    """One learner's task for one missed session: its text as it stands, and where it is."""

    __tablename__ = "make_up"
    __table_args__ = (sa.UniqueConstraint("session_id", "place_id"), sa.Index(None, "place_id", "course_id"))

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("live_session.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    kind: Mapped[MakeUpKind]
    state: Mapped[MakeUpState] = mapped_column(default=MakeUpState.DRAFT)
    text: Mapped[Text] = mapped_column(default="")
    watched: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)
    """Grows with every save."""
    saved_at: Mapped[dt.datetime]
    handed_in_at: Mapped[dt.datetime | None] = mapped_column(index=True)


class MakeUpEvent(Model):
    """One step in the story of a make-up, with the text as it was; never changed."""

    __tablename__ = "make_up_event"
    __table_args__ = (sa.Index(None, "make_up_id", "id"),)

    id: Mapped[Pk]
    make_up_id: Mapped[int] = mapped_column(sa.ForeignKey("make_up.id"))
    step: Mapped[MakeUpStep]
    text: Mapped[Text] = mapped_column(default="")
    """What was handed in."""
    reason: Mapped[Text] = mapped_column(default="")
    at: Mapped[dt.datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
