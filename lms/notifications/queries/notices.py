"""A person's notices and choices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core import paging
from lms.core.db import db
from lms.core.errors import NotFound
from lms.notifications.models import Notice
from lms.notifications.rules import NoticeKind
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice in its owner's list."""

    id: int
    public_id: str
    person_id: int
    kind: NoticeKind
    title: str
    text: str
    link: str
    urgent: bool
    at: dt.datetime
    read_at: dt.datetime | None


_COLUMNS = (
    Notice.id,
    Notice.public_id,
    Notice.person_id,
    Notice.kind,
    Notice.title,
    Notice.text,
    Notice.link,
    Notice.urgent,
    Notice.at,
    Notice.read_at,
)


def unread_count(person_id: int) -> int:
    """How many notices somebody has not read: one statement on an index."""
    statement = (
        sa.select(sa.func.count())
        .select_from(Notice)
        .where(Notice.person_id == person_id, Notice.read_at.is_(None))
    )
    return db.session.scalar(statement) or 0


def inbox(
    person_id: int, *, kind: NoticeKind | None = None, unread: bool = False, cursor: str | None = None
) -> paging.Page[NoticeLine]:
    """Somebody's notices, the latest first. One statement."""
    statement = (
        sa.select(*_COLUMNS)
        .where(Notice.person_id == person_id)
        .order_by(Notice.id.desc())
        .limit(paging.SIZE + 1)
    )
    if kind is not None:
        statement = statement.where(Notice.kind == kind)
    if unread:
        statement = statement.where(Notice.read_at.is_(None))
    after = paging.read_cursor(cursor)
    if after and len(after) == 1 and isinstance(after[0], int):
        statement = statement.where(Notice.id < after[0])
    rows = [NoticeLine(**row._asdict()) for row in db.session.execute(statement)]
    return paging.page(rows, lambda line: [line.id])


def counts(person_id: int) -> dict[NoticeKind, tuple[int, int]]:
    """How many notices of each kind somebody has, and how many are not read. One statement."""
    rows = db.session.execute(
        sa.select(Notice.kind, sa.func.count(), sa.func.count(Notice.id).filter(Notice.read_at.is_(None)))
        .where(Notice.person_id == person_id)
        .group_by(Notice.kind)
    )
    return {kind: (total, unread) for kind, total, unread in rows}


def notice_visible_to(actor: Actor, notice: str) -> NoticeLine:
    """One of the actor's own notices."""
    row = db.session.execute(
        sa.select(*_COLUMNS).where(Notice.public_id == notice, Notice.person_id == actor.person_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return NoticeLine(**row._asdict())
