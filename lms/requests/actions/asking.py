"""Asking: a learner says what they need; owner and promise follow at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.core import events, ids
from lms.core.db import db, locked
from lms.core.errors import RuleViolation
from lms.enrolment.models import Place
from lms.enrolment.queries import MyPlace
from lms.people.models import Person
from lms.people.rules import Actor, Role
from lms.requests import ports, queries, rules
from lms.requests.actions.story import Upload, documents, keep_files, refuse_words, taken, tell
from lms.requests.events import RequestAsked, RequestWithdrawn
from lms.requests.models import Request, RequestState
from lms.requests.ports import Ask, Kind, Offer, Wanted
from lms.requests.rules import RUNNING, EntryKind, RequestRefusal

ABOVE = frozenset({Role.DIRECTOR})
"""Who owns what nobody else may."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a learner asks for."""

    kind: str
    about: str = ""
    words: str = ""
    wanted: Wanted = field(default_factory=Wanted)
    against: str = ""
    """Public id of the person it is about, in a complaint."""
    key: str = ""
    """The form's idempotency key: sent twice, it is asked once. It becomes the request's public id."""
    uploads: Sequence[Upload] = ()


def ask(me: MyPlace, asked: Asked, *, actor: Actor, now: dt.datetime) -> Request:
    """Ask for something. Raises RuleViolation when it cannot be asked, or is not complete."""
    kind = ports.kind(asked.kind)
    if kind is None:
        raise RuleViolation(RequestRefusal.UNKNOWN_KIND)
    locked(Place, me.place_id)
    known = _known(asked.key, me)
    if known is not None:
        return known
    if kind.subject and not asked.about:
        raise RuleViolation(RequestRefusal.NO_SUBJECT)
    offer = queries.offer(kind, me, asked.about, now)
    if offer.why_not:
        raise RuleViolation(RequestRefusal.CANNOT, why=offer.why_not)
    _refuse(kind, asked, offer)
    if not kind.repeated and _running(me, kind.key, asked.about):
        raise RuleViolation(RequestRefusal.ASKED_ALREADY)
    against = _against(kind, asked.against, me, now)
    row = Request(
        public_id=_free(asked.key),
        cohort_id=me.cohort.id,
        place_id=me.place_id,
        kind=kind.key,
        about=asked.about,
        title=offer.title[:200],
        facts=documents(offer.facts),
        wanted=_document(asked.wanted, offer),
        against_id=against,
        owner_id=_owner(kind, me, asked.about, against, now),
        state=RequestState.OPEN,
        asked_at=now,
        promised_at=queries.promise(me.cohort, kind, now),
        promise_began_at=now,
    )
    db.session.add(row)
    db.session.flush()
    entry = tell(row, EntryKind.ASKED, actor=actor, now=now, text=asked.words.strip())
    keep_files(row, entry, asked.uploads, actor=actor, now=now)
    events.record(RequestAsked(request_id=row.id, at=now))
    return row


def withdraw(request_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Take one's request back. Raises RuleViolation when it was decided meanwhile."""
    row = taken(request_id)
    row.state, row.waiting_since = RequestState.WITHDRAWN, None
    row.decided_at = now
    tell(row, EntryKind.WITHDRAWN, actor=actor, now=now)
    events.record(RequestWithdrawn(request_id=row.id, at=now))


def _known(key: str, me: MyPlace) -> Request | None:
    """The request that this very form made already."""
    if not key:
        return None
    return db.session.scalar(
        sa.select(Request).where(Request.public_id == key, Request.place_id == me.place_id)
    )


def _free(key: str) -> str:
    """The form's key as a public id, when it is one and nobody has it."""
    fits = len(key) == ids.LENGTH and set(key) <= set(ids.ALPHABET)
    if not fits or db.session.scalar(sa.select(Request.id).where(Request.public_id == key)) is not None:
        return ids.public_id()
    return key


def _refuse(kind: Kind, asked: Asked, offer: Offer) -> None:
    refuse_words(asked.words, needed=kind.words_needed)
    wanted = asked.wanted
    if Ask.UNTIL in kind.asks and wanted.until is None:
        raise RuleViolation(RequestRefusal.NO_UNTIL)
    if Ask.DAYS in kind.asks:
        if wanted.from_on is None:
            raise RuleViolation(RequestRefusal.NO_DAYS)
        if wanted.back_on is not None and wanted.back_on < wanted.from_on:
            raise RuleViolation(RequestRefusal.DAYS_ORDER)
    if Ask.TICK in kind.asks and not wanted.tick:
        raise RuleViolation(RequestRefusal.NO_TICK)
    if Ask.CHOICE in kind.asks and wanted.choice not in dict(offer.choices):
        raise RuleViolation(RequestRefusal.NO_CHOICE)


def _running(me: MyPlace, kind: str, about: str) -> bool:
    found = db.session.scalar(
        sa.select(Request.id)
        .where(
            Request.place_id == me.place_id,
            Request.kind == kind,
            Request.about == about,
            Request.state.in_(RUNNING),
        )
        .limit(1)
    )
    return found is not None


def _document(wanted: Wanted, offer: Offer) -> dict[str, Any]:
    found = {
        "until": wanted.until.isoformat() if wanted.until else None,
        "from_on": wanted.from_on.isoformat() if wanted.from_on else None,
        "back_on": wanted.back_on.isoformat() if wanted.back_on else None,
        "choice": wanted.choice,
        "choice_words": dict(offer.choices).get(wanted.choice, ""),
        "line": " ".join(wanted.line.split()),
        "tick": wanted.tick,
    }
    return {name: value for name, value in found.items() if value}


def _against(kind: Kind, public_id: str, me: MyPlace, now: dt.datetime) -> int | None:
    if Ask.PERSON not in kind.asks or not public_id:
        return None
    found = db.session.scalar(sa.select(Person.id).where(Person.public_id == public_id))
    staff = {one.person_id for one in queries.candidates(me.cohort.id, queries.STAFF_OF_COHORT, now)}
    if found is None or found not in staff:
        raise RuleViolation(RequestRefusal.NOT_SOMEBODY)
    return found


def _owner(kind: Kind, me: MyPlace, about: str, against: int | None, now: dt.datetime) -> int | None:
    """Who gets it first: whom the kind names, else a coordinator; what they are excluded from goes to a director."""
    able = [
        one
        for one in queries.candidates(me.cohort.id, kind.owners | ABOVE, now)
        if one.person_id != me.person_id
    ]
    named = kind.first(queries.asking_of(me, about, now)) if kind.first else None
    if named is not None and named != against and named in {one.person_id for one in able}:
        return named
    chosen = rules.first_owner([one for one in able if one.coordinates], against) or rules.first_owner(
        able, against
    )
    return chosen.person_id if chosen else None
