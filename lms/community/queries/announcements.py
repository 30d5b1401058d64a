"""Announcements: the list as somebody sees it, one of them, and who gets it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.cohorts import policy as cohort_policy
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.community import policy, rules
from lms.community.models import Announcement, AnnouncementRecipient, AnnouncementState
from lms.community.queries.merging import words
from lms.community.rules import Audience, merging
from lms.core import paging
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.markdown import excerpt
from lms.people.models import Person
from lms.people.rules import Actor

SENT, WITHDRAWN = AnnouncementState.SENT, AnnouncementState.WITHDRAWN
SCHEDULED = AnnouncementState.SCHEDULED
UNSENT = (AnnouncementState.DRAFT, SCHEDULED)


@dataclass(frozen=True, slots=True)
class Board:
    """A cohort's announcements, as this person meets them."""

    cohort: CohortView
    person_id: int
    announces: bool
    """They write here, and see drafts."""
    sees_all: bool
    """Not only what was sent to them."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


def board_visible_to(actor: Actor, slug: str) -> Board:
    """The announcements of a cohort the actor belongs to."""
    return _board(actor, cohorts.cohort_visible_to(actor, slug))


def _board(actor: Actor, cohort: CohortView) -> Board:
    announces = policy.can_announce(actor, cohort)
    sees_all = announces or cohort_policy.can_teach(actor, cohort) or cohort_policy.can_oversee(actor, cohort)
    return Board(cohort, actor.person_id, announces, sees_all)


@dataclass(frozen=True, slots=True)
class AnnouncementLine:
    """An announcement in the list."""

    id: int
    public_id: str
    title: str
    excerpt: str
    author: str
    state: AnnouncementState
    created_at: dt.datetime
    sent_at: dt.datetime | None
    send_at: dt.datetime | None
    recipients: int
    by_mail: bool


def announcements(board: Board, cursor: str | None = None) -> paging.Page[AnnouncementLine]:
    """The latest first; for learners those that were sent to them. One statement."""
    said_at = sa.func.coalesce(Announcement.sent_at, Announcement.created_at)
    statement = (
        sa.select(
            Announcement.id,
            Announcement.public_id,
            Announcement.title,
            sa.func.substr(Announcement.text, 1, 600).label("excerpt"),
            Person.name.label("author"),
            Announcement.state,
            Announcement.created_at,
            Announcement.sent_at,
            Announcement.send_at,
            Announcement.recipients,
            Announcement.by_mail,
        )
        .join(Person, Person.id == Announcement.author_id)
        .where(Announcement.cohort_id == board.cohort.id)
        .order_by(said_at.desc(), Announcement.id.desc())
        .limit(paging.SIZE + 1)
    )
    if not board.announces:
        statement = statement.where(Announcement.state.not_in(UNSENT))
    if not board.sees_all:
        statement = statement.where(_sent_to(board.person_id))
    after = paging.read_cursor(cursor)
    if (last := _read(after)) is not None:
        at, below = last
        earlier = sa.or_(said_at < at, sa.and_(said_at == at, Announcement.id < below))
        statement = statement.where(earlier)
    rows = [
        AnnouncementLine(**{**row._asdict(), "excerpt": _excerpt(row)})
        for row in db.session.execute(statement)
    ]
    return paging.page(rows, lambda line: [(line.sent_at or line.created_at).isoformat(), line.id])


def _read(cursor: list[Any] | None) -> tuple[dt.datetime, int] | None:
    """Where the last page ended; None for anything that is not one of our cursors."""
    if not cursor or len(cursor) != 2 or not isinstance(cursor[1], int) or not 0 < cursor[1] < 2**62:
        return None
    try:
        said_at = dt.datetime.fromisoformat(str(cursor[0]))
    except ValueError:
        return None
    return (said_at, cursor[1]) if said_at.tzinfo else None


def _excerpt(row: Any) -> str:
    if row.state is WITHDRAWN:
        return ""
    return excerpt(merging.FIELD.sub("…", row.excerpt), 140)


def _sent_to(person_id: int) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        AnnouncementRecipient.announcement_id == Announcement.id,
        AnnouncementRecipient.person_id == person_id,
    )


@dataclass(frozen=True, slots=True)
class AnnouncementView:
    """One announcement with its cohort."""

    id: int
    public_id: str
    cohort: CohortView
    author_id: int
    author: str
    title: str
    text: str
    html: str
    audience: Audience
    by_mail: bool
    state: AnnouncementState
    created_at: dt.datetime
    sent_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    send_at: dt.datetime | None
    also: tuple[int, ...]
    recipients: int
    board: Board

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


def announcement_visible_to(actor: Actor, slug: str, announcement: str) -> AnnouncementView:
    """An announcement that the actor may read: sent to them, or they are staff; drafts for those who announce."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    board = _board(actor, cohort)
    statement = (
        sa.select(
            Announcement.id,
            Announcement.public_id,
            Announcement.author_id,
            Person.name.label("author"),
            Announcement.title,
            Announcement.text,
            Announcement.html,
            Announcement.audience,
            Announcement.by_mail,
            Announcement.state,
            Announcement.created_at,
            Announcement.sent_at,
            Announcement.withdrawn_at,
            Announcement.send_at,
            Announcement.also,
            Announcement.recipients,
        )
        .join(Person, Person.id == Announcement.author_id)
        .where(Announcement.cohort_id == cohort.id, Announcement.public_id == announcement)
    )
    if not board.announces:
        statement = statement.where(Announcement.state.not_in(UNSENT))
    if not board.sees_all:
        statement = statement.where(_sent_to(actor.person_id))
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    values = {**row._asdict(), "audience": rules.audience_of(row.audience), "also": tuple(row.also)}
    if merging.fields_of(row.text).names and row.state is SENT:
        said = _said_to(row.id, actor.person_id)
        if said is not None:
            values["html"] = merging.filled_page(row.html, words(said))
    return AnnouncementView(**values, cohort=cohort, board=board)


def _said_to(announcement_id: int, person_id: int) -> dict[str, Any] | None:
    """What its fields said to somebody when it went out; None: they did not get it."""
    return db.session.scalar(
        sa.select(AnnouncementRecipient.fields).where(
            AnnouncementRecipient.announcement_id == announcement_id,
            AnnouncementRecipient.person_id == person_id,
        )
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """An announcement whose hour has come."""

    id: int
    cohort_id: int
    author_id: int


def waiting(now: dt.datetime) -> list[Waiting]:
    """What is to go out now, the earliest first."""
    rows = db.session.execute(
        sa.select(Announcement.id, Announcement.cohort_id, Announcement.author_id)
        .where(Announcement.state == SCHEDULED, Announcement.send_at <= now)
        .order_by(Announcement.send_at, Announcement.id)
    )
    return [Waiting(*row) for row in rows]


def recipients(announcement_id: int) -> list[str]:
    """The names of those it was sent to."""
    return list(
        db.session.scalars(
            sa.select(Person.name)
            .join(AnnouncementRecipient, AnnouncementRecipient.person_id == Person.id)
            .where(AnnouncementRecipient.announcement_id == announcement_id)
            .order_by(Person.sort_name, Person.id)
        )
    )


def recipients_of(announcement_id: int) -> list[int]:
    """The person ids of those it was sent to."""
    return list(
        db.session.scalars(
            sa.select(AnnouncementRecipient.person_id)
            .where(AnnouncementRecipient.announcement_id == announcement_id)
            .order_by(AnnouncementRecipient.person_id)
        )
    )
