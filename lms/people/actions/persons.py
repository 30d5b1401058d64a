"""Adding a person and giving them an account."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core import audit
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.people import queries
from lms.people.models import Person, User
from lms.people.rules import (
    Actor,
    EmailRefusal,
    SettingsRefusal,
    clean,
    normal_email,
    sort_name,
    why_not_email,
)


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
        name=clean(facts.name),
        sort_name=sort_name(clean(facts.name)),
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


def add_person_by_hand(facts: PersonFacts, *, actor: Actor, now: dt.datetime) -> Person:
    """Add a person whose address must be a good one and nobody else's."""
    refusal = why_not_email(facts.email)
    if refusal:
        raise RuleViolation(refusal)
    if not clean(facts.name):
        raise RuleViolation(SettingsRefusal.NO_NAME)
    if queries.person_by_email(facts.email) is not None:
        raise RuleViolation(EmailRefusal.TAKEN)
    try:
        with db.session.begin_nested():
            person = add_person(facts, actor=actor, now=now)
    except sa.exc.IntegrityError:
        raise RuleViolation(EmailRefusal.TAKEN) from None
    give_account(person, password_hash=None, now=now)
    return person
