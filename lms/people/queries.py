"""Reads about persons, accounts and grants."""

from __future__ import annotations

import datetime as dt
import hashlib

import sqlalchemy as sa

from lms.core.db import db
from lms.people.models import AccountSession, Person, RoleGrant, User
from lms.people.rules import Actor, Role, normal_email


def token_hash(token: str) -> str:
    """What is stored of a secret word."""
    return hashlib.sha256(token.encode()).hexdigest()


def _grant_in_force(now: object) -> sa.ColumnElement[bool]:
    return sa.and_(
        RoleGrant.starts_at <= now, sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now)
    )


_NOW = sa.bindparam("now", type_=AccountSession.expires_at.type)
_SIGNED_IN = (
    sa.select(
        Person.id,
        Person.public_id,
        Person.name,
        Person.zone,
        Person.zone_chosen,
        Person.last_seen_on,
        AccountSession.id.label("session_id"),
        RoleGrant.role,
        RoleGrant.cohort_id,
    )
    .select_from(User)
    .join(Person, Person.id == User.person_id)
    .join(AccountSession, AccountSession.user_id == User.id)
    .outerjoin(RoleGrant, sa.and_(RoleGrant.person_id == Person.id, _grant_in_force(_NOW)))
    .where(
        User.fs_uniquifier == sa.bindparam("uniquifier"),
        User.active.is_(True),
        AccountSession.token_hash == sa.bindparam("token"),
        AccountSession.revoked_at.is_(None),
        AccountSession.expires_at > _NOW,
    )
)


def signed_in(uniquifier: str, token: str, now: dt.datetime) -> Actor | None:
    """The actor behind a session cookie, by one slim select; None when it was signed out, expired or suspended."""
    rows = db.session.execute(
        _SIGNED_IN, {"uniquifier": uniquifier, "token": token_hash(token), "now": now}
    ).all()
    if not rows:
        return None
    first = rows[0]
    return Actor(
        person_id=first.id,
        public_id=first.public_id,
        name=first.name,
        zone=first.zone,
        zone_chosen=first.zone_chosen,
        last_seen_on=first.last_seen_on,
        session_id=first.session_id,
        grants=frozenset((row.role, row.cohort_id) for row in rows if row.role is not None),
    )


def actor_for(person_id: int, now: dt.datetime) -> Actor:
    """The actor a person would be: for jobs, the command line and tests."""
    person = db.session.get_one(Person, person_id)
    grants = db.session.execute(
        sa.select(RoleGrant.role, RoleGrant.cohort_id).where(
            RoleGrant.person_id == person_id, _grant_in_force(now)
        )
    ).all()
    return Actor(
        person_id=person.id,
        public_id=person.public_id,
        name=person.name,
        zone=person.zone,
        grants=frozenset((role, cohort) for role, cohort in grants),
    )


def person_by_email(email: str) -> Person | None:
    """The person with this address, whatever its case."""
    return db.session.scalar(sa.select(Person).where(Person.email == normal_email(email)))


def holders(role: Role, cohort_id: int | None, now: dt.datetime) -> list[Person]:
    """Who holds a role there now, by name."""
    return list(
        db.session.scalars(
            sa.select(Person)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(RoleGrant.role == role, RoleGrant.cohort_id == cohort_id, _grant_in_force(now))
            .order_by(Person.sort_name, Person.id)
        )
    )


def user_by_uniquifier(uniquifier: str) -> User | None:
    """The account that a session cookie is bound to."""
    return db.session.scalar(sa.select(User).where(User.fs_uniquifier == uniquifier))


def user_of(person_id: int) -> User | None:
    """The person's account, if they have one."""
    return db.session.scalar(sa.select(User).where(User.person_id == person_id))
