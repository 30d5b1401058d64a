"""Lists of forums and of their threads, with what is new for one person: a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import Section
from lms.community.models import ForumEar, ForumSeen, ForumThread, Post, Thread, ThreadEar, ThreadSeen
from lms.community.queries.forums import COMMON, Forum, Forums, forum_of, readable
from lms.community.rules import Ear, Show
from lms.core import paging
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.people.models import Person

MODULE = sa.func.coalesce(ForumThread.module_id, COMMON)
"""The forum of a thread: its module, or 0."""


def with_seen(statement: Any, person_id: int) -> Any:
    """A statement over threads, with how far the person has read each and its forum."""
    return statement.outerjoin(
        ThreadSeen,
        sa.and_(ThreadSeen.thread_id == ForumThread.thread_id, ThreadSeen.person_id == person_id),
    ).outerjoin(
        ForumSeen,
        sa.and_(
            ForumSeen.person_id == person_id,
            ForumSeen.cohort_id == ForumThread.cohort_id,
            ForumSeen.module_id == MODULE,
        ),
    )


IS_NEW = sa.and_(
    ForumThread.last_post_id > sa.func.coalesce(ThreadSeen.last_post_id, 0),
    ForumThread.last_post_id > sa.func.coalesce(ForumSeen.last_post_id, 0),
)
"""Whether a thread holds a post that the person has not read; after `with_seen`."""


def with_ears(statement: Any, person_id: int) -> Any:
    """A statement over threads, with what the person chose to hear of each and of its forum."""
    return statement.outerjoin(
        ThreadEar, sa.and_(ThreadEar.thread_id == ForumThread.thread_id, ThreadEar.person_id == person_id)
    ).outerjoin(
        ForumEar,
        sa.and_(
            ForumEar.person_id == person_id,
            ForumEar.cohort_id == ForumThread.cohort_id,
            ForumEar.module_id == MODULE,
        ),
    )


IS_HEARD = sa.or_(
    ThreadEar.ear == Ear.FOLLOWING,
    sa.and_(
        sa.or_(ThreadEar.ear.is_(None), ThreadEar.ear != Ear.MUTED),
        sa.or_(
            ForumEar.ear == Ear.FOLLOWING, sa.and_(ForumEar.ear.is_(None), ThreadEar.ear == Ear.AUTOMATIC)
        ),
    ),
)
"""`rules.hears` as SQL; after `with_ears`."""


@dataclass(frozen=True, slots=True)
class ForumLine:
    """A forum in the list of all."""

    forum: Forum
    threads: int = 0
    new: int = 0
    """Threads in which something is new for the person."""
    last_at: dt.datetime | None = None
    ear: Ear | None = None


def forum_lines(hall: Forums) -> list[ForumLine]:
    """Every forum of the cohort with its figures: the common room, then the modules in order. Two statements."""
    counted = (
        sa.select(
            MODULE.label("module_id"),
            sa.func.count().label("threads"),
            sa.func.sum(sa.case((IS_NEW, 1), else_=0)).label("new"),
            sa.func.max(ForumThread.last_at).label("last_at"),
        )
        .select_from(ForumThread)
        .where(readable(hall))
        .group_by(MODULE)
    )
    found = {row.module_id: row for row in db.session.execute(with_seen(counted, hall.person_id))}
    ears = {
        row.module_id: row.ear
        for row in db.session.execute(
            sa.select(ForumEar.module_id, ForumEar.ear).where(
                ForumEar.person_id == hall.person_id, ForumEar.cohort_id == hall.cohort.id
            )
        )
    }
    return [
        ForumLine(forum, row.threads, row.new, row.last_at, ears.get(forum.module_id))
        if (row := found.get(forum.module_id)) is not None
        else ForumLine(forum, ear=ears.get(forum.module_id))
        for forum in forums_in(hall)
    ]


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A thread in a list."""

    id: int
    public_id: str
    module_id: int | None
    title: str
    author: str
    begun_at: dt.datetime
    last_at: dt.datetime
    posts: int
    pinned: bool
    locked: bool
    hidden: bool
    solved: bool
    """A reply is marked as the answer."""
    staff_answered: bool
    section: str
    """Whose it is, where it is a section's."""
    followed: bool
    muted: bool
    new: int = 0
    """Posts that the person has not read."""

    @property
    def replies(self) -> int:
        """Posts besides the first."""
        return max(0, self.posts - 1)


