"""Tables: facts reached, and roll-ups per learner and activity, module and course."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.completion.rules import FactKind
from lms.core.db import Document, Key, Model, Pk


class CompletionFact(Model):
    """One thing a learner reached; a newer fact of the same kind replaces the value, the story is in the audit."""

    __tablename__ = "completion_fact"
    __table_args__ = (sa.UniqueConstraint("place_id", "activity_id", "kind"),)

    id: Mapped[Pk]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    kind: Mapped[FactKind]
    reached: Mapped[bool]
    """False: it was taken back."""
    value: Mapped[float | None]
    at: Mapped[dt.datetime]


class ModuleProgress(Model):
    """How far a learner is in a module, and why that is so."""

    __tablename__ = "module_progress"
    __table_args__ = (sa.UniqueConstraint("place_id", "module_id"),)

    id: Mapped[Pk]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"))
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    done: Mapped[int]
    """Required activities done."""
    total: Mapped[int]
    minutes_done: Mapped[int]
    minutes_total: Mapped[int]
    complete: Mapped[bool]
    completed_at: Mapped[dt.datetime | None]
    trace: Mapped[Document]
    """The rule tree with each node's fact, bound and verdict."""
    updated_at: Mapped[dt.datetime]


class PlaceProgress(Model):
    """How far a learner is in the whole programme: kept for boards and desks."""

    __tablename__ = "place_progress"

    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), primary_key=True)
    done: Mapped[int]
    total: Mapped[int]
    minutes_done: Mapped[int]
    minutes_total: Mapped[int]
    version: Mapped[int]
    """Grows with every change: part of the learner's ETags."""
    updated_at: Mapped[dt.datetime]


class ActivityDone(Model):
    """That a learner is done with an activity: the row lists tick boxes from."""

    __tablename__ = "activity_done"
    __table_args__ = (sa.Index(None, "activity_id"),)

    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"), primary_key=True)
    key: Mapped[Key]
    at: Mapped[dt.datetime]
