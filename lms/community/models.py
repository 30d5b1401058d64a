"""Tables: threads, posts, reading marks, forums, announcements."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.community.rules import Ear, Outcome, Scope, ThreadAct
from lms.core.db import Document, Documents, Model, Name, Pk, PublicId, Text


class ThreadSubject(enum.StrEnum):
    """What a thread is about."""

    DISCUSSION = "discussion"
    """subject_id: activity."""
    PROJECT = "project"
    """subject_id: capstone project."""
    FORUM = "forum"
    """subject_id: thread of a forum."""
    FORUM_START = "forum start"
    """Of drafts only: a thread that is being begun. subject_id: module, 0 for the common room."""


class AnnouncementState(enum.StrEnum):
    """Where an announcement stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    """It goes out at its hour; until then it can be recalled."""
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


class ForumChoice(Model):
    """What a cohort decided about its forums; without a row they are common to all."""

    __tablename__ = "forum_choice"

    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), primary_key=True)
    per_section: Mapped[bool]
    """What a learner begins is read by their section only."""
    changed_at: Mapped[dt.datetime]
    changed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


class ForumThread(Model):
    """A thread of a forum: what it is called, where it stands, who reads it. What is said is its `Thread`."""

    __tablename__ = "forum_thread"
    __table_args__ = (
        sa.Index(None, "cohort_id", "last_at", "id"),
        sa.Index(None, "cohort_id", "module_id", "last_at", "id"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    module_id: Mapped[int | None] = mapped_column(sa.ForeignKey("module.id"))
    """The module whose forum it stands in; empty: the common room."""
    scope: Mapped[Scope]
    section_id: Mapped[int | None] = mapped_column(sa.ForeignKey("section.id", ondelete="SET NULL"))
    """Whose it is, where it is a section's; empty again when the section went: staff still read it."""
    title: Mapped[Name]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    begun_at: Mapped[dt.datetime]
    thread_id: Mapped[int | None] = mapped_column(sa.ForeignKey("thread.id"), unique=True)
    first_post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id"))
    last_post_id: Mapped[int] = mapped_column(default=0)
    """The newest post that can be read."""
    last_at: Mapped[dt.datetime]
    answered: Mapped[bool] = mapped_column(default=False)
    """Somebody besides its author has written."""
    staff_answered: Mapped[bool] = mapped_column(default=False)
    answer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id"))
    """The post that answered it."""
    pinned: Mapped[bool] = mapped_column(default=False)
    locked_at: Mapped[dt.datetime | None]
    locked_why: Mapped[str] = mapped_column(sa.String(200), default="")
    hidden_at: Mapped[dt.datetime | None]
    """Its first post is out of sight, and with it the whole."""
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("thread.id"))
    """The conversation to which its posts went."""


class ForumStory(Model):
    """What was done with a thread of a forum; never changed."""

    __tablename__ = "forum_story"
    __table_args__ = (sa.Index(None, "forum_thread_id", "id"),)

    id: Mapped[Pk]
    forum_thread_id: Mapped[int] = mapped_column(sa.ForeignKey("forum_thread.id"))
    act: Mapped[ThreadAct]
    at: Mapped[dt.datetime]
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(sa.String(400), default="")
    details: Mapped[Document]


class ForumSeen(Model):
    """Up to which post everything in a forum counts as read, because somebody said so."""

    __tablename__ = "forum_seen"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0: the common room."""
    last_post_id: Mapped[int]


class ForumEar(Model):
    """Whether somebody follows a forum or wants to hear nothing of it."""

    __tablename__ = "forum_ear"
    __table_args__ = (sa.Index(None, "cohort_id", "module_id"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0: the common room."""
    ear: Mapped[Ear]


class ThreadEar(Model):
    """Whether somebody follows a thread, by choice or because they wrote in it."""

    __tablename__ = "thread_ear"
    __table_args__ = (sa.Index(None, "person_id", "thread_id"),)

    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("thread.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    ear: Mapped[Ear]


class PostVersion(Model):
    """What a post in a forum said before it was changed."""

    __tablename__ = "post_version"
    __table_args__ = (sa.Index(None, "post_id", "id"),)

    id: Mapped[Pk]
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    text: Mapped[Text]
    html: Mapped[Text]
    until: Mapped[dt.datetime]


class PostFile(Model):
    """A file beside a post."""

    __tablename__ = "post_file"

    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"), primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"), index=True)


class PostMention(Model):
    """Somebody whom a post names; they are told once, however often it is changed."""

    __tablename__ = "post_mention"
    __table_args__ = (sa.Index(None, "person_id", "post_id"),)

    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)


class PostReport(Model):
    """Somebody asks those who moderate to look at a post."""

    __tablename__ = "post_report"
    __table_args__ = (sa.UniqueConstraint("post_id", "by_id"), sa.Index(None, "cohort_id", "settled_at"))

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(sa.String(400))
    at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    outcome: Mapped[Outcome | None]
    note: Mapped[str] = mapped_column(sa.String(400), default="")


class PostSearch(Model):
    """The words of each post that can be found: kept in the transaction that writes the post.

    The full-text index beside it is the revision's: FTS5 with triggers on SQLite, GIN on PostgreSQL.
    """

    __tablename__ = "post_search"

    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"), primary_key=True)
    words: Mapped[Text]


class Announcement(Model):
    """A message of the staff to a cohort or a part of it."""

    __tablename__ = "announcement"
    __table_args__ = (sa.Index(None, "cohort_id", "sent_at"), sa.Index(None, "state", "send_at"))

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    title: Mapped[Name]
    text: Mapped[Text]
    html: Mapped[Text]
    audience: Mapped[Document]
    """{"kind": …, "ids": […], "staff": bool, "key": …, "roles": […]}: rules.Audience."""
    by_mail: Mapped[bool]
    state: Mapped[AnnouncementState]
    created_at: Mapped[dt.datetime]
    send_at: Mapped[dt.datetime | None]
    """When it goes out, while it waits for its hour."""
    sent_at: Mapped[dt.datetime | None]
    also: Mapped[Documents] = mapped_column(default=list)
    """Other cohorts that get it too; sent, each has a copy of its own."""
    copy_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("announcement.id"), index=True)
    recipients: Mapped[int] = mapped_column(default=0)
    withdrawn_at: Mapped[dt.datetime | None]


class AnnouncementRecipient(Model):
    """Who an announcement was sent to."""

    __tablename__ = "announcement_recipient"
    __table_args__ = (sa.Index(None, "person_id", "announcement_id"),)

    announcement_id: Mapped[int] = mapped_column(sa.ForeignKey("announcement.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    fields: Mapped[Document] = mapped_column(default=dict)
    """What its fields said to them when it went out."""
