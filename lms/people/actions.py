"""Writes about persons: adding one, giving an account, granting roles, keeping and ending sign-ins."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core import audit
from lms.core.db import db
from lms.people import queries
from lms.people.models import AccountSession, Person, RoleGrant, User
from lms.people.rules import Actor, Role, normal_email, sort_name


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """What is known of a person when they are added."""

    name: str
    email: str
    zone: str = "UTC"
    country: str = ""
    employer: str = ""
    job_title: str = ""
    pronoun: str = ""
    about: str = ""


def add_person(facts: PersonFacts, *, actor: Actor | None, now: dt.datetime) -> Person:
    """Add a person, or return the one who has the address already, unchanged."""
    known = queries.person_by_email(facts.email) if facts.email else None
    if known:
        return known
    person = Person(
        name=" ".join(facts.name.split()),
        sort_name=sort_name(facts.name),
        email=normal_email(facts.email) or None,
        zone=facts.zone,
        country=facts.country,
        employer=facts.employer,
        job_title=facts.job_title,
        pronoun=facts.pronoun,
        about=facts.about,
        created_at=now,
    )
    db.session.add(person)
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id if actor else None,
            action="people.add",
            subject="person",
            subject_id=person.id,
            after={"name": person.name},
        )
    )
    return person


def give_account(person: Person, *, password_hash: str | None, now: dt.datetime) -> User:
    """Give a person a sign-in with their address; without a password they cannot use it until they set one."""
    known = queries.user_of(person.id)
    if known:
        if password_hash:
            known.password = password_hash
        return known
    user = User(
        person_id=person.id,
        email=normal_email(person.email or ""),
        password=password_hash,
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        created_at=now,
        confirmed_at=now if password_hash else None,
    )
    db.session.add(user)
    db.session.flush()
    return user


def grant(
    person_id: int, role: Role, *, cohort_id: int | None, actor: Actor | None, now: dt.datetime
) -> RoleGrant:
    """Grant a role from now on; the same grant in force is returned, not doubled."""
    known = db.session.scalar(
        sa.select(RoleGrant).where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == role,
            RoleGrant.cohort_id == cohort_id if cohort_id is not None else RoleGrant.cohort_id.is_(None),
            sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
        )
    )
    if known:
        return known
    row = RoleGrant(
        person_id=person_id,
        role=role,
        cohort_id=cohort_id,
        starts_at=now,
        granted_by_id=actor.person_id if actor else None,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id if actor else None,
            action="people.grant",
            subject="person",
            subject_id=person_id,
            cohort_id=cohort_id,
            after={"role": role.value},
        )
    )
    return row


def end_grants(
    person_id: int, role: Role, *, cohort_id: int | None, actor: Actor | None, now: dt.datetime, reason: str = ""
) -> None:
    """End a role there, now."""
    db.session.execute(
        sa.update(RoleGrant)
        .where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == role,
            RoleGrant.cohort_id == cohort_id if cohort_id is not None else RoleGrant.cohort_id.is_(None),
            sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
        )
        .values(ends_at=now)
    )
    audit.record(
        audit.Entry(
            actor_id=actor.person_id if actor else None,
            action="people.end_grant",
            subject="person",
            subject_id=person_id,
            cohort_id=cohort_id,
            before={"role": role.value},
            reason=reason,
        )
    )


def keep_sign_in(
    user_id: int, *, token: str, address: str, user_agent: str, expires_at: dt.datetime, now: dt.datetime
) -> None:
    """Write down a sign-in, so that its owner can see and end it."""
    db.session.add(
        AccountSession(
            user_id=user_id,
            token_hash=queries.token_hash(token),
            created_at=now,
            last_seen_at=now,
            expires_at=expires_at,
            address=address[:64],
            device=user_agent[:200],
        )
    )
    db.session.flush()


def revoke_sign_ins(user_id: int, *, now: dt.datetime, except_id: int | None = None) -> None:
    """End a person's sign-ins on every device, or on every other one."""
    statement = sa.update(AccountSession).where(
        AccountSession.user_id == user_id, AccountSession.revoked_at.is_(None)
    )
    if except_id is not None:
        statement = statement.where(AccountSession.id != except_id)
    db.session.execute(statement.values(revoked_at=now))
