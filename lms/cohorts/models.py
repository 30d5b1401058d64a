"""Tables: cohort, section, who teaches what."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Documents, Key, Model, Name, Pk


class CohortState(enum.StrEnum):
    """Where a cohort stands."""

    PREPARING = "preparing"
    """Visible to staff only."""
    OPEN = "open"
    """People may be enrolled; learners see it."""
    CLOSED = "closed"
    """The year is over: everything stays readable."""


class Cohort(Model):
    """A run of one programme version."""

    __tablename__ = "cohort"
    __table_args__ = (sa.CheckConstraint("seats >= 0", name="seats_not_negative"),)

    id: Mapped[Pk]
    slug: Mapped[Key] = mapped_column(unique=True)
    name: Mapped[Name]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("programme_version.id"), index=True)
    state: Mapped[CohortState] = mapped_column(default=CohortState.PREPARING)
    starts_on: Mapped[dt.date]
    """The date people are told; week 1 begins on the Monday on or after it."""
    zone: Mapped[str] = mapped_column(sa.String(60))
    """IANA zone in which its dates are reckoned."""
    holiday_country: Mapped[str] = mapped_column(sa.String(2), default="")
    holiday_subdivision: Mapped[str] = mapped_column(sa.String(10), default="")
    breaks: Mapped[Documents]
    """Calendar weeks without teaching, as this cohort has them."""
    seats: Mapped[int]
    created_at: Mapped[dt.datetime]
    outline_version: Mapped[int] = mapped_column(default=1)
    """Grows whenever something that all its learners see alike changes: part of ETags and cache keys."""


class Section(Model):
    """A part of a cohort that sits together."""

    __tablename__ = "section"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "name"),)

    id: Mapped[Pk]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    name: Mapped[Name]
    position: Mapped[int]


class StaffAssignment(Model):
    """Who does what in a cohort; the power that goes with it is a role grant."""

    __tablename__ = "staff_assignment"
    __table_args__ = (sa.Index(None, "cohort_id", "person_id"), sa.Index(None, "person_id"))

    id: Mapped[Pk]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(40))
    """A people.Role."""
    course_key: Mapped[str] = mapped_column(sa.String(80), default="")
    """The course they teach or mark; empty: the whole programme."""
    grant_id: Mapped[int] = mapped_column(sa.ForeignKey("role_grant.id"))
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime | None]
