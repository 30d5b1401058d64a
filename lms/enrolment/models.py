"""Tables: place and its story, team and its members, an import of a list."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Document, Documents, Model, Name, Pk, PublicId, Text
from lms.enrolment.rules import ListKind, PlaceEventKind, PlaceState, TeamKind


class Place(Model):
    """A person's place in a cohort."""

    __tablename__ = "place"
    __table_args__ = (
        sa.UniqueConstraint("cohort_id", "person_id"),
        sa.Index("uq_place_cohort_id_external_id", "cohort_id", "external_id", unique=True),
        sa.Index(None, "person_id", "state"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    section_id: Mapped[int | None] = mapped_column(sa.ForeignKey("section.id"))
    external_id: Mapped[str | None] = mapped_column(sa.String(80))
    """The id of the list it came from: a second import finds it again."""
    state: Mapped[PlaceState]
    joined_on: Mapped[dt.date]
    """From this day on sessions count for them."""
    left_on: Mapped[dt.date | None]
    """Up to and without this day."""


class PlaceEvent(Model):
    """One sentence of the story of a place; never changed."""

    __tablename__ = "place_event"
    __table_args__ = (sa.Index(None, "place_id", "id"),)

    id: Mapped[Pk]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    kind: Mapped[PlaceEventKind]
    at: Mapped[dt.datetime]
    effective_on: Mapped[dt.date]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[Text] = mapped_column(default="")
    details: Mapped[Document]


class Team(Model):
    """Some learners of a cohort who work together."""

    __tablename__ = "team"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "kind", "name"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    kind: Mapped[TeamKind]
    name: Mapped[Name]
    created_at: Mapped[dt.datetime]
    dissolved_at: Mapped[dt.datetime | None]


class TeamMembership(Model):
    """Who was in a team from when to when."""

    __tablename__ = "team_membership"
    __table_args__ = (
        sa.Index(None, "team_id", "ends_at"),
        sa.Index(None, "place_id", "ends_at"),
        sa.Index(
            "uq_team_membership_present",
            "place_id",
            "kind",
            unique=True,
            sqlite_where=sa.text("ends_at IS NULL"),
            postgresql_where=sa.text("ends_at IS NULL"),
        ),
    )

    id: Mapped[Pk]
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("team.id"))
    kind: Mapped[TeamKind]
    """The team's kind: a learner is in at most one team of a kind at a time."""
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime | None]


class ListImport(Model):
    """A list of people or teams that somebody brought, and what came of it."""

    __tablename__ = "list_import"
    __table_args__ = (sa.Index(None, "cohort_id", "id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    what: Mapped[ListKind]
    """Learners, or teams of a kind."""
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[dt.datetime]
    applied_at: Mapped[dt.datetime | None]
    """Empty: only tried (dry run)."""
    counts: Mapped[Document]
    """How many rows do what: what lists of imports show without the report."""
    report: Mapped[Documents]
    """A line for each row: number, what it does, what is wrong with it."""
    undone_at: Mapped[dt.datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
