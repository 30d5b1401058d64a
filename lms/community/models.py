"""Tables: threads, posts, reading marks, announcements."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Document, Model, Name, Pk, PublicId, Text


class ThreadSubject(enum.StrEnum):
    """What a thread is about."""

    DISCUSSION = "discussion"
    """subject_id: activity."""
    PROJECT = "project"
    """subject_id: capstone project."""


class AnnouncementState(enum.StrEnum):
    """Where an announcement stands."""

    DRAFT = "draft"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


class Thread(Model):
    """A conversation."""

    __tablename__ = "thread"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "subject", "subject_id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    subject: Mapped[ThreadSubject]
    subject_id: Mapped[int]
    posts: Mapped[int] = mapped_column(default=0)
    last_post_at: Mapped[dt.datetime | None]


class Post(Model):
    """What somebody said."""

    __tablename__ = "post"
    __table_args__ = (sa.Index(None, "thread_id", "id"), sa.Index(None, "author_id", "id"))

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("thread.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id"))
    """The post it replies to; always one that replies to nothing."""
    text: Mapped[Text]
    html: Mapped[Text]
    words: Mapped[int]
    posted_at: Mapped[dt.datetime]
    edited_at: Mapped[dt.datetime | None]
    hidden_at: Mapped[dt.datetime | None]
    """Removed by its author or a moderator; its place stays."""
    hidden_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    hidden_why: Mapped[str] = mapped_column(sa.String(200), default="")


class ThreadSeen(Model):
    """How far a person has read a thread."""

    __tablename__ = "thread_seen"

    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("thread.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    last_post_id: Mapped[int]


class PostDraft(Model):
    """What somebody is writing; gone when it is posted. It belongs to a subject: the thread may not exist yet."""

    __tablename__ = "post_draft"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), primary_key=True)
    subject: Mapped[ThreadSubject] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parent_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The post it replies to; 0: a post of its own."""
    text: Mapped[Text]
    saved_at: Mapped[dt.datetime]


class Announcement(Model):
    """A message of the staff to a cohort or a part of it."""

    __tablename__ = "announcement"
    __table_args__ = (sa.Index(None, "cohort_id", "sent_at"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    title: Mapped[Name]
    text: Mapped[Text]
    html: Mapped[Text]
    audience: Mapped[Document]
    """{"kind": "everyone" | "section" | "places", "ids": […], "staff": bool}"""
    by_mail: Mapped[bool]
    state: Mapped[AnnouncementState]
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    recipients: Mapped[int] = mapped_column(default=0)
    withdrawn_at: Mapped[dt.datetime | None]


class AnnouncementRecipient(Model):
    """Who an announcement was sent to."""

    __tablename__ = "announcement_recipient"
    __table_args__ = (sa.Index(None, "person_id", "announcement_id"),)

    announcement_id: Mapped[int] = mapped_column(sa.ForeignKey("announcement.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
