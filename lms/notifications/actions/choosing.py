"""What people choose: kinds and channels, their digest, their quiet hours, and the one click that ends mails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core import addresses
from lms.core.db import db, locked, upsert
from lms.core.errors import NotFound
from lms.notifications import queries, rules
from lms.notifications.models import NoticeChoice, TellingHabits
from lms.notifications.rules import KINDS, OFFERED, Channel, Ending, Every, How, NoticeKind, Quiet, Rhythm
from lms.notifications.rules.links import DIGEST
from lms.people.models import Person
from lms.people.rules import Actor

Choices = Mapping[tuple[NoticeKind, Channel], How]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How somebody wants to be told."""

    choices: Choices
    rhythm: Rhythm
    quiet: Quiet | None


def choose(wanted: Wanted, *, actor: Actor, now: dt.datetime) -> None:
    """Keep how the actor wants to be told; what cannot be switched off, and what holds anyway, is not kept."""
    for channel in Channel:
        kinds = [kind for kind, of in wanted.choices if of is channel]
        db.session.execute(
            sa.delete(NoticeChoice).where(
                NoticeChoice.person_id == actor.person_id,
                NoticeChoice.channel == channel,
                NoticeChoice.kind.in_(kinds),
            )
        )
    rows = [
        {"person_id": actor.person_id, "kind": kind, "channel": channel, "how": how}
        for (kind, channel), how in wanted.choices.items()
        if how in OFFERED[channel][1:] and not (channel is Channel.MAIL and KINDS[kind].locked)
    ]
    if rows:
        db.session.execute(sa.insert(NoticeChoice), rows)
    habits = _habits(actor.person_id)
    habits.digest_every = wanted.rhythm.every
    habits.digest_hour, habits.digest_weekday = wanted.rhythm.hour, wanted.rhythm.weekday
    habits.quiet_begins = wanted.quiet.begins if wanted.quiet else None
    habits.quiet_ends = wanted.quiet.ends if wanted.quiet else None
    _reckon(habits, actor.zone, now)


def _habits(person_id: int) -> TellingHabits:
    known: TellingHabits | None = locked(TellingHabits, person_id)
    if known is None:
        known = TellingHabits(
            person_id=person_id, digest_every=Every.NEVER, digest_hour=7, digest_weekday=0, links=0
        )
        db.session.add(known)
        db.session.flush()
    return known


def _reckon(habits: TellingHabits, zone: str, now: dt.datetime) -> None:
    rhythm = Rhythm(habits.digest_every, habits.digest_hour, habits.digest_weekday)
    slot = rules.next_digest(rhythm, zone, last=habits.digest_of, now=now)
    habits.digest_at = slot.at if slot else None
    db.session.flush()


def reckon_again(person_id: int, *, now: dt.datetime) -> None:
    """Somebody lives in another zone from now on: their digest falls due at the same hour of the other clock."""
    habits: TellingHabits | None = locked(TellingHabits, person_id)
    if habits is not None:
        _reckon(habits, db.session.get_one(Person, person_id).zone, now)


# One click ----------------------------------------------------------------------------------------------------------


def end_mails(ending: Ending, *, again: bool = False, now: dt.datetime) -> None:
    """Switch a kind of mails, or the digest, off for whom a link is of; `again` takes that back.

    Raises NotFound when nobody is called so or the link was made void.
    """
    found = queries.holder_of(ending)
    if found is None:
        raise NotFound
    if ending.what == DIGEST:
        habits = _habits(found.person_id)
        habits.digest_every = Every.DAY if again else Every.NEVER
        _reckon(habits, found.zone, now)
        return
    kind = NoticeKind(ending.what)
    if KINDS[kind].locked:
        raise NotFound
    if again:
        db.session.execute(
            sa.delete(NoticeChoice).where(
                NoticeChoice.person_id == found.person_id,
                NoticeChoice.kind == kind,
                NoticeChoice.channel == Channel.MAIL,
            )
        )
        return
    row = {"person_id": found.person_id, "kind": kind, "channel": Channel.MAIL, "how": How.OFF}
    upsert(NoticeChoice.__table__, [row], keys=("person_id", "kind", "channel"))


def void_links(*, actor: Actor) -> None:
    """Make every link in the actor's earlier mails void."""
    _habits(actor.person_id).links += 1
    db.session.flush()


def confirm_address(*, actor: Actor, now: dt.datetime) -> None:
    """The actor says that mail arrives at their address: it is sent there again."""
    person = db.session.get_one(Person, actor.person_id)
    addresses.confirm(person.email or "", now=now)
