"""Invitations: a letter with a link, good once and for two weeks, by which somebody sets their first password."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from lms.core import audit, events, outbox
from lms.core.db import db, insert_ignoring, locked
from lms.core.errors import RuleViolation
from lms.people import queries
from lms.people.events import InvitationAccepted
from lms.people.models import Invitation, Person, User
from lms.people.rules import Actor, InvitationRefusal, why_not_invite

GOOD_FOR = dt.timedelta(days=14)
_secret: dict[str, bytes] = {}


def sign_links_with(key: str) -> None:
    """Say which secret of the installation the words in links are made with."""
    _secret["key"] = hashlib.sha256(f"invitation:{key}".encode()).digest()


def token_of(person_id: int, created_at: dt.datetime) -> str:
    """The secret word of an invitation: made again when its letter is written, so that it is stored nowhere."""
    facts = f"{person_id}:{created_at.astimezone(dt.UTC).isoformat(timespec='microseconds')}"
    return (
        base64.urlsafe_b64encode(hmac.digest(_secret["key"], facts.encode(), "sha256")).decode().rstrip("=")
    )


def invite(person_id: int, *, actor: Actor | None, now: dt.datetime) -> None:
    """Send a person the link to set their first password; an earlier one stops working."""
    found = _standing([person_id])
    refusal = _why_not(found[0], now) if found else InvitationRefusal.NO_ADDRESS
    if refusal:
        raise RuleViolation(refusal)
    invite_all([person_id], actor=actor, now=now)


def invite_all(person_ids: Sequence[int], *, actor: Actor | None, now: dt.datetime) -> int:
    """Invite many at once; whoever cannot or need not be invited is passed over. Returns how many letters go out.

    The same number of statements for one and for a thousand, and no password is hashed.
    """
    _give_accounts(person_ids, now)
    invited = [row.id for row in _standing(person_ids) if _why_not(row, now) is None]
    if not invited:
        return 0
    _revoke(invited, now)
    rows = [
        {
            "person_id": person_id,
            "token_hash": queries.token_hash(token_of(person_id, now)),
            "created_at": now,
            "expires_at": now + GOOD_FOR,
            "invited_by_id": actor.person_id if actor else None,
        }
        for person_id in invited
    ]
    db.session.execute(sa.insert(Invitation), rows)
    ids = db.session.execute(
        sa.select(Invitation.id, Invitation.person_id).where(
            Invitation.person_id.in_(invited), Invitation.created_at == now
        )
    ).all()
    outbox.enqueue_all(
        [
            outbox.Effect(
                kind="people.invitation", dedupe_key=f"invitation:{id_}", payload={"invitation_id": id_}
            )
            for id_, _person_id in ids
        ],
        now=now,
    )
    for person_id in invited:
        _record(actor.person_id if actor else None, person_id, "people.invite")
    return len(invited)


def _give_accounts(person_ids: Sequence[int], now: dt.datetime) -> None:
    rows = db.session.execute(
        sa.select(Person.id, Person.email)
        .outerjoin(User, User.person_id == Person.id)
        .where(Person.id.in_(person_ids), User.id.is_(None), Person.email.is_not(None))
    )
    insert_ignoring(
        User.__table__,
        [
            {
                "person_id": person_id,
                "email": email,
                "active": True,
                "fs_uniquifier": secrets.token_hex(32),
                "tf_last_counter": 0,
                "created_at": now,
            }
            for person_id, email in rows
        ],
    )


def _standing(person_ids: Sequence[int]) -> list[Any]:
    last = (
        sa.select(sa.func.max(Invitation.created_at))
        .where(Invitation.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )
    return list(
        db.session.execute(
            sa.select(
                Person.id,
                Person.email,
                User.password.is_not(None).label("has_password"),
                sa.func.coalesce(User.active, sa.true()).label("active"),
                last.label("last_sent_at"),
            )
            .outerjoin(User, User.person_id == Person.id)
            .where(Person.id.in_(person_ids))
            .order_by(Person.id)
        )
    )


def _why_not(row: Any, now: dt.datetime) -> InvitationRefusal | None:
    return why_not_invite(
        email=row.email,
        has_password=bool(row.has_password),
        active=bool(row.active),
        last_sent_at=row.last_sent_at,
        now=now,
    )


def _revoke(person_ids: Sequence[int], now: dt.datetime) -> None:
    db.session.execute(
        sa.update(Invitation)
        .where(
            Invitation.person_id.in_(person_ids),
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )


def revoke_invitations(person_id: int, *, actor: Actor, now: dt.datetime, reason: str = "") -> None:
    """Make the person's open link stop working."""
    _revoke([person_id], now)
    _record(actor.person_id, person_id, "people.revoke_invitation", reason)


def ask_again(token: str, *, now: dt.datetime) -> None:
    """Send a fresh link to the address that an old one went to; nothing is said of whether that was done."""
    person_id = db.session.scalar(
        sa.select(Invitation.person_id).where(Invitation.token_hash == queries.token_hash(token))
    )
    latest = (
        db.session.scalar(
            sa.select(Invitation)
            .where(Invitation.person_id == person_id)
            .order_by(Invitation.id.desc())
            .limit(1)
        )
        if person_id is not None
        else None
    )
    if person_id is None or latest is None or latest.revoked_at is not None:
        return
    invite_all([person_id], actor=None, now=now)


def accept_invitation(invitation_id: int, *, password_hash: str, now: dt.datetime) -> User:
    """Set the first password; the link works once."""
    invitation: Invitation | None = locked(Invitation, invitation_id)
    account = queries.user_of(invitation.person_id) if invitation else None
    user: User | None = locked(User, account.id) if account else None
    if (
        invitation is None
        or user is None
        or invitation.accepted_at is not None
        or invitation.revoked_at is not None
        or invitation.expires_at <= now
        or user.password is not None
        or not user.active
    ):
        raise RuleViolation(InvitationRefusal.CLOSED)
    invitation.accepted_at = now
    user.password, user.confirmed_at = password_hash, now
    db.session.flush()
    _revoke([user.person_id], now)
    _record(user.person_id, user.person_id, "people.accept_invitation")
    events.record(InvitationAccepted(user.person_id))
    return user


def _record(actor_id: int | None, person_id: int, action: str, reason: str = "") -> None:
    audit.record(
        audit.Entry(actor_id=actor_id, action=action, subject="person", subject_id=person_id, reason=reason)
    )
