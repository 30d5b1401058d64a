"""What is held of somebody's words: posts in discussions, forums and rooms, drafts, announcements, what they follow."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import Cohort
from lms.community.models import (
    Announcement,
    ForumEar,
    ForumThread,
    Post,
    PostDraft,
    PostReport,
    PostVersion,
    Thread,
    ThreadEar,
)
from lms.core.db import db
from lms.people.ports import PersonalPart


def personal_part(person_id: int) -> PersonalPart:
    """Everything that somebody wrote to others, and what they chose to hear of."""
    return PersonalPart(
        key="community",
        title="What you wrote to others",
        what="Your posts with earlier versions, drafts, announcements and reports, and the threads you follow or mute.",
        data={
            "posts": _posts(person_id),
            "drafts": _drafts(person_id),
            "announcements": _announcements(person_id),
            "reports": _reports(person_id),
            "threads": _threads(person_id),
            "forums": _forums(person_id),
        },
    )


def _posts(person_id: int) -> list[dict[str, Any]]:
    rows = db.session.execute(
        sa.select(
            Post.id,
            Post.text,
            Post.posted_at,
            Post.edited_at,
            Post.hidden_at,
            Post.hidden_why,
            Thread.subject,
            Cohort.name.label("cohort"),
            sa.func.coalesce(ForumThread.title, "").label("title"),
        )
        .join(Thread, Thread.id == Post.thread_id)
        .join(Cohort, Cohort.id == Thread.cohort_id)
        .outerjoin(ForumThread, ForumThread.thread_id == Thread.id)
        .where(Post.author_id == person_id)
        .order_by(Post.id)
    ).all()
    earlier: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for version in db.session.execute(
        sa.select(PostVersion.post_id, PostVersion.text, PostVersion.until)
        .join(Post, Post.id == PostVersion.post_id)
        .where(Post.author_id == person_id)
        .order_by(PostVersion.id)
    ):
        earlier[version.post_id].append({"text": version.text, "until": _stamp(version.until)})
    return [
        {
            "cohort": row.cohort,
            "in": row.subject.value,
            "thread": row.title,
            "text": row.text,
            "posted_at": _stamp(row.posted_at),
            "edited_at": _stamp(row.edited_at),
            "hidden_at": _stamp(row.hidden_at),
            "hidden_why": row.hidden_why,
            "earlier": earlier[row.id],
        }
        for row in rows
    ]


def _drafts(person_id: int) -> list[dict[str, Any]]:
    rows = db.session.execute(
        sa.select(PostDraft.subject, PostDraft.text, PostDraft.saved_at)
        .where(PostDraft.person_id == person_id)
        .order_by(PostDraft.saved_at)
    )
    return [{"in": row.subject.value, "text": row.text, "saved_at": _stamp(row.saved_at)} for row in rows]


def _announcements(person_id: int) -> list[dict[str, Any]]:
    rows = db.session.execute(
        sa.select(
            Announcement.title,
            Announcement.text,
            Announcement.state,
            Announcement.created_at,
            Announcement.sent_at,
            Announcement.recipients,
        )
        .where(Announcement.author_id == person_id, Announcement.copy_of_id.is_(None))
        .order_by(Announcement.id)
    )
    return [
        {
            "title": row.title,
            "text": row.text,
            "state": row.state.value,
            "written_at": _stamp(row.created_at),
            "sent_at": _stamp(row.sent_at),
            "people": row.recipients,
        }
        for row in rows
    ]


def _reports(person_id: int) -> list[dict[str, Any]]:
    rows = db.session.execute(
        sa.select(PostReport.reason, PostReport.at, PostReport.settled_at, PostReport.outcome)
        .where(PostReport.by_id == person_id)
        .order_by(PostReport.id)
    )
    return [
        {
            "reason": row.reason,
            "at": _stamp(row.at),
            "settled_at": _stamp(row.settled_at),
            "outcome": row.outcome.value if row.outcome else None,
        }
        for row in rows
    ]


def _threads(person_id: int) -> list[dict[str, Any]]:
    rows = db.session.execute(
        sa.select(ForumThread.title, ThreadEar.ear)
        .join(ForumThread, ForumThread.thread_id == ThreadEar.thread_id)
        .where(ThreadEar.person_id == person_id)
        .order_by(ForumThread.id)
    )
    return [{"thread": row.title, "choice": row.ear.value} for row in rows]


def _forums(person_id: int) -> list[dict[str, Any]]:
    rows = db.session.execute(
        sa.select(Cohort.name, ForumEar.module_id, ForumEar.ear)
        .join(Cohort, Cohort.id == ForumEar.cohort_id)
        .where(ForumEar.person_id == person_id)
        .order_by(Cohort.id, ForumEar.module_id)
    )
    return [
        {"cohort": row.name, "forum": "module" if row.module_id else "common room", "choice": row.ear.value}
        for row in rows
    ]


def _stamp(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at else None
