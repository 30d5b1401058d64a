"""What happened where people talk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

__all__ = ["AnnouncementSent", "AnnouncementWithdrawn", "PostHidden", "PostWritten"]


@dataclass(frozen=True, kw_only=True)
class PostWritten:
    """Somebody wrote in a thread; `parent_author_id` is set where it replies to a post of another."""

    cohort_id: int
    thread_id: int
    post_id: int
    subject: str
    """discussion | project"""
    subject_id: int
    """The activity, or the capstone project."""
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
class AnnouncementSent:
    """An announcement went to the people recorded as its recipients."""

    cohort_id: int
    announcement_id: int
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class AnnouncementWithdrawn:
    """An announcement that was sent holds no more."""

    cohort_id: int
    announcement_id: int
    actor_id: int
    at: dt.datetime
