"""Telling people: one notice each, never twice for one event, and the channels that each of them wants. In bulk."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.core import addresses, events, ids, mail
from lms.core.db import db, insert_ignoring, insert_new
from lms.core.mail import Letter, Written
from lms.notifications import queries, rules
from lms.notifications.actions import carrying
from lms.notifications.actions.carrying import Going
from lms.notifications.models import Delivery, Notice, Telling
from lms.notifications.queries import Recipient
from lms.notifications.rules import KINDS, By, DeliveryState, Ending, NoticeKind, Ways

LONGEST_TITLE = 200


@dataclass(frozen=True, kw_only=True)
class Message:
    """What people are told. One value may go to many: its mail is then rendered once."""

    kind: NoticeKind
    key: str
    """The event it comes from, and its recipient's part is added: the same event tells nobody twice."""
    title: str
    text: str
    link: str
    cohort_id: int | None = None
    act: str = "Open it in Cadre"
    """The words of the one act in the mail."""
    template: str = "plain"
    """templates/mail/notifications/<template>."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What the template shows besides title and text."""
    by_mail: bool = True
    urgent: bool = False
    """It asks for an act within hours: a session cancelled or moved at short notice, a round that closes."""
    thread: str = ""
    """What its mails hang together by: a room, a cohort's dates."""


Told = tuple[Recipient, Message]


@dataclass(frozen=True)
class _ToBeTold:
    """Messages that wait for the end of the unit of work; `stack`: only its latest is to stand unread."""

    messages: Sequence[Told]
    stack: str
    now: dt.datetime


_gathered: ContextVar[bool] = ContextVar("gathered_tellings", default=False)


_told_since: ContextVar[dt.datetime | None] = ContextVar("told_since", default=None)


@contextmanager
def told_since(instant: dt.datetime) -> Iterator[None]:
    """Inside, nobody is told of what happened before: for a past that is written down long after it."""
    token = _told_since.set(instant)
    try:
        yield
    finally:
        _told_since.reset(token)


def _long_past(now: dt.datetime) -> bool:
    since = _told_since.get()
    return since is not None and now < since


@contextmanager
def gathering() -> Iterator[None]:
    """Inside, a unit of work tells everybody together at its end: for those who do a great deal in one."""
    token = _gathered.set(True)
    try:
        yield
    finally:
        _gathered.reset(token)


@events.together(_ToBeTold)
def _tell_gathered(waiting: list[_ToBeTold]) -> None:
    by_instant: dict[dt.datetime, list[Told]] = defaultdict(list)
    stacks: dict[tuple[Recipient, str, NoticeKind], list[_ToBeTold]] = defaultdict(list)
    for each in waiting:
        if each.stack:
            ((who, message),) = each.messages
            stacks[who, each.stack, message.kind].append(each)
        else:
            by_instant[each.now].extend(each.messages)
    token = _gathered.set(False)
    try:
        for now, messages in by_instant.items():
            tell(messages, now=now)
        for (_who, stack, _kind), stacked in stacks.items():
            for each in (stacked[0], stacked[-1]) if len(stacked) > 1 else stacked:
                ((who, message),) = each.messages
                tell_latest(who, message, stack=stack, now=each.now)
    finally:
        _gathered.reset(token)


def tell(messages: Sequence[Told], *, now: dt.datetime) -> None:
    """Tell each person their message.

    A fixed number of statements for each few hundred: the events, the notices, the choices, and for each channel that
    somebody uses what it needs.
    """
    if not messages or _long_past(now):
        return
    if _gathered.get():
        events.record(_ToBeTold(messages, "", now))
        return
    tellings = _tellings(messages, now)
    insert_ignoring(
        Notice.__table__, [_row(who, message, tellings[_event(message)], now) for who, message in messages]
    )
    going = _going(messages, tellings)
    _by_mail(going, now)
    carrying.carry(going, now=now)


