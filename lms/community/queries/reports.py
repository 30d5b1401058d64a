"""What was reported to those who moderate: what waits, and what came of the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from lms.community.models import ForumThread, Post, PostReport
from lms.community.queries.forums import Forums, forums_visible_to
from lms.community.rules import Outcome
from lms.core.db import db
from lms.core.errors import NotFound
from lms.people.models import Person
from lms.people.rules import Actor

SETTLED_SHOWN = 20
_WAITING = (
    sa.select(PostReport.cohort_id, sa.func.count(sa.distinct(PostReport.post_id)).label("posts"))
    .where(PostReport.settled_at.is_(None))
    .group_by(PostReport.cohort_id)
)


def waiting(cohort_id: int) -> int:
    """How many reported posts wait in a cohort."""
    return waiting_in([cohort_id]).get(cohort_id, 0)


def waiting_in(cohort_ids: Collection[int]) -> dict[int, int]:
    """Cohort → how many reported posts wait; one statement."""
    rows = db.session.execute(_WAITING.where(PostReport.cohort_id.in_(list(cohort_ids))))
    return {row.cohort_id: row.posts for row in rows}


@dataclass(frozen=True, slots=True)
class Report:
    """One report."""

    public_id: str
    by: str
    reason: str
    at: dt.datetime
    settled_at: dt.datetime | None
    settled_by: str
    outcome: Outcome | None
    note: str


@dataclass(frozen=True, slots=True)
class ReportedPost:
    """A post with everything that was reported of it."""

    id: int
    public_id: str
    thread: str
    """Public id of its thread."""
    title: str
    author: str
    author_id: int
    posted_at: dt.datetime
    html: str
    removed: bool
    """Its author took it back meanwhile."""
    hidden: bool
    reports: tuple[Report, ...] = field(default=())

    @property
    def first(self) -> Report:
        """The oldest report: what is decided settles all."""
        return self.reports[0]


_by, _settler, _author = (orm.aliased(Person) for _ in range(3))
_REPORTS = (
    sa.select(
        PostReport.public_id,
        _by.name.label("by"),
        PostReport.reason,
        PostReport.at,
        PostReport.settled_at,
        sa.func.coalesce(_settler.name, "").label("settled_by"),
        PostReport.outcome,
        PostReport.note,
        Post.id.label("post_id"),
        Post.public_id.label("post"),
        ForumThread.public_id.label("thread"),
        ForumThread.title,
        _author.name.label("author"),
        Post.author_id,
        Post.posted_at,
        Post.html,
        Post.hidden_at,
        Post.hidden_by_id,
    )
    .select_from(PostReport)
    .join(Post, Post.id == PostReport.post_id)
    .join(ForumThread, ForumThread.thread_id == Post.thread_id)
    .join(_by, _by.id == PostReport.by_id)
    .join(_author, _author.id == Post.author_id)
    .outerjoin(_settler, _settler.id == PostReport.settled_by_id)
)


def reported(cohort_id: int) -> list[ReportedPost]:
    """The posts that wait to be looked at, the one reported first on top; one statement."""
    rows = db.session.execute(
        _REPORTS.where(PostReport.cohort_id == cohort_id, PostReport.settled_at.is_(None)).order_by(
            PostReport.at, PostReport.id
        )
    )
    return _grouped(rows.all())


def dealt_with(cohort_id: int) -> list[ReportedPost]:
    """What was dealt with last; one statement."""
    rows = db.session.execute(
        _REPORTS.where(PostReport.cohort_id == cohort_id, PostReport.settled_at.is_not(None))
        .order_by(PostReport.settled_at.desc(), PostReport.id.desc())
        .limit(SETTLED_SHOWN)
    )
    return _grouped(rows.all())


def _grouped(rows: Sequence[Any]) -> list[ReportedPost]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.post_id, []).append(row)
    return [
        ReportedPost(
            id=rows[0].post_id,
            public_id=rows[0].post,
            thread=rows[0].thread,
            title=rows[0].title,
            author=rows[0].author,
            author_id=rows[0].author_id,
            posted_at=rows[0].posted_at,
            html=rows[0].html,
            removed=rows[0].hidden_at is not None and rows[0].hidden_by_id == rows[0].author_id,
            hidden=rows[0].hidden_at is not None and rows[0].hidden_by_id != rows[0].author_id,
            reports=tuple(
                Report(
                    row.public_id,
                    row.by,
                    row.reason,
                    row.at,
                    row.settled_at,
                    row.settled_by,
                    row.outcome,
                    row.note,
                )
                for row in rows
            ),
        )
        for rows in found.values()
    ]


@dataclass(frozen=True, slots=True)
class OpenReport:
    """A report with its cohort's forums: what the guard of deciding on it loads."""

    hall: Forums
    public_id: str
    post: str
    thread: str

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.hall.cohort.id


def report_visible_to(actor: Actor, slug: str, report: str) -> OpenReport:
    """A report of a cohort the actor belongs to."""
    hall = forums_visible_to(actor, slug)
    row = db.session.execute(
        sa.select(Post.public_id.label("post"), ForumThread.public_id.label("thread"))
        .select_from(PostReport)
        .join(Post, Post.id == PostReport.post_id)
        .join(ForumThread, ForumThread.thread_id == Post.thread_id)
        .where(PostReport.public_id == report, PostReport.cohort_id == hall.cohort.id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return OpenReport(hall, report, row.post, row.thread)
