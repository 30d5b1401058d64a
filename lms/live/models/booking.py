"""Tables: office hours and clinics in slots, their bookings, who waits."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Model, Name, Pk, PublicId, Text


class SlotSeries(Model):
    """Slots that one person offers to a cohort."""

    __tablename__ = "slot_series"
    __table_args__ = (
        sa.Index(None, "cohort_id"),
        sa.Index(None, "host_id"),
        sa.CheckConstraint("quota >= 1", name="quota"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    title: Mapped[Name]
    about: Mapped[Text] = mapped_column(default="")
    place: Mapped[str] = mapped_column(sa.String(1000), default="")
    """An address on the web, or where to go."""
    quota: Mapped[int]
    """So many slots ahead one learner may have."""
    opens_at: Mapped[dt.datetime]
    closes_hours: Mapped[int]
    """Hours before a slot at which booking it ends."""
    created_at: Mapped[dt.datetime]


class Slot(Model):
    """One slot. Nobody offers two at one time."""

    __tablename__ = "slot"
    __table_args__ = (
        sa.Index(
            "uq_slot_host_id_starts_at_offered",
            "host_id",
            "starts_at",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
        sa.Index(None, "series_id", "starts_at"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    series_id: Mapped[int] = mapped_column(sa.ForeignKey("slot_series.id"))
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None]
    held_for_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"))
    """It came free, and is kept for the next who waited …"""
    held_until: Mapped[dt.datetime | None]
    """… until then."""


class SlotBooking(Model):
    """A slot that a learner has, or had: at most one is in force for a slot."""

    __tablename__ = "slot_booking"
    __table_args__ = (
        sa.Index(
            "uq_slot_booking_slot_id_in_force",
            "slot_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index(None, "place_id"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    about: Mapped[Text] = mapped_column(default="")
    """What the learner wants to talk about."""
    booked_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    ended_for: Mapped[str] = mapped_column(sa.String(400), default="")


class SlotWait(Model):
    """A learner who waits for a slot of a series, first come first served."""

    __tablename__ = "slot_wait"
    __table_args__ = (sa.UniqueConstraint("series_id", "place_id"),)

    id: Mapped[Pk]
    series_id: Mapped[int] = mapped_column(sa.ForeignKey("slot_series.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    since: Mapped[dt.datetime]