def tell_all(people: Sequence[Recipient], message: Message, *, now: dt.datetime) -> None:
    """Tell many people the same."""
    tell([(who, message) for who in people], now=now)


def _tellings(messages: Sequence[Told], now: dt.datetime) -> dict[str, int]:
    """The events, written down once: key → id."""
    first: dict[str, Message] = {}
    urgent: set[str] = set()
    for _who, message in messages:
        first.setdefault(_event(message), message)
        if message.urgent:
            urgent.add(_event(message))
    new = insert_new(
        Telling.__table__,
        [
            {
                "public_id": ids.public_id(),
                "key": key,
                "cohort_id": message.cohort_id,
                "kind": message.kind,
                "title": rules.cut(message.title, LONGEST_TITLE),
                "urgent": key in urgent,
                "at": now,
            }
            for key, message in first.items()
        ],
        returning=("key", "id"),
    )
    found = {row.key: row.id for row in new}
    known = first.keys() - found.keys()
    return found | queries.tellings_by_key(known) if known else found


def _row(who: Recipient, message: Message, telling_id: int, now: dt.datetime) -> dict[str, Any]:
    return {
        "public_id": ids.public_id(),
        "person_id": who.person_id,
        "cohort_id": message.cohort_id,
        "telling_id": telling_id,
        "kind": message.kind,
        "title": rules.cut(message.title, LONGEST_TITLE),
        "text": message.text,
        "link": message.link,
        "dedupe_key": _key(who, message),
        "urgent": message.urgent,
        "at": now,
        "read_at": None,
    }


def _event(message: Message) -> str:
    return queries.event_key(message.cohort_id, message.key)


def _key(who: Recipient, message: Message) -> str:
    return f"{message.key}:{who.person_id}"


def _going(messages: Sequence[Told], tellings: dict[str, int]) -> list[Going]:
    """How each is told besides in the application, by their choices, their leave, and whether they can be."""
    people = sorted({who.person_id for who, _message in messages if not who.suspended})
    chosen, habits = queries.chosen(people), queries.habits_of(people)
    away = {
        (cohort_id, person_id)
        for cohort_id, those in _nudged(messages).items()
        for person_id in queries.on_leave(cohort_id, those)
    }
    found = []
    for who, message in messages:
        mine, way = habits.get(who.person_id), Ways()
        if not who.suspended:
            way = rules.ways(
                message.kind,
                chosen.get((who.person_id, message.kind), {}),
                urgent=message.urgent,
                has_digest=mine is not None and mine.rhythm.every is not rules.Every.NEVER,
                on_leave=(message.cohort_id, who.person_id) in away,
                by_mail=message.by_mail and bool(who.email),
            )
        found.append(Going(who, message, tellings[_event(message)], way, mine))
    return found


def _nudged(messages: Sequence[Told]) -> dict[int, list[int]]:
    """The people to whom something goes that a leave would suppress, by cohort."""
    found: dict[int, list[int]] = {}
    for who, message in messages:
        if message.kind in rules.NUDGES and message.cohort_id is not None:
            found.setdefault(message.cohort_id, []).append(who.person_id)
    return found


# Mail ---------------------------------------------------------------------------------------------------------------


def _by_mail(going: Sequence[Going], now: dt.datetime) -> None:
    """Write the mails, each for its hour, and note what waits for a digest and what cannot be delivered."""
    mailed = [one for one in going if one.ways.mail]
    dead = addresses.dead([one.who.email for one in mailed]) if mailed else frozenset()
    alive = [one for one in mailed if one.who.email.lower() not in dead]
    bodies: dict[int, Written] = {}
    letters: dict[str, Going] = {}
    written_letters = []
    for one in alive:
        body = bodies.get(id(one.message))
        if body is None:
            body = bodies[id(one.message)] = written(one.message)
        letter = _letter(one, body, now)
        letters[letter.dedupe_key] = one
        written_letters.append(letter)
    mail_ids = mail.post_many(written_letters, now=now)
    rows = [
        carrying.delivery(one, By.MAIL, DeliveryState.QUEUED, now, mail_id=mail_ids.get(key))
        for key, one in letters.items()
    ]
    rows += [
        carrying.delivery(one, By.MAIL, DeliveryState.BOUNCED, now, why="mail to this address comes back")
        for one in mailed
        if one.who.email.lower() in dead
    ]
    rows += [
        carrying.delivery(one, By.DIGEST, DeliveryState.WAITING, now) for one in going if one.ways.digest
    ]
    insert_ignoring(Delivery.__table__, rows)


