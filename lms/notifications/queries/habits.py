"""What people chose: kinds and channels, digest, quiet hours, devices, telephones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.core.db import db, read
from lms.notifications.models import NoticeChoice, Phone, PushDevice, TellingHabits
from lms.notifications.rules import Channel, Ending, How, NoticeKind, Quiet, Rhythm
from lms.people.models import Person

CHUNK = 500

Chosen = dict[tuple[int, NoticeKind], dict[Channel, How]]
"""(person, kind) → channel → what they chose, where they chose."""


_SOME = sa.bindparam("some", type_=sa.Integer, expanding=True)
_CHOSEN = sa.select(NoticeChoice.person_id, NoticeChoice.kind, NoticeChoice.channel, NoticeChoice.how).where(
    NoticeChoice.person_id.in_(_SOME)
)
_HABITS = sa.select(TellingHabits).where(TellingHabits.person_id.in_(_SOME))


def chosen(person_ids: Collection[int]) -> Chosen:
    """What these people chose. One statement for each few hundred."""
    found: Chosen = {}
    wanted = sorted(set(person_ids))
    for start in range(0, len(wanted), CHUNK):
        rows = read(_CHOSEN, {"some": wanted[start : start + CHUNK]})
        for row in rows:
            found.setdefault((row.person_id, row.kind), {})[row.channel] = row.how
    return found


@dataclass(frozen=True, slots=True)
class Habits:
    """When somebody is told, on their own clock."""

    rhythm: Rhythm
    quiet: Quiet | None
    links: int
    digest_of: dt.date | None
    digest_at: dt.datetime | None


def habits_of(person_ids: Collection[int]) -> dict[int, Habits]:
    """The habits of these people, where they have any. One statement for each few hundred."""
    found: dict[int, Habits] = {}
    wanted = sorted(set(person_ids))
    for start in range(0, len(wanted), CHUNK):
        rows = db.session.scalars(_HABITS, {"some": wanted[start : start + CHUNK]})
        found |= {row.person_id: shown(row) for row in rows}
    return found


def shown(row: TellingHabits) -> Habits:
    """A row as everybody reads it."""
    quiet = None
    if row.quiet_begins is not None and row.quiet_ends is not None:
        quiet = Quiet(row.quiet_begins, row.quiet_ends)
    return Habits(
        rhythm=Rhythm(row.digest_every, row.digest_hour, row.digest_weekday),
        quiet=quiet,
        links=row.links,
        digest_of=row.digest_of,
        digest_at=row.digest_at,
    )


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a link in a mail is of."""

    person_id: int
    zone: str
    how: How | None
    """What they chose for its kind; None: nothing, or it is of the digest."""
    digest: bool
    """Whether a digest comes at present."""


def holder_of(ending: Ending) -> Holder | None:
    """Whom a link is of, while it holds; two statements."""
    row = db.session.execute(
        sa.select(Person.id, Person.zone, TellingHabits.links, TellingHabits.digest_at)
        .outerjoin(TellingHabits, TellingHabits.person_id == Person.id)
        .where(Person.public_id == ending.person)
    ).one_or_none()
    if row is None or (row.links or 0) != ending.links:
        return None
    kinds = {kind.value: kind for kind in NoticeKind}
    kind = kinds.get(ending.what)
    how = chosen([row.id]).get((row.id, kind), {}).get(Channel.MAIL) if kind else None
    return Holder(row.id, row.zone, how, row.digest_at is not None)


# Devices and telephones ---------------------------------------------------------------------------------------------


def with_devices(person_ids: Collection[int]) -> frozenset[int]:
    """Who of these has a device that listens."""
    return _among(sa.select(PushDevice.person_id).distinct(), PushDevice.person_id, person_ids)


def with_confirmed_phones(person_ids: Collection[int]) -> frozenset[int]:
    """Who of these agreed to text messages and confirmed their number."""
    texts = sa.select(Phone.person_id).where(
        Phone.texts_asked_at.is_not(None), Phone.confirmed_at.is_not(None)
    )
    return _among(texts, Phone.person_id, person_ids)


def _among(statement: sa.Select[Any], column: Any, person_ids: Collection[int]) -> frozenset[int]:
    wanted, found = sorted(set(person_ids)), set[int]()
    for start in range(0, len(wanted), CHUNK):
        part = statement.where(column.in_(wanted[start : start + CHUNK]))
        found |= set(db.session.scalars(part))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Device:
    """A device in its owner's list."""

    id: int
    public_id: str
    person_id: int
    name: str
    endpoint: str
    public_key: str
    secret: str
    added_at: dt.datetime
    heard_at: dt.datetime | None


def devices_of(person_id: int) -> list[Device]:
    """The devices of a person, the first that was added first."""
    rows = db.session.execute(
        sa.select(
            PushDevice.id,
            PushDevice.public_id,
            PushDevice.person_id,
            PushDevice.name,
            PushDevice.endpoint,
            PushDevice.public_key,
            PushDevice.secret,
            PushDevice.added_at,
            PushDevice.heard_at,
        )
        .where(PushDevice.person_id == person_id)
        .order_by(PushDevice.id)
    )
    return [Device(*row) for row in rows]


def phone_of(person_id: int) -> Phone | None:
    """The telephone of a person, or None."""
    return db.session.get(Phone, person_id)
