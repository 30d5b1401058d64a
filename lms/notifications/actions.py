"""Telling people: one notice each, never twice for one event, and a mail to those who want one. In bulk, always."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.core import ids, mail
from lms.core.db import db, insert_ignoring
from lms.core.mail import Letter, Written
from lms.notifications import queries, rules
from lms.notifications.models import Channel, Notice, NoticeChoice
from lms.notifications.queries import Recipient
from lms.notifications.rules import KINDS, NoticeKind
from lms.people.rules import Actor

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


def tell(messages: Sequence[tuple[Recipient, Message]], *, now: dt.datetime) -> None:
    """Tell each person their message.

    A fixed number of statements for each few hundred: the notices, the choices, the mails.
    """
    if not messages:
        return
    insert_ignoring(Notice.__table__, [_row(who, message, now) for who, message in messages])
    wanted = _by_mail(messages)
    bodies: dict[int, Written] = {}
    letters = []
    for who, message in wanted:
        body = bodies.get(id(message))
        if body is None:
            body = bodies[id(message)] = written(message)
        letters.append(_letter(who, message, body))
    mail.post_many(letters, now=now)


def tell_all(people: Sequence[Recipient], message: Message, *, now: dt.datetime) -> None:
    """Tell many people the same."""
    tell([(who, message) for who in people], now=now)


def _row(who: Recipient, message: Message, now: dt.datetime) -> dict[str, Any]:
    return {
        "public_id": ids.public_id(),
        "person_id": who.person_id,
        "cohort_id": message.cohort_id,
        "kind": message.kind,
        "title": rules.cut(message.title, LONGEST_TITLE),
        "text": message.text,
        "link": message.link,
        "dedupe_key": _key(who, message),
        "at": now,
        "read_at": None,
    }


def _key(who: Recipient, message: Message) -> str:
    return f"{message.key}:{who.person_id}"


def _by_mail(messages: Sequence[tuple[Recipient, Message]]) -> list[tuple[Recipient, Message]]:
    asked = [(who, message) for who, message in messages if message.by_mail and who.reachable]
    if not asked:
        return []
    chosen = queries.choices([who.person_id for who, _message in asked])
    away = {
        (cohort_id, person_id)
        for cohort_id, people in _quiet(asked).items()
        for person_id in queries.on_leave(cohort_id, people)
    }
    return [
        (who, message)
        for who, message in asked
        if rules.wants_mail(
            message.kind,
            choice=chosen.get((who.person_id, message.kind)),
            on_leave=(message.cohort_id, who.person_id) in away,
        )
    ]


def _quiet(messages: Sequence[tuple[Recipient, Message]]) -> dict[int, list[int]]:
    """The people to whom something goes that a leave would suppress, by cohort."""
    found: dict[int, list[int]] = {}
    for who, message in messages:
        if message.kind in rules.NUDGES and message.cohort_id is not None:
            found.setdefault(message.cohort_id, []).append(who.person_id)
    return found


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


def _letter(who: Recipient, message: Message, body: Written) -> Letter:
    return Letter(
        kind=f"notice.{message.kind.value}",
        dedupe_key=f"notice:{_key(who, message)}",
        to_name=who.name,
        to_address=who.email,
        subject=rules.cut(message.title, LONGEST_TITLE),
        text=body.text,
        html=body.html,
        person_id=who.person_id,
    )


def tell_latest(who: Recipient, message: Message, *, stack: str, now: dt.datetime) -> None:
    """Tell somebody, but keep at most one unread notice of a stack: a later one takes the place of the unread one.

    `message.key` begins with the stack's name. A mail goes out only with the first.
    """
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
    """Replace the words of every notice of an event: what they said holds no more."""
    db.session.execute(
        sa.update(Notice)
        .where(Notice.dedupe_key.startswith(f"{key}:", autoescape=True))
        .values(title=rules.cut(title, LONGEST_TITLE), text=text)
    )


def mark_read(public_id: str, *, actor: Actor, now: dt.datetime) -> None:
    """Note that somebody has read one of their notices."""
    db.session.execute(
        sa.update(Notice)
        .where(Notice.public_id == public_id, Notice.person_id == actor.person_id, Notice.read_at.is_(None))
        .values(read_at=now)
    )


def mark_all_read(*, actor: Actor, upto: int | None, now: dt.datetime) -> int:
    """Note that somebody has read all notices that they were shown; returns how many were new."""
    statement = sa.update(Notice).where(Notice.person_id == actor.person_id, Notice.read_at.is_(None))
    if upto is not None:
        statement = statement.where(Notice.id <= upto)
    result = db.session.execute(statement.values(read_at=now))
    return int(result.rowcount)  # type: ignore[attr-defined]


def choose(wanted: Collection[NoticeKind], *, actor: Actor) -> None:
    """Keep which kinds somebody wants by mail; what cannot be switched off is not kept."""
    db.session.execute(
        sa.delete(NoticeChoice).where(
            NoticeChoice.person_id == actor.person_id, NoticeChoice.channel == Channel.MAIL
        )
    )
    rows = [
        {"person_id": actor.person_id, "kind": kind, "channel": Channel.MAIL, "wanted": kind in wanted}
        for kind, words in KINDS.items()
        if not words.locked and kind not in wanted
    ]
    if rows:
        db.session.execute(sa.insert(NoticeChoice), rows)
