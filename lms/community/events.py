"""What happened where people talk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

__all__ = [
    "AnnouncementNotSent",
    "AnnouncementSent",
    "AnnouncementWithdrawn",
    "ForumPostGone",
    "ForumPostWritten",
    "PeopleNamed",
    "PostHidden",
    "PostReported",
    "PostWritten",
    "ReportSettled",
    "ThreadRead",
]


@dataclass(frozen=True, kw_only=True)
class PostWritten:
    """Somebody wrote in a thread; `parent_author_id` is set where it replies to a post of another."""

    cohort_id: int
    thread_id: int
    post_id: int
    subject: str
    """discussion | project | forum"""
    subject_id: int
    """The activity, the capstone project, or the thread of a forum."""
    author_id: int
    parent_author_id: int | None
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class PostHidden:
    """A moderator took a post out of sight, with a reason."""

    cohort_id: int
    post_id: int
    subject: str
    subject_id: int
    author_id: int
    actor_id: int
    reason: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ForumPostWritten:
    """Somebody wrote in a thread of a forum, or began one."""

    cohort_id: int
    forum_thread_id: int
    thread_id: int
    post_id: int
    author_id: int
    begun: bool
    named: frozenset[int]
    """Whom the post names: they are told of that."""
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ForumPostGone:
    """A post of a forum was removed by its author, or hidden."""

    cohort_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class PeopleNamed:
    """A post of a forum names people whom it did not name before."""

    cohort_id: int
    forum_thread_id: int
    post_id: int
    author_id: int
    people: frozenset[int]
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ThreadRead:
    """Somebody has read threads up to their ends."""

    person_id: int
    thread_ids: tuple[int, ...]
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class PostReported:
    """Somebody asked those who moderate to look at a post."""

    cohort_id: int
    report_id: int
    post_id: int
    by_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ReportSettled:
    """Somebody who moderates dealt with a report."""

    cohort_id: int
    report_id: int
    post_id: int
    by_id: int
    """Who had reported it."""
    outcome: str
    note: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class AnnouncementSent:
    """An announcement went to the people recorded as its recipients."""

    cohort_id: int
    announcement_id: int
    actor_id: int
    at: dt.datetime
    in_parts: bool = False
    """They are so many that an errand tells them, some hundred at a time."""


@dataclass(frozen=True, kw_only=True)
class AnnouncementNotSent:
    """The hour of an announcement came and nobody would have got it, or its author may not announce any more."""

    cohort_id: int
    announcement_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class AnnouncementWithdrawn:
    """An announcement that was sent holds no more."""

    cohort_id: int
    announcement_id: int
    actor_id: int
    at: dt.datetime
