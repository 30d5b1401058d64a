"""Who was told what, when, by what, and how far it got."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.community import queries as community
from lms.core import paging
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.mail import MailMessage, MailState
from lms.enrolment.models import Place
from lms.notifications import rules
from lms.notifications.models import CallNote, CallOutcome, Delivery, Notice, Phone, Telling
from lms.notifications.rules import By, Carried, DeliveryState, NoticeKind, Reached
from lms.people.models import Person
from lms.people.rules import Actor, sort_name
from lms.scheduling.models import ScheduleRelease

CHUNK = 400
TO_ALL = (
    NoticeKind.ANNOUNCEMENT,
    NoticeKind.SCHEDULE,
    NoticeKind.SESSION,
    NoticeKind.PLACE,
    NoticeKind.EXTENSION,
    NoticeKind.MARK,
    NoticeKind.TEAM,
    NoticeKind.DEADLINE,
)
"""What the log of a cohort lists: what the institution told. What people write to each other is theirs."""


def tellings_by_key(keys: Collection[str]) -> dict[str, int]:
    """Events that people were told of: key → id. One statement for each few hundred."""
    wanted, found = sorted(keys), dict[str, int]()
    for start in range(0, len(wanted), CHUNK):
        rows = db.session.execute(
            sa.select(Telling.key, Telling.id).where(Telling.key.in_(wanted[start : start + CHUNK]))
        )
        found |= {row.key: row.id for row in rows}
    return found


@dataclass(frozen=True, slots=True)
class TellingLine:
    """An event in a cohort's log."""

    id: int
    public_id: str
    key: str
    kind: NoticeKind
    title: str
    urgent: bool
    at: dt.datetime
    people: int
    opened: int


class Opened(enum.StrEnum):
    """Whether people opened it in the application."""

    YES = "opened"
    NO = "not opened"


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What a cohort's log is narrowed to; what is empty narrows nothing."""

    kind: NoticeKind | None = None
    urgent: bool = False
    find: str = ""
    """A name: what was told to whoever is called so."""
    by: By | None = None
    state: DeliveryState | Opened | None = None
    """On the channel, where one is chosen; of somebody of this name, where one is looked for."""
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    @property
    def narrow(self) -> bool:
        """Whether anything but its kind was asked for."""
        return bool(self.find or self.by or self.state or self.since or self.until)


def tellings(cohort_id: int, wanted: LogFilter, *, cursor: str | None = None) -> paging.Page[TellingLine]:
    """What the people of a cohort were told, the latest first. Two statements."""
    statement = (
        sa.select(Telling.id, Telling.public_id, Telling.key, Telling.kind, Telling.title, Telling.urgent, Telling.at)
        .where(Telling.cohort_id == cohort_id, Telling.kind.in_([wanted.kind] if wanted.kind else TO_ALL))
        .where(*_narrowed(wanted))
        .order_by(Telling.at.desc(), Telling.id.desc())
        .limit(paging.SIZE + 1)
    )  # fmt: skip
    if (last := _read(paging.read_cursor(cursor))) is not None:
        at, below = last
        statement = statement.where(sa.or_(Telling.at < at, sa.and_(Telling.at == at, Telling.id < below)))
    rows = db.session.execute(statement).all()
    counts = _counts([row.id for row in rows])
    lines = [TellingLine(**row._asdict(), people=counts[row.id][0], opened=counts[row.id][1]) for row in rows]
    return paging.page(lines, lambda line: [line.at.isoformat(), line.id])


