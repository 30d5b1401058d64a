"""What administrators do to an account: suspend, reactivate, sign out, unlock, correct the address."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa

from lms.core import audit, events, outbox
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.people import queries
from lms.people.actions import second_factor
from lms.people.actions.accounts import Notice, forget_failures, revoke_sign_ins, tell
from lms.people.actions.grants import lock_administrators
from lms.people.actions.invitations import revoke_invitations
from lms.people.events import PeopleRenamed, PersonReactivated, PersonSuspended
from lms.people.models import Person, User
from lms.people.rules import (
    Actor,
    EmailRefusal,
    GrantRefusal,
    Role,
    clean,
    email_key,
    normal_email,
    second_factor_key,
    why_not_email,
    why_not_manage,
)


def suspend(person_id: int, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Close an account: its owner is out at the next request and cannot sign in."""
    lock_administrators()
    user = _account(person_id, actor=actor, now=now, reason=reason)
    is_administrator = Role.ADMINISTRATOR in queries.institution_roles_of(person_id, now)
    if is_administrator and queries.administrators_able_to_sign_in(now, besides=person_id) < 1:
        raise RuleViolation(GrantRefusal.LAST_ADMINISTRATOR)
    if not user.active:
        return
    user.active = False
    db.session.flush()
    revoke_sign_ins(user.id, now=now)
    _record(actor, person_id, "people.suspend", reason)
    events.record(PersonSuspended(person_id))


def reactivate(person_id: int, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Open a suspended account again; its owner signs in anew."""
    user = _account(person_id, actor=actor, now=now, reason=reason)
    if user.active:
        return
    user.active = True
    db.session.flush()
    _record(actor, person_id, "people.reactivate", reason)
    events.record(PersonReactivated(person_id))


def sign_out_everywhere(person_id: int, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """End all sign-ins of a person."""
    user = _account(person_id, actor=actor, now=now, reason=reason)
    user.fs_uniquifier = secrets.token_hex(32)
    db.session.flush()
    revoke_sign_ins(user.id, now=now)
    _record(actor, person_id, "people.sign_out_everywhere", reason)


def unlock_second_factor(person_id: int, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Take the authenticator app off the account of somebody who lost their phone and their codes."""
    user = _account(person_id, actor=actor, now=now, reason=reason)
    second_factor.switch_off(person_id, actor=actor, now=now, reason=clean(reason))
    forget_failures(keys=[second_factor_key(user.id)])


def correct_address(person_id: int, email: str, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Set another address to sign in with and write to; the old one is told, open invitations stop working."""
    refusal = why_not_email(email)
    if refusal:
        raise RuleViolation(refusal)
    _may_manage(person_id, actor=actor, now=now, reason=reason)
    person: Person | None = locked(Person, person_id)
    if person is None:
        raise NotFound
    address, before = normal_email(email), person.email or ""
    if address == before:
        return
    other = queries.person_by_email(address)
    if other is not None and other.id != person_id:
        raise RuleViolation(EmailRefusal.TAKEN)
    user = queries.user_of(person_id)
    try:
        with db.session.begin_nested():
            person.email = address
            if user:
                user.email = address
                user.fs_uniquifier = secrets.token_hex(32)
            db.session.flush()
    except sa.exc.IntegrityError:
        raise RuleViolation(EmailRefusal.TAKEN) from None
    events.record(PeopleRenamed((person_id,)))
    if user:
        revoke_sign_ins(user.id, now=now)
        forget_failures(keys=[email_key(address)])
        if before and user.password:
            tell(person_id, Notice.ADDRESS_CHANGED, now=now, address=before)
    revoke_invitations(person_id, actor=actor, now=now, reason="the address was corrected")
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="people.correct_address",
            subject="person",
            subject_id=person_id,
            before={"address": before},
            after={"address": address},
            reason=clean(reason),
        )
    )


def retry_effect(dedupe_key: str, *, actor: Actor, now: dt.datetime) -> bool:
    """Give an effect that gave up another round of attempts; False when it is not waiting for anybody."""
    row_id = db.session.scalar(
        sa.select(outbox.OutboxRow.id).where(
            outbox.OutboxRow.dedupe_key == dedupe_key.replace("\x00", ""),
            outbox.OutboxRow.state == outbox.OutboxState.DEAD,
        )
    )
    if row_id is not None:
        outbox.retry(row_id, actor_id=actor.person_id, now=now)
    return row_id is not None


def _account(person_id: int, *, actor: Actor, now: dt.datetime, reason: str) -> User:
    """The person's account, locked, once the actor may touch it and says why."""
    _may_manage(person_id, actor=actor, now=now, reason=reason)
    known = queries.user_of(person_id)
    user: User | None = locked(User, known.id) if known else None
    if user is None:
        raise NotFound
    return user


def _may_manage(person_id: int, *, actor: Actor, now: dt.datetime, reason: str) -> None:
    refusal = why_not_manage(actor, person_id, queries.institution_roles_of(person_id, now))
    if refusal:
        raise RuleViolation(refusal)
    if not clean(reason):
        raise RuleViolation(GrantRefusal.NO_REASON)


def _record(actor: Actor, person_id: int, action: str, reason: str) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="person",
            subject_id=person_id,
            reason=clean(reason),
        )
    )
