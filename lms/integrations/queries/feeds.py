"""A person's calendar address and what they chose."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.integrations import rules
from lms.integrations.models import CalendarFeed, CalendarInvitation
from lms.people.models import Person, User
from lms.people.ports import PersonalPart

PURPOSE = "calendar feed"


def feed_hash(token: str) -> str:
    """What is stored of the word in a calendar's address: bound to its purpose, so that no other word opens one."""
    return hashlib.sha256(f"{PURPOSE}:{token}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class FeedView:
    """A calendar address as its owner and its page know it."""

    person_id: int
    name: str
    on: bool
    made_at: dt.datetime | None
    left_out: frozenset[str]
    by_mail: bool
    version: int
    fetched_at: dt.datetime | None
    client: str


_FEED = (
    sa.select(
        Person.id.label("person_id"),
        Person.name,
        CalendarFeed.token_hash,
        CalendarFeed.made_at,
        CalendarFeed.left_out,
        CalendarFeed.by_mail,
        CalendarFeed.version,
        CalendarFeed.fetched_at,
        CalendarFeed.client,
    )
    .select_from(Person)
    .outerjoin(CalendarFeed, CalendarFeed.person_id == Person.id)
)
_BY_TOKEN = _FEED.join(User, User.person_id == Person.id).where(
    CalendarFeed.token_hash == sa.bindparam("token", type_=sa.String), User.active.is_(True)
)
_OF_PERSON = _FEED.where(Person.id == sa.bindparam("person", type_=sa.Integer))


def feed_by_token(token: str) -> FeedView | None:
    """The calendar that this word opens; None for made up, replaced and switched off ones, and for those suspended."""
    row = db.session.execute(_BY_TOKEN, {"token": feed_hash(token)}).one_or_none()
    return _view(row) if row else None


def feed_of(person_id: int) -> FeedView:
    """Somebody's own calendar address, whether they ever made one or not."""
    return _view(db.session.execute(_OF_PERSON, {"person": person_id}).one())


def _view(row: Any) -> FeedView:
    chosen = row.version is not None
    return FeedView(
        person_id=row.person_id,
        name=row.name,
        on=row.token_hash is not None,
        made_at=row.made_at,
        left_out=frozenset(row.left_out if chosen else rules.QUIETLY_LEFT_OUT),
        by_mail=bool(row.by_mail),
        version=row.version or 0,
        fetched_at=row.fetched_at,
        client=row.client or "",
    )


def personal_part(person_id: int) -> PersonalPart:
    """What is held about somebody's calendar; its secret word is not, and its fingerprint stays out."""
    feed = feed_of(person_id)
    told = db.session.execute(
        sa.select(CalendarInvitation.told_at, CalendarInvitation.starts_at, CalendarInvitation.cancelled)
        .where(CalendarInvitation.person_id == person_id)
        .order_by(CalendarInvitation.told_at, CalendarInvitation.item_id)
    )
    return PersonalPart(
        key="calendar",
        title="Your calendar",
        what="Whether you have a calendar address, what you left out of it, what fetched it last, and invitations.",
        data={
            "address": feed.on,
            "made_at": feed.made_at.isoformat() if feed.made_at else None,
            "left_out": sorted(feed.left_out),
            "fetched_at": feed.fetched_at.isoformat() if feed.fetched_at else None,
            "client": feed.client,
            "invited_by_mail": feed.by_mail,
            "invitations": [
                {
                    "told_at": row.told_at.isoformat(),
                    "session_at": row.starts_at.isoformat(),
                    "cancelled": row.cancelled,
                }
                for row in told
            ],
        },
    )