def written(message: Message) -> Written:
    """The mail of a message."""
    locked = KINDS[message.kind].locked
    frame = mail.frame(
        rules.cut(message.title, LONGEST_TITLE),
        act_label=message.act,
        act_href=mail.link(message.link),
        reason=f"Mails of this kind cannot be switched off: {locked[0].lower()}{locked[1:]}"
        if locked
        else "",
    )
    return mail.written(
        f"notifications/{message.template}",
        mail=frame,
        message=message,
        choices_href=mail.link(queries.path("notifications.choices")),
        **message.facts,
    )


def _letter(one: Going, body: Written, now: dt.datetime) -> Letter:
    who, message = one.who, one.message
    return Letter(
        kind=f"notice.{message.kind.value}",
        dedupe_key=f"notice:{_key(who, message)}",
        to_name=who.name,
        to_address=who.email,
        subject=rules.cut(message.title, LONGEST_TITLE),
        text=body.text,
        html=body.html,
        person_id=who.person_id,
        send_at=one.waits_until(now),
        unsubscribe="" if KINDS[message.kind].locked else ending_link(who, message.kind.value, one.habits),
        thread=message.thread,
    )


def ending_link(who: Recipient, what: str, habits: queries.Habits | None) -> str:
    """Where one click ends mails of a kind, or the digest."""
    ending = Ending(who.public_id, what, habits.links if habits else 0)
    token = carrying.signed_ending(ending)
    return mail.link(queries.path("notifications.unsubscribe", token=token))


# What was told already ----------------------------------------------------------------------------------------------


def tell_latest(who: Recipient, message: Message, *, stack: str, now: dt.datetime) -> None:
    """Tell somebody, but keep at most one unread notice of a stack: a later one takes the place of the unread one.

    `message.key` begins with the stack's name. A mail goes out only with the first.
    """
    if _long_past(now):
        return
    if _gathered.get():
        events.record(_ToBeTold([(who, message)], stack, now))
        return
    unread = db.session.scalar(
        sa.select(Notice)
        .where(
            Notice.person_id == who.person_id,
            Notice.kind == message.kind,
            Notice.read_at.is_(None),
            Notice.dedupe_key.startswith(f"{stack}:", autoescape=True),
        )
        .order_by(Notice.id.desc())
        .limit(1)
    )
    if unread is None:
        tell([(who, message)], now=now)
        return
    unread.title, unread.text = rules.cut(message.title, LONGEST_TITLE), message.text
    unread.link, unread.at = message.link, now
    db.session.flush()


def take_back(key: str, *, title: str, text: str) -> None:
    """Replace the words of every notice of an event: what they said holds no more.

    What waits for a digest leaves it.
    """
    db.session.execute(
        sa.update(Notice)
        .where(Notice.dedupe_key.startswith(f"{key}:", autoescape=True))
        .values(title=rules.cut(title, LONGEST_TITLE), text=text)
    )
    told = sa.select(Telling.id).where(Telling.key.endswith(f"/{key}", autoescape=True))
    db.session.execute(
        sa.delete(Delivery).where(
            Delivery.telling_id.in_(told),
            Delivery.channel == By.DIGEST,
            Delivery.state == DeliveryState.WAITING,
        )
    )