def _narrowed(wanted: LogFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.urgent:
        found.append(Telling.urgent.is_(True))
    if wanted.since:
        found.append(Telling.at >= wanted.since)
    if wanted.until:
        found.append(Telling.at < wanted.until)
    if not (wanted.find or wanted.by or wanted.state):
        return found
    told = sa.select(Notice.id).where(Notice.telling_id == Telling.id)
    if wanted.find:
        words = sort_name(wanted.find)
        told = told.join(Person, Person.id == Notice.person_id)
        told = told.where(Person.sort_name.contains(words, autoescape=True))
    if isinstance(wanted.state, Opened):
        told = told.where(
            Notice.read_at.is_not(None) if wanted.state is Opened.YES else Notice.read_at.is_(None)
        )
    if wanted.by or isinstance(wanted.state, DeliveryState):
        told = told.join(
            Delivery,
            sa.and_(Delivery.telling_id == Notice.telling_id, Delivery.person_id == Notice.person_id),
        ).outerjoin(MailMessage, MailMessage.id == Delivery.mail_id)
        if wanted.by:
            told = told.where(Delivery.channel == wanted.by)
        if isinstance(wanted.state, DeliveryState):
            told = told.where(_stands(wanted.state))
    return [*found, told.exists()]


def _stands(state: DeliveryState) -> sa.ColumnElement[bool]:
    """Whether a message stands so on a channel: of mails that were written the mail itself says it."""
    of_mail = [mail for mail, here in _OF_MAIL.items() if here is state]
    own = sa.and_(Delivery.mail_id.is_(None), Delivery.state == state)
    return sa.or_(own, MailMessage.state.in_(of_mail)) if of_mail else own


def _read(cursor: list[Any] | None) -> tuple[dt.datetime, int] | None:
    """Where the last page ended; None for anything that is not one of our cursors."""
    if not cursor or len(cursor) != 2 or not isinstance(cursor[1], int) or not 0 < cursor[1] < 2**62:
        return None
    try:
        at = dt.datetime.fromisoformat(str(cursor[0]))
    except ValueError:
        return None
    return (at, cursor[1]) if at.tzinfo else None


def _counts(telling_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    rows = db.session.execute(
        sa.select(Notice.telling_id, sa.func.count(), sa.func.count(Notice.read_at))
        .where(Notice.telling_id.in_(telling_ids))
        .group_by(Notice.telling_id)
    )
    found = {telling_id: (people, opened) for telling_id, people, opened in rows}
    return {telling_id: found.get(telling_id, (0, 0)) for telling_id in telling_ids}


def event_key(cohort_id: int | None, key: str) -> str:
    """An event of a cohort, as it is kept."""
    return f"{cohort_id or 0}/{key}"


def telling_of(cohort_id: int, key: str) -> str:
    """The public id of an event of a cohort; empty where nobody was told."""
    found = sa.select(Telling.public_id).where(Telling.key == event_key(cohort_id, key))
    return db.session.scalar(found) or ""


# One event ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hop:
    """What became of a message on one channel, with when and why."""

    by: By
    state: DeliveryState
    at: dt.datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call to somebody."""

    outcome: CallOutcome
    by: str
    at: dt.datetime
    note: str


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One person who was told of an event, and how far it got."""

    person_id: int
    person_public_id: str
    name: str
    sort_name: str
    place: str
    """Public id of their place in the cohort; empty: staff."""
    zone: str
    phone: str
    """Only of whom agreed to be called."""
    opened_at: dt.datetime | None
    hops: tuple[Hop, ...]
    calls: tuple[Call, ...]
    reached: Reached


@dataclass(frozen=True)
class Told:
    """An event with everybody who was told of it."""

    telling: TellingLine
    cohort: CohortView
    people: tuple[ToldLine, ...] = ()
    totals: dict[Reached, int] = field(default_factory=dict)

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    def to_call(self, now: dt.datetime) -> tuple[ToldLine, ...]:
        """Whom somebody has to call."""
        return tuple(
            line
            for line in self.people
            if rules.has_to_be_called(line.reached, urgent=self.telling.urgent, at=self.telling.at, now=now)
        )


def told_visible_to(actor: Actor, slug: str, telling: str) -> Told:
    """An event of a cohort the actor belongs to; without its people, who are read where they are shown."""
    return told_in(cohorts.cohort_visible_to(actor, slug), telling)


def announcement_told_visible_to(actor: Actor, slug: str, announcement: str) -> Told:
    """Who was told of an announcement."""
    found = community.announcement_visible_to(actor, slug, announcement)
    return told_in(found.cohort, telling_of(found.cohort.id, f"announcement:{found.id}"))


def release_told_visible_to(actor: Actor, slug: str, number: str) -> Told:
    """Who was told of a release of the dates; NotFound when nobody was."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    numbers = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0
    release = db.session.scalar(
        sa.select(ScheduleRelease.id).where(
            ScheduleRelease.cohort_id == cohort.id, ScheduleRelease.number == numbers
        )
    )
    return told_in(cohort, telling_of(cohort.id, f"release:{release}"))


def told_in(cohort: CohortView, telling: str) -> Told:
    """An event of a cohort; NotFound when there is none, or it is nobody's business but those who were told."""
    row = db.session.execute(
        sa.select(
            Telling.id,
            Telling.public_id,
            Telling.key,
            Telling.kind,
            Telling.title,
            Telling.urgent,
            Telling.at,
        ).where(Telling.public_id == telling, Telling.cohort_id == cohort.id, Telling.kind.in_(TO_ALL))
    ).one_or_none()
    if row is None:
        raise NotFound
    people, opened = _counts([row.id])[row.id]
    return Told(TellingLine(**row._asdict(), people=people, opened=opened), cohort)


def people_told(told: Told) -> Told:
    """The same with everybody who was told, by name. Three statements whatever the size."""
    telling = told.telling
    rows = db.session.execute(
        sa.select(
            Notice.person_id,
            Notice.read_at,
            Person.public_id,
            Person.name,
            Person.sort_name,
            Person.zone,
            Place.public_id.label("place"),
            sa.case((Phone.calls.is_(True), Phone.number), else_="").label("phone"),
        )
        .join(Person, Person.id == Notice.person_id)
        .outerjoin(Place, sa.and_(Place.person_id == Notice.person_id, Place.cohort_id == told.cohort.id))
        .outerjoin(Phone, Phone.person_id == Notice.person_id)
        .where(Notice.telling_id == telling.id)
        .order_by(Person.sort_name, Person.id)
    ).all()
    hops, calls = hops_of(Delivery.telling_id == telling.id), _calls(telling.id)
    lines = tuple(
        _told_line(row, hops.get((telling.id, row.person_id), ()), calls.get(row.person_id, ()))
        for row in rows
    )
    totals = {state: sum(1 for line in lines if line.reached is state) for state in Reached}
    return Told(telling, told.cohort, lines, totals)


def _told_line(row: Any, hops: tuple[Hop, ...], calls: tuple[Call, ...]) -> ToldLine:
    return ToldLine(
        person_id=row.person_id,
        person_public_id=row.public_id,
        name=row.name,
        sort_name=row.sort_name,
        place=row.place or "",
        zone=row.zone,
        phone=row.phone or "",
        opened_at=row.read_at,
        hops=hops,
        calls=calls,
        reached=rules.reached(
            opened=row.read_at is not None,
            called=any(call.outcome is CallOutcome.REACHED for call in calls),
            carried=[Carried(hop.by, hop.state) for hop in hops],
        ),
    )


_OF_MAIL = {
    MailState.QUEUED: DeliveryState.QUEUED,
    MailState.SENT: DeliveryState.SENT,
    MailState.KEPT: DeliveryState.KEPT,
    MailState.BOUNCED: DeliveryState.BOUNCED,
}


def hops_of(which: sa.ColumnElement[bool]) -> dict[tuple[int, int], tuple[Hop, ...]]:
    """What became of messages on every channel: (event, person) → channels. One statement."""
    rows = db.session.execute(
        sa.select(
            Delivery.telling_id,
            Delivery.person_id,
            Delivery.channel,
            Delivery.state,
            Delivery.at,
            Delivery.why,
            MailMessage.state.label("mail_state"),
            MailMessage.sent_at,
        )
        .outerjoin(MailMessage, MailMessage.id == Delivery.mail_id)
        .where(which)
        .order_by(Delivery.id)
    )
    found: dict[tuple[int, int], list[Hop]] = {}
    for row in rows:
        state = _OF_MAIL[row.mail_state] if row.mail_state is not None else row.state
        hop = Hop(row.channel, state, row.sent_at or row.at, row.why)
        found.setdefault((row.telling_id, row.person_id), []).append(hop)
    return {key: tuple(hops) for key, hops in found.items()}


def _calls(telling_id: int) -> dict[int, tuple[Call, ...]]:
    rows = db.session.execute(
        sa.select(CallNote.person_id, CallNote.outcome, Person.name, CallNote.at, CallNote.note)
        .join(Person, Person.id == CallNote.by_id)
        .where(CallNote.telling_id == telling_id)
        .order_by(CallNote.id)
    )
    found: dict[int, list[Call]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(Call(row.outcome, row.name, row.at, row.note))
    return {person_id: tuple(calls) for person_id, calls in found.items()}
