"""Devices and telephones that people give, and the calls of coordinators to those whom nothing else reached."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core import audit, outbox
from lms.core.db import db, locked
from lms.core.errors import NotFound, Refusal, RuleViolation
from lms.notifications.actions import carrying
from lms.notifications.models import CallNote, CallOutcome, Notice, Phone, PushDevice, Telling
from lms.notifications.rules import gateway, webpush
from lms.people.rules import Actor

MOST_DEVICES = 10


class ReachRefusal(Refusal):
    """Why a device or a number is not taken."""

    NOT_A_DEVICE = "This browser gave an address that no push service has. Nothing was switched on."
    TOO_MANY = "You have ten devices already. Remove one that you do not use any more."
    NOT_A_NUMBER = "Write the number with its country code: +91 98765 43210."
    NOTHING_ALLOWED = "Say what the number is for: calls, text messages, or both. Or remove it."
    NO_TEXTS = "Text messages are not set up here."
    TOO_MANY_CODES = "Four codes were sent today already. Try again tomorrow."
    WRONG_CODE = "That is not the code."
    CODE_OVER = "This code does not hold any more. Have another one sent."
    NOT_TOLD = "This person was not told of it."


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """What a browser gives when it allows messages."""

    endpoint: str
    public_key: str
    secret: str
    name: str


def add_device(given: Subscription, *, actor: Actor, now: dt.datetime) -> PushDevice:
    """Let a device of the actor show messages. The same device given again, by whomever is signed in there, is theirs.

    Raises RuleViolation.
    """
    if not webpush.is_device(given.endpoint, given.public_key, given.secret):
        raise RuleViolation(ReachRefusal.NOT_A_DEVICE)
    known = db.session.scalar(sa.select(PushDevice).where(PushDevice.endpoint == given.endpoint))
    if known is not None:
        known.person_id, known.name = actor.person_id, given.name[:200]
        known.public_key, known.secret, known.added_at = given.public_key, given.secret, now
        db.session.flush()
        return known
    count = sa.select(sa.func.count()).where(PushDevice.person_id == actor.person_id)
    if (db.session.scalar(count) or 0) >= MOST_DEVICES:
        raise RuleViolation(ReachRefusal.TOO_MANY)
    device = PushDevice(
        person_id=actor.person_id,
        name=given.name[:200],
        endpoint=given.endpoint,
        public_key=given.public_key,
        secret=given.secret,
        added_at=now,
    )
    db.session.add(device)
    db.session.flush()
    return device


def remove_device(public_id: str, *, actor: Actor) -> None:
    """Show no more messages on a device of the actor; NotFound when they have no such device."""
    device = db.session.scalar(
        sa.select(PushDevice).where(
            PushDevice.public_id == public_id, PushDevice.person_id == actor.person_id
        )
    )
    if device is None:
        raise NotFound
    db.session.delete(device)


# Telephone ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class NumberWanted:
    """A number and what it is for."""

    number: str
    calls: bool
    texts: bool


def give_number(wanted: NumberWanted, *, actor: Actor, now: dt.datetime) -> Phone:
    """Keep the actor's number and what they agree to; texts begin when they have typed a code that is sent there.

    Raises RuleViolation.
    """
    number = gateway.normal_number(wanted.number)
    if not number:
        raise RuleViolation(ReachRefusal.NOT_A_NUMBER)
    if not (wanted.calls or wanted.texts):
        raise RuleViolation(ReachRefusal.NOTHING_ALLOWED)
    phone: Phone | None = locked(Phone, actor.person_id)
    if phone is None:
        phone = Phone(
            person_id=actor.person_id, number=number, calls=wanted.calls, codes_sent=0, code_tries=0
        )
        db.session.add(phone)
    if phone.number != number:
        phone.confirmed_at, phone.code_hash = None, ""
    phone.number, phone.calls = number, wanted.calls
    if not wanted.texts:
        phone.texts_asked_at = phone.confirmed_at = None
    elif phone.texts_asked_at is None:
        phone.texts_asked_at = now
    db.session.flush()
    if wanted.texts and phone.confirmed_at is None:
        _send_code(phone, now)
    _record(actor, "notifications.give_number", after={"calls": wanted.calls, "texts": wanted.texts})
    return phone


def _send_code(phone: Phone, now: dt.datetime) -> None:
    if not carrying.sends_texts():
        raise RuleViolation(ReachRefusal.NO_TEXTS)
    if phone.codes_since is None or now - phone.codes_since > dt.timedelta(days=1):
        phone.codes_since, phone.codes_sent = now, 0
    if phone.codes_sent >= gateway.CODES_A_DAY:
        raise RuleViolation(ReachRefusal.TOO_MANY_CODES)
    code = f"{secrets.randbelow(1_000_000):06}"
    phone.code_hash = _hash(phone.person_id, code)
    phone.code_until, phone.code_tries = now + gateway.CODE_HOLDS, 0
    phone.codes_sent += 1
    db.session.flush()
    outbox.enqueue(
        outbox.Effect(
            kind="phone code",
            dedupe_key=f"phone code:{phone.person_id}:{now.isoformat()}",
            payload={"to": phone.number, "code": code, "key": secrets.token_hex(8)},
        ),
        now=now,
    )


def _hash(person_id: int, code: str) -> str:
    return hashlib.sha256(f"{person_id}:{code}".encode()).hexdigest()


def confirm_number(code: str, *, actor: Actor, now: dt.datetime) -> ReachRefusal | None:
    """Compare the code that the actor typed; a wrong one is counted, and after five the code is over.

    Returns why not, so that the count is kept.
    """
    phone: Phone | None = locked(Phone, actor.person_id)
    if phone is None or not phone.code_hash or phone.code_until is None or phone.code_until < now:
        return ReachRefusal.CODE_OVER
    if not hmac.compare_digest(phone.code_hash, _hash(actor.person_id, code.strip())):
        phone.code_tries += 1
        if phone.code_tries >= gateway.CODE_TRIES:
            phone.code_hash = ""
        db.session.flush()
        return ReachRefusal.WRONG_CODE
    phone.confirmed_at, phone.code_hash = now, ""
    db.session.flush()
    _record(actor, "notifications.confirm_number")
    return None


def remove_number(*, actor: Actor) -> None:
    """Forget the actor's number."""
    db.session.execute(sa.delete(Phone).where(Phone.person_id == actor.person_id))
    _record(actor, "notifications.remove_number")


def _record(actor: Actor, action: str, **more: object) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="person",
            subject_id=actor.person_id,
            **more,  # type: ignore[arg-type]
        )
    )


# Calls --------------------------------------------------------------------------------------------------------------


def note_call(
    telling_id: int,
    person_id: int,
    outcome: CallOutcome,
    note: str,
    *,
    actor: Actor,
    now: dt.datetime,
) -> CallNote:
    """Note how a call went to somebody who was told of an event and not reached.

    Raises RuleViolation when they were not told of it.
    """
    telling = db.session.get(Telling, telling_id)
    if telling is None:
        raise NotFound
    told = sa.select(Notice.id).where(Notice.telling_id == telling_id, Notice.person_id == person_id)
    if db.session.scalar(told) is None:
        raise RuleViolation(ReachRefusal.NOT_TOLD)
    made = CallNote(
        telling_id=telling_id,
        person_id=person_id,
        by_id=actor.person_id,
        at=now,
        outcome=outcome,
        note=" ".join(note.split())[:300],
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="notifications.call",
            subject="telling",
            subject_id=telling_id,
            cohort_id=telling.cohort_id,
            after={"person_id": person_id, "outcome": outcome.value},
            reason=made.note,
        )
    )
    return made
