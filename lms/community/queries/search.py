"""Finding what was said in a cohort's forums and discussions, by the rule by which their pages are read.

Words are looked up in the database's full-text index (FTS5, or tsvector with GIN), who may read is part of the same
statement, and what is found is shown with the words marked. Nothing of a project's room is ever in the index.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.community.models import ForumThread, Post, PostSearch, Thread, ThreadSubject
from lms.community.queries import readers
from lms.community.queries.forums import Forum, Forums, forum_of, readable
from lms.community.queries.readers import Human
from lms.community.rules import search as rules
from lms.community.rules.search import Order, Piece, Within, Words
from lms.core import paging
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.people.models import Person

SIZE = 20
RANKED = 500
"""So many of the newest posts that hold the words are weighed for “best first”."""
DISCUSSIONS = "discussions"
"""Where a forum's key would stand: the discussions that count."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for."""

    words: Words
    author: Human | None = None
    forum: Forum | None = None
    discussions: bool = False
    """Only in the discussions that count."""
    within: Within = Within.ANY
    order: Order = Order.NEWEST

    @property
    def anything(self) -> bool:
        """Whether they said what: words, or whose."""
        return self.words.found or self.author is not None


@dataclass(frozen=True, slots=True)
class Found:
    """A post that was found."""

    id: int
    public_id: str
    title: str
    """Of the thread, or the discussion."""
    where: str
    thread: str
    """Public id of a forum's thread; empty: a discussion."""
    discussion: str
    """Key of a discussion; empty: a forum's thread."""
    author: str
    at: dt.datetime
    pieces: tuple[Piece, ...]


def human_called(hall: Forums, handle: str) -> Human | None:
    """Who of the cohort is called this after an @; two statements."""
    if not handle:
        return None
    return next((one for one in readers.people_of(hall.cohort.id) if one.handle == handle), None)


def _holds(wanted: Words) -> sa.ColumnElement[bool]:
    """Posts whose words are in the index."""
    if db.session.get_bind().dialect.name == "postgresql":
        vector = sa.func.to_tsvector(sa.literal_column("'simple'"), PostSearch.words)
        query = sa.func.to_tsquery(sa.literal_column("'simple'"), rules.for_postgres(wanted))
        hits = sa.select(PostSearch.post_id).where(vector.op("@@")(query)).cte("hits")
        hits = hits.prefix_with(
            "MATERIALIZED"
        )  # the index first: else rare words are looked for in every post
        return Post.id.in_(sa.select(hits.c.post_id))
    index = sa.table("post_search_fts", sa.column("rowid", sa.Integer))
    match = sa.literal_column("post_search_fts").op("MATCH")(rules.for_sqlite(wanted))
    return Post.id.in_(sa.select(index.c.rowid).where(match))


def _read_by(hall: Forums) -> sa.ColumnElement[bool]:
    """Posts in sight of this person: of forums by `readable`, of discussions as everybody of the cohort reads them."""
    lines = curriculum.outline(hall.cohort.version_id).activities.values()
    discussions = [line.id for line in lines if line.kind is ActivityKind.DISCUSSION]
    return sa.and_(
        Thread.cohort_id == hall.cohort.id,
        Post.hidden_at.is_(None),
        sa.or_(
            sa.and_(Thread.subject == ThreadSubject.FORUM, readable(hall)),
            sa.and_(Thread.subject == ThreadSubject.DISCUSSION, Thread.subject_id.in_(discussions)),
        ),
    )


def _asked(hall: Forums, asked: Asked, now: dt.datetime) -> list[sa.ColumnElement[bool]]:
    conditions = [_read_by(hall)]
    if asked.words.found:
        conditions.append(_holds(asked.words))
    if asked.author is not None:
        conditions.append(Post.author_id == asked.author.person_id)
    if asked.discussions:
        conditions.append(Thread.subject == ThreadSubject.DISCUSSION)
    elif asked.forum is not None:
        conditions.append(Thread.subject == ThreadSubject.FORUM)
        conditions.append(
            ForumThread.module_id == asked.forum.module_id
            if asked.forum.module
            else ForumThread.module_id.is_(None)
        )
    since = asked.within.since(now)
    if since is not None:
        conditions.append(Post.posted_at >= since)
    return conditions


