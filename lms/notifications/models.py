"""Tables: who was told what and how it went, each person's choices, devices and telephone."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Model, Name, Pk, PublicId, Text
from lms.notifications.rules import By, Channel, DeliveryState, Every, How, NoticeKind

__all__ = [
    "CallNote",
    "CallOutcome",
    "Channel",
    "Delivery",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "Phone",
    "PushDevice",
    "Telling",
    "TellingHabits",
]


class Telling(Model):
    """One event that people were told of: an announcement, a release, a cancellation."""

    __tablename__ = "telling"
    __table_args__ = (sa.Index(None, "cohort_id", "at"), sa.Index(None, "urgent", "at"))

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(sa.String(180), unique=True)
    """The cohort's id and the event, as whoever tells names it: `1/release:7`, `0/…` of no cohort. One event is
    another one in another cohort: nobody sees who was told there."""
    cohort_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cohort.id"))
    kind: Mapped[NoticeKind]
    title: Mapped[Name]
    """As the first person was told."""
    urgent: Mapped[bool] = mapped_column(default=False)
    at: Mapped[dt.datetime]


class Notice(Model):
    """One message to one person inside the application."""

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("dedupe_key"),
        sa.Index(None, "person_id", "read_at", "id"),
        sa.Index(None, "telling_id", "person_id"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    cohort_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cohort.id"))
    telling_id: Mapped[int | None] = mapped_column(sa.ForeignKey("telling.id"))
    kind: Mapped[NoticeKind]
    title: Mapped[Name]
    text: Mapped[Text]
    link: Mapped[str] = mapped_column(sa.String(400), default="")
    """A path on this site."""
    dedupe_key: Mapped[str] = mapped_column(sa.String(200))
    urgent: Mapped[bool] = mapped_column(default=False)
    at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]


class Delivery(Model):
    """How one message went to one person on one channel. In the application it is the notice itself."""

    __tablename__ = "notice_delivery"
    __table_args__ = (
        sa.UniqueConstraint("telling_id", "person_id", "channel"),
        sa.Index(None, "person_id", "state"),
        sa.Index(None, "mail_id"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    telling_id: Mapped[int] = mapped_column(sa.ForeignKey("telling.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    channel: Mapped[By]
    state: Mapped[DeliveryState]
    """Of mails and digests that were written the mail itself says how it went."""
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail_message.id"))
    at: Mapped[dt.datetime]
    """Of the latest state."""
    reference: Mapped[str] = mapped_column(sa.String(120), default="")
    """What the provider calls it."""
    why: Mapped[str] = mapped_column(sa.String(200), default="")


class NoticeChoice(Model):
    """A person's choice for one kind and channel, where it differs from the default."""

    __tablename__ = "notice_choice"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(primary_key=True)
    how: Mapped[How]


class TellingHabits(Model):
    """When a person is told: their digest and their quiet hours, on their own clock."""

    __tablename__ = "telling_habits"
    __table_args__ = (
        sa.Index(None, "digest_at"),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name="hour_of_a_day"),
        sa.CheckConstraint("digest_weekday BETWEEN 0 AND 6", name="day_of_a_week"),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    digest_every: Mapped[Every] = mapped_column(default=Every.NEVER)
    digest_hour: Mapped[int] = mapped_column(default=7)
    digest_weekday: Mapped[int] = mapped_column(default=0)
    digest_of: Mapped[dt.date | None]
    """The day of their latest digest, on their calendar: none has two."""
    digest_at: Mapped[dt.datetime | None]
    """When the next one falls due."""
    quiet_begins: Mapped[int | None]
    quiet_ends: Mapped[int | None]
    links: Mapped[int] = mapped_column(default=0)
    """The generation of the links in their mails; one more makes all older ones void."""


class PushDevice(Model):
    """A browser that a person allowed to show messages while Cadre is closed (RFC 8030)."""

    __tablename__ = "push_device"
    __table_args__ = (sa.Index(None, "person_id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(sa.String(200))
    """“Firefox on Android”."""
    endpoint: Mapped[str] = mapped_column(sa.String(1000), unique=True)
    public_key: Mapped[str] = mapped_column(sa.String(120))
    """The device's P-256 point, base64url."""
    secret: Mapped[str] = mapped_column(sa.String(40))
    """Shared with the device for encryption (RFC 8291), base64url."""
    added_at: Mapped[dt.datetime]
    heard_at: Mapped[dt.datetime | None]
    """When it last said that a message arrived."""


class Phone(Model):
    """A telephone number that a person gave, and for what."""

    __tablename__ = "phone"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(20))
    """E.164."""
    calls: Mapped[bool]
    """Coordinators may call it when something urgent did not reach them."""
    texts_asked_at: Mapped[dt.datetime | None]
    """When they agreed to urgent text messages."""
    confirmed_at: Mapped[dt.datetime | None]
    """When they typed the code that was sent there; before, nothing else is."""
    code_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    code_until: Mapped[dt.datetime | None]
    code_tries: Mapped[int] = mapped_column(default=0)
    codes_sent: Mapped[int] = mapped_column(default=0)
    codes_since: Mapped[dt.datetime | None]


class CallOutcome(enum.StrEnum):
    """How a call went."""

    REACHED = "reached"
    NO_ANSWER = "no answer"


class CallNote(Model):
    """A call to somebody whom an urgent message had not reached."""

    __tablename__ = "call_note"
    __table_args__ = (sa.Index(None, "telling_id", "person_id"),)

    id: Mapped[Pk]
    telling_id: Mapped[int] = mapped_column(sa.ForeignKey("telling.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    outcome: Mapped[CallOutcome]
    note: Mapped[str] = mapped_column(sa.String(300), default="")
