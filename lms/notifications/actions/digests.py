"""Digests: one mail with what came and what is due, for each who wants one, at their hour. Never two for one day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from lms.core import addresses, mail, outbox
from lms.core.db import db
from lms.core.mail import Letter, Written
from lms.notifications import queries, rules
from lms.notifications.actions.telling import ending_link
from lms.notifications.models import Delivery, TellingHabits
from lms.notifications.queries import Came, Due, Habits, Recipient
from lms.notifications.queries.digest import MOST
from lms.notifications.rules import KINDS, By, DeliveryState, Every, Slot
from lms.notifications.rules.links import DIGEST

BATCH = 250
"""So many digests are written in one transaction: nobody waits long for the write lock."""
AHEAD = {Every.DAY: dt.timedelta(days=2), Every.WEEK: dt.timedelta(days=8)}
"""So far a digest looks ahead: to the next one, and a day more."""


def queue_digests(*, slot: int, now: dt.datetime) -> int:
    """Queue the writing of every digest that falls due, in batches; returns how many people that are."""
    people = queries.overdue(now, 100_000)
    outbox.enqueue_all(
        [
            outbox.Effect(
                kind="digests",
                dedupe_key=f"digests:{slot}:{start}",
                payload={"people": people[start : start + BATCH]},
            )
            for start in range(0, len(people), BATCH)
        ],
        now=now,
    )
    return len(people)


def write_digests(person_ids: Collection[int], *, now: dt.datetime) -> int:
    """Write the digest of each whose hour has come; returns how many mails that made.

    A fixed number of statements. Whoever has nothing due and got nothing is sent nothing; their next one is reckoned
    all the same. Run again it finds nothing to do.
    """
    found = []
    for who, habits in queries.to_write(person_ids):
        slot = rules.due_digest(habits.rhythm, who.zone, last=habits.digest_of, now=now)
        if slot is not None:
            found.append((who, habits, slot))
    dead = addresses.dead([who.email for who, _habits, _slot in found])
    able = [each for each in found if each[0].reachable and each[0].email.lower() not in dead]
    written = _write(able, now)
    _reckon(found, now)
    return written


def _write(able: list[tuple[Recipient, Habits, Slot]], now: dt.datetime) -> int:
    people = [who.person_id for who, _habits, _slot in able]
    if not people:
        return 0
    came = queries.came(people)
    due = queries.due(people, since=now, until=now + max(AHEAD.values()))
    bodies: dict[tuple[object, ...], Written] = {}
    letters: dict[str, tuple[Letter, int]] = {}
    for who, habits, slot in able:
        new = tuple(came.get(who.person_id, ()))
        ahead = tuple(one for one in due.get(who.person_id, ()) if one.at <= now + AHEAD[habits.rhythm.every])
        if new or ahead:
            letter = _letter(who, habits, slot, new, ahead, bodies, now)
            letters[letter.dedupe_key] = (letter, who.person_id)
    mail_ids = mail.post_many([letter for letter, _person in letters.values()], now=now)
    written = {person_id: mail_ids[key] for key, (_letter, person_id) in letters.items() if key in mail_ids}
    _sent(written, came, now)
    return len(written)


def _letter(
    who: Recipient,
    habits: Habits,
    slot: Slot,
    came: tuple[Came, ...],
    due: tuple[Due, ...],
    bodies: dict[tuple[object, ...], Written],
    now: dt.datetime,
) -> Letter:
    """One digest. What says the same to several people is rendered once."""
    every = habits.rhythm.every
    shown = tuple((one.kind, one.title, one.link, one.at) for one in came)
    key = (every, slot.day, who.zone, shown, due)
    subject = _subject(every, len(came), len(due))
    body = bodies.get(key)
    if body is None:
        body = bodies[key] = digest(every, who.zone, came, due, subject=subject, now=now)
    return Letter(
        kind="digest",
        dedupe_key=f"digest:{who.person_id}:{slot.day.isoformat()}",
        to_name=who.name,
        to_address=who.email,
        subject=subject,
        text=body.text,
        html=body.html,
        person_id=who.person_id,
        unsubscribe=ending_link(who, DIGEST, habits),
        thread=f"digest:{who.person_id}",
    )


def _subject(every: Every, came: int, due: int) -> str:
    what = [f"{came} new" if came else "", f"{due} due" if due else ""]
    return f"Your {'day' if every is Every.DAY else 'week'}: {', '.join(part for part in what if part)}"


def digest(
    every: Every,
    zone: str,
    came: tuple[Came, ...],
    due: tuple[Due, ...],
    *,
    subject: str,
    now: dt.datetime,
) -> Written:
    """The mail of a digest."""
    groups: dict[str, list[Came]] = {}
    for one in came[:MOST]:
        groups.setdefault(KINDS[one.kind].title, []).append(one)
    return mail.written(
        "notifications/digest",
        mail=mail.frame(subject, act_label="Open Cadre", act_href=mail.link("/")),
        daily=every is Every.DAY,
        groups=groups,
        more=max(0, len(came) - MOST),
        due=due,
        zone=zone,
        now=now,
        choices_href=mail.link(queries.path("notifications.choices")),
        inbox_href=mail.link(queries.path("notifications.inbox")),
    )


def _sent(mails: dict[int, int], came: dict[int, list[Came]], now: dt.datetime) -> None:
    """What stood in these digests waits no more."""
    rows = [
        {"telling": one.telling_id, "person": person_id, "mail": mail_id}
        for person_id, mail_id in mails.items()
        for one in came.get(person_id, ())
    ]
    if not rows:
        return
    table: Any = Delivery.__table__
    statement = (
        sa.update(table)
        .where(
            table.c.telling_id == sa.bindparam("telling"),
            table.c.person_id == sa.bindparam("person"),
            table.c.channel == By.DIGEST,
            table.c.state == DeliveryState.WAITING,
        )
        .values(state=DeliveryState.SENT, mail_id=sa.bindparam("mail"), at=now)
    )
    db.session.connection().execute(statement, rows)


def _reckon(found: list[tuple[Recipient, Habits, Slot]], now: dt.datetime) -> None:
    """Note of which day everybody's latest digest is, and when the next falls due."""
    rows = []
    for who, habits, slot in found:
        following = rules.next_digest(habits.rhythm, who.zone, last=slot.day, now=now)
        rows.append({"person": who.person_id, "day": slot.day, "next": following.at if following else None})
    if not rows:
        return
    table: Any = TellingHabits.__table__
    statement = (
        sa.update(table)
        .where(table.c.person_id == sa.bindparam("person"))
        .values(digest_of=sa.bindparam("day"), digest_at=sa.bindparam("next", type_=table.c.digest_at.type))
    )
    db.session.connection().execute(statement, rows)