_LINE = (
    sa.select(
        ForumThread.id,
        ForumThread.public_id,
        ForumThread.module_id,
        ForumThread.title,
        Person.name.label("author"),
        ForumThread.begun_at,
        ForumThread.last_at,
        Thread.posts,
        ForumThread.pinned,
        ForumThread.locked_at.is_not(None).label("locked"),
        ForumThread.hidden_at.is_not(None).label("hidden"),
        ForumThread.answer_id.is_not(None).label("solved"),
        ForumThread.staff_answered,
        sa.func.coalesce(Section.name, "").label("section"),
        IS_HEARD.label("followed"),
        sa.func.coalesce(ThreadEar.ear == Ear.MUTED, sa.false()).label("muted"),
        ForumThread.thread_id,
        sa.func.coalesce(ThreadSeen.last_post_id, 0).label("thread_seen"),
        sa.func.coalesce(ForumSeen.last_post_id, 0).label("forum_seen"),
    )
    .select_from(ForumThread)
    .join(Thread, Thread.id == ForumThread.thread_id)
    .join(Person, Person.id == ForumThread.author_id)
    .outerjoin(Section, Section.id == ForumThread.section_id)
)
_FLAGS = ("pinned", "locked", "hidden", "solved", "staff_answered", "followed", "muted")


def threads(
    hall: Forums, show: Show = Show.ALL, forum: Forum | None = None, cursor: str | None = None
) -> paging.Page[ThreadLine]:
    """Threads of a forum, pinned ones first, or of all forums; the latest post first. Two statements."""
    statement = with_ears(with_seen(_LINE, hall.person_id), hall.person_id)
    statement = statement.where(readable(hall, hidden=show is Show.HIDDEN))
    if forum is not None:
        statement = statement.where(
            ForumThread.module_id == forum.module_id if forum.module else ForumThread.module_id.is_(None)
        )
    if show is Show.NEW:
        statement = statement.where(IS_NEW)
    elif show is Show.FOLLOWED:
        statement = statement.where(IS_HEARD)
    elif show is Show.UNANSWERED:
        statement = statement.where(ForumThread.answered.is_(False))
    first = ForumThread.pinned if forum is not None else sa.literal(False)
    if (last := _read(paging.read_cursor(cursor))) is not None:
        pinned, at, below = last
        earlier = sa.or_(ForumThread.last_at < at, sa.and_(ForumThread.last_at == at, ForumThread.id < below))
        if forum is not None:
            earlier = sa.or_(
                sa.and_(ForumThread.pinned.is_(pinned), earlier),
                ForumThread.pinned.is_(False) if pinned else sa.false(),
            )
        statement = statement.where(earlier)
    order = (ForumThread.last_at.desc(), ForumThread.id.desc())
    rows = db.session.execute(
        statement.order_by(*((first.desc(), *order) if forum is not None else order)).limit(paging.SIZE + 1)
    ).all()
    new = _new_posts(hall, rows)
    lines = [_line(row, new) for row in rows]
    return paging.page(lines, lambda line: [int(line.pinned), line.last_at.isoformat(), line.id])


def _line(row: Any, new: dict[int, int]) -> ThreadLine:
    values = row._asdict()
    thread_id = values.pop("thread_id")
    del values["thread_seen"], values["forum_seen"]
    values |= {name: bool(values[name]) for name in _FLAGS}
    return ThreadLine(**values, new=new.get(thread_id, 0))


def _new_posts(hall: Forums, rows: Sequence[Any]) -> dict[int, int]:
    """Thread → how many posts of others the person has not read; one statement."""
    counted = (
        sa.select(Post.thread_id, sa.func.count())
        .select_from(ForumThread)
        .join(Post, Post.thread_id == ForumThread.thread_id)
        .where(
            ForumThread.thread_id.in_([row.thread_id for row in rows]),
            Post.hidden_at.is_(None),
            Post.author_id != hall.person_id,
            Post.id > sa.func.coalesce(ThreadSeen.last_post_id, 0),
            Post.id > sa.func.coalesce(ForumSeen.last_post_id, 0),
        )
        .group_by(Post.thread_id)
    )
    rows_of = db.session.execute(with_seen(counted, hall.person_id))
    return {row[0]: row[1] for row in rows_of}


def _read(cursor: list[Any] | None) -> tuple[bool, dt.datetime, int] | None:
    """Where the last page of threads ended."""
    match cursor:
        case [int(pinned), str(at), int(below)]:
            try:
                when = dt.datetime.fromisoformat(at)
            except ValueError:
                return None
            return (bool(pinned), when, below) if when.tzinfo else None
    return None


def forums_in(hall: Forums) -> list[Forum]:
    """Every forum of the cohort, the common room first; no statement."""
    modules: list[int | None] = [None, *curriculum.outline(hall.cohort.version_id).modules]
    return [forum_of(hall, module) for module in modules]


def ear_of(forum: Forum) -> Ear | None:
    """What the person chose to hear of a forum."""
    return db.session.scalar(
        sa.select(ForumEar.ear).where(
            ForumEar.person_id == forum.hall.person_id,
            ForumEar.cohort_id == forum.hall.cohort.id,
            ForumEar.module_id == forum.module_id,
        )
    )
