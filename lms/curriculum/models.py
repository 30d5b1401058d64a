"""Tables: a programme and its immutable published versions, down to quiz items and rubric rows."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Document, Documents, Key, Model, Name, Pk, Text


class CourseKind(enum.StrEnum):
    """A companion has its own page, result and, by policy, certificate."""

    CORE = "core"
    COMPANION = "companion"
    CAPSTONE = "capstone"


class ActivityKind(enum.StrEnum):
    """What an activity is; the values are the `kind` of the authors' format."""

    READING = "reading"
    LIVE_SESSION = "live_session"
    MASTERCLASS = "masterclass"
    QUIZ = "quiz"
    ASSIGNMENT = "assignment"
    GROUP_WORK = "group_work"
    ROLE_PLAY = "role_play"
    PROGRESS_NOTE = "progress_note"
    DISCUSSION = "discussion"
    FORM = "form"
    SIMULATION = "simulation"
    MILESTONE = "milestone"
    EVENT = "event"


class Programme(Model):
    """What is taught, whatever its version."""

    __tablename__ = "programme"

    id: Mapped[Pk]
    slug: Mapped[Key] = mapped_column(unique=True)
    title: Mapped[Name]


class ProgrammeVersion(Model):
    """One published state of a programme's content; never changed."""

    __tablename__ = "programme_version"
    __table_args__ = (
        sa.UniqueConstraint("programme_id", "number"),
        sa.UniqueConstraint("programme_id", "content_hash"),
    )

    id: Mapped[Pk]
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of the content in canonical form: the same content is the same version."""
    title: Mapped[Name]
    frame: Mapped[Document]
    """programme.yaml as read (schema.ProgrammeFile)."""
    description_html: Mapped[Text]
    audience_html: Mapped[Text]
    policies: Mapped[Document]
    """policies.yaml as read (schema.PoliciesFile)."""
    published_at: Mapped[dt.datetime]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Competency(Model):
    """One code of the framework, as this version words it."""

    __tablename__ = "competency"
    __table_args__ = (sa.UniqueConstraint("version_id", "code"),)

    id: Mapped[Pk]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("programme_version.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(sa.String(3))
    number: Mapped[str] = mapped_column(sa.String(2))
    title: Mapped[Name]
    kind: Mapped[str] = mapped_column(sa.String(10))
    about: Mapped[Text]
    levels: Mapped[Documents]
    """Four texts, L1 to L4."""
    steps: Mapped[Documents]


class Course(Model):
    """A gradeable part of a programme version."""

    __tablename__ = "course"
    __table_args__ = (sa.UniqueConstraint("version_id", "key"),)

    id: Mapped[Pk]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("programme_version.id"))
    position: Mapped[int]
    key: Mapped[Key]
    letter: Mapped[str] = mapped_column(sa.String(1))
    title: Mapped[Name]
    kind: Mapped[CourseKind]
    tagline: Mapped[Name]
    description_html: Mapped[Text]
    groups: Mapped[Documents]
    """Grading groups as read (schema.GradingGroup)."""


class Module(Model):
    """Some weeks of a course."""

    __tablename__ = "module"
    __table_args__ = (sa.UniqueConstraint("version_id", "key"), sa.Index(None, "course_id", "position"))

    id: Mapped[Pk]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("programme_version.id"))
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    position: Mapped[int]
    """In the programme, from 1."""
    key: Mapped[Key]
    code: Mapped[str] = mapped_column(sa.String(2))
    title: Mapped[Name]
    teach_from: Mapped[int]
    teach_to: Mapped[int]
    outcome: Mapped[Text]
    why_html: Mapped[Text]
    outcomes: Mapped[Documents]
    codes: Mapped[Documents]
    rule: Mapped[Document]
    """When it is done (schema.Rule); the default rule is written out."""


class Activity(Model):
    """Something a learner does, takes part in or hands in. It carries anchors, never dates."""

    __tablename__ = "activity"
    __table_args__ = (sa.UniqueConstraint("version_id", "key"), sa.Index(None, "module_id", "position"))

    id: Mapped[Pk]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("programme_version.id"))
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"))
    position: Mapped[int]
    """In the programme, from 1."""
    key: Mapped[Key]
    """The author's id; the same thing has the same key in every version."""
    kind: Mapped[ActivityKind]
    code: Mapped[str] = mapped_column(sa.String(8), default="")
    title: Mapped[Name]
    summary: Mapped[Text]
    required: Mapped[bool]
    minutes: Mapped[int]
    group_key: Mapped[str] = mapped_column(sa.String(60), default="")
    """Grading group of the course; empty: formative."""
    weight: Mapped[float | None]
    codes: Mapped[Documents]
    spec: Mapped[Document]
    """The author's keys of this kind, as read (schema.Activity), with the file's head under `head`."""
    html: Mapped[Document]
    """Rendered Markdown by name: `body`, `prepare`, `prompt` …"""


class QuizItem(Model):
    """One item of a quiz's bank."""

    __tablename__ = "quiz_item"
    __table_args__ = (sa.UniqueConstraint("activity_id", "key"),)

    id: Mapped[Pk]
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    position: Mapped[int]
    key: Mapped[Key]
    kind: Mapped[str] = mapped_column(sa.String(10))
    points: Mapped[int]
    codes: Mapped[Documents]
    spec: Mapped[Document]
    """As read (schema.Item)."""
    html: Mapped[Document]
    """Rendered `case`, `prompt`, `explanation`, `options` (list of text and feedback)."""


class RubricCriterion(Model):
    """One row of the rubric of an activity, or of a marked part of it."""

    __tablename__ = "rubric_criterion"
    __table_args__ = (sa.UniqueConstraint("activity_id", "part", "key"),)

    id: Mapped[Pk]
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    part: Mapped[str] = mapped_column(sa.String(60), default="")
    """Id of the milestone's part; empty for the whole activity."""
    part_title: Mapped[Name] = mapped_column(default="")
    part_points: Mapped[float | None]
    part_by: Mapped[str] = mapped_column(sa.String(12), default="")
    """`team` or `individual`; empty for the whole activity."""
    position: Mapped[int]
    key: Mapped[Key]
    title: Mapped[Name]
    weight: Mapped[float]
    codes: Mapped[Documents]
    levels: Mapped[Documents]