def _from(*columns: Any) -> Any:
    return (
        sa.select(*columns)
        .select_from(Post)
        .join(Thread, Thread.id == Post.thread_id)
        .outerjoin(ForumThread, ForumThread.thread_id == Post.thread_id)
    )


_COLUMNS = (
    Post.id,
    Post.public_id,
    Post.text,
    Post.posted_at,
    Person.name.label("author"),
    Thread.subject,
    Thread.subject_id,
    ForumThread.public_id.label("thread"),
    ForumThread.title,
    ForumThread.module_id,
)


def newest(hall: Forums, asked: Asked, now: dt.datetime, before: int | None = None) -> Any:
    """The statement that finds the newest posts; a test looks at how it is carried out."""
    statement = _from(*_COLUMNS).join(Person, Person.id == Post.author_id).where(*_asked(hall, asked, now))
    if before is not None:
        statement = statement.where(Post.id < before)
    return statement.order_by(Post.id.desc()).limit(SIZE + 1)


def find(hall: Forums, asked: Asked, now: dt.datetime, cursor: str | None = None) -> paging.Page[Found]:
    """What was found: the newest first in one statement, or the best first in two."""
    if not asked.anything:
        return paging.Page(())
    if asked.order is Order.BEST and asked.words.found:
        return _best(hall, asked, now, cursor)
    rows = db.session.execute(newest(hall, asked, now, _number(cursor))).all()
    found = [_found(hall, row, asked) for row in rows]
    return paging.page(found, lambda one: [one.id], SIZE)


def _best(hall: Forums, asked: Asked, now: dt.datetime, cursor: str | None) -> paging.Page[Found]:
    candidates = db.session.execute(
        _from(Post.id, PostSearch.words)
        .join(PostSearch, PostSearch.post_id == Post.id)
        .where(*_asked(hall, asked, now))
        .order_by(Post.id.desc())
        .limit(RANKED)
    ).all()
    order = sorted(candidates, key=lambda row: (-rules.weight(row.words, asked.words), -row.id))
    start = min(_number(cursor) or 0, RANKED)
    shown = [row.id for row in order[start : start + SIZE]]
    rows = db.session.execute(
        _from(*_COLUMNS).join(Person, Person.id == Post.author_id).where(Post.id.in_(shown))
    ).all()
    by_id = {row.id: _found(hall, row, asked) for row in rows}
    more = paging.cursor_of([start + SIZE]) if len(order) > start + SIZE else None
    return paging.Page(tuple(by_id[each] for each in shown if each in by_id), more)


def _number(cursor: str | None) -> int | None:
    match paging.read_cursor(cursor):
        case [int(number)] if number >= 0:
            return number
    return None


def _found(hall: Forums, row: Any, asked: Asked) -> Found:
    outline = curriculum.outline(hall.cohort.version_id)
    if row.subject is ThreadSubject.DISCUSSION:
        line = outline.activities[row.subject_id]
        title, where, key = line.title, f"Discussion {line.code}".strip(), line.key
    else:
        title, where, key = row.title, forum_of(hall, row.module_id).title, ""
    return Found(
        id=row.id,
        public_id=row.public_id,
        title=title,
        where=where,
        thread=row.thread or "",
        discussion=key,
        author=row.author,
        at=row.posted_at,
        pieces=rules.excerpt(row.text, asked.words),
    )


def authors(hall: Forums) -> Sequence[Human]:
    """Whom one can look for: everybody of the cohort; two statements."""
    return readers.people_of(hall.cohort.id)
