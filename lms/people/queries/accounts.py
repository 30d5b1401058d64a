"""Accounts: failures that pause a sign-in, sessions, invitations, the state of a person's security."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.db import db
from lms.people.models import AccountSession, Invitation, Person, SignInFailure, User
from lms.people.queries.persons import token_hash
from lms.people.rules import normal_email

MOST_FAILURES = 400


def account(user_id: int) -> User:
    """The account with this id."""
    return db.session.get_one(User, user_id)


def user_by_email(email: str) -> User | None:
    """The account that signs in with this address."""
    return db.session.scalar(sa.select(User).where(User.email == normal_email(email)))


def user_by_uniquifier(uniquifier: str) -> User | None:
    """The account that a session cookie is bound to."""
    return db.session.scalar(sa.select(User).where(User.fs_uniquifier == uniquifier))


def user_of(person_id: int) -> User | None:
    """The person's account, if they have one."""
    return db.session.scalar(sa.select(User).where(User.person_id == person_id))


def password_hash_of(person_id: int) -> str | None:
    """What is kept of the person's password."""
    return db.session.scalar(sa.select(User.password).where(User.person_id == person_id))


def failures(keys: Sequence[str], since: dt.datetime) -> dict[str, list[dt.datetime]]:
    """When attempts under these keys failed, by one statement."""
    found: dict[str, list[dt.datetime]] = {key: [] for key in keys}
    rows = db.session.execute(
        sa.select(SignInFailure.key_hash, SignInFailure.at)
        .where(SignInFailure.key_hash.in_(keys), SignInFailure.at > since)
        .order_by(SignInFailure.at.desc(), SignInFailure.id.desc())
        .limit(MOST_FAILURES)
    )
    for key, at in rows:
        found[key].append(at)
    return found


@dataclass(frozen=True)
class SignIn:
    """One of a person's sign-ins."""

    id: int
    handle: str
    """What the URL shows: the beginning of the hash of its secret word."""
    device: str
    address: str
    created_at: dt.datetime
    last_seen_at: dt.datetime
    expires_at: dt.datetime
    present: bool
    """The one that asks."""


def sign_ins(person_id: int, present_id: int | None, now: dt.datetime) -> list[SignIn]:
    """The person's sign-ins that are open, the present one first, then the last used."""
    rows = db.session.execute(
        sa.select(
            AccountSession.id,
            AccountSession.token_hash,
            AccountSession.device,
            AccountSession.address,
            AccountSession.created_at,
            AccountSession.last_seen_at,
            AccountSession.expires_at,
        )
        .join(User, User.id == AccountSession.user_id)
        .where(
            User.person_id == person_id, AccountSession.revoked_at.is_(None), AccountSession.expires_at > now
        )
        .order_by(AccountSession.last_seen_at.desc(), AccountSession.id.desc())
    )
    found = [SignIn(row.id, row.token_hash[:16], *row[2:], present=row.id == present_id) for row in rows]
    return sorted(found, key=lambda sign_in: not sign_in.present)


@dataclass(frozen=True)
class SecurityView:
    """How a person's account is secured."""

    email: str
    has_password: bool
    authenticator: bool
    codes_left: int
    active: bool


def security_of(person_id: int) -> SecurityView:
    """The state of the person's own account."""
    row = db.session.execute(
        sa.select(
            User.email, User.password, User.tf_primary_method, User.mf_recovery_codes, User.active
        ).where(User.person_id == person_id)
    ).one()
    return SecurityView(
        email=row.email,
        has_password=row.password is not None,
        authenticator=row.tf_primary_method is not None,
        codes_left=len(row.mf_recovery_codes or ()),
        active=row.active,
    )


@dataclass(frozen=True)
class InvitationView:
    """An invitation that is still good."""

    id: int
    person_id: int
    name: str
    first_name: str
    email: str


def invitation_by_token(token: str, now: dt.datetime) -> InvitationView | None:
    """The open invitation that this word belongs to; used, revoked, run out and made up ones look the same."""
    row = db.session.execute(
        sa.select(Invitation.id, Invitation.person_id, Person.name, User.email)
        .join(Person, Person.id == Invitation.person_id)
        .join(User, User.person_id == Person.id)
        .where(
            Invitation.token_hash == token_hash(token),
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
            User.active.is_(True),
            User.password.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    return InvitationView(
        row.id, row.person_id, row.name, row.name.split()[0] if row.name.split() else "", row.email
    )


def latest_invitation_at(person_id: int) -> dt.datetime | None:
    """When the person was last invited."""
    return db.session.scalar(
        sa.select(sa.func.max(Invitation.created_at)).where(Invitation.person_id == person_id)
    )
