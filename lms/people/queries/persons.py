"""Persons: who is signed in, who holds a role, who may be seen."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db, read
from lms.core.errors import NotFound
from lms.core.files import StoredFile
from lms.people.models import AccountSession, Person, PersonPhoto, RoleGrant, User
from lms.people.rules import Actor, Role, normal_email


def token_hash(token: str) -> str:
    """What is stored of a secret word."""
    return hashlib.sha256(token.encode()).hexdigest()


def grant_in_force(now: object) -> sa.ColumnElement[bool]:
    """Grants that hold at an instant."""
    return sa.and_(RoleGrant.starts_at <= now, sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now))


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
    .outerjoin(RoleGrant, sa.and_(RoleGrant.person_id == Person.id, grant_in_force(_NOW)))
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
    found = read(_SIGNED_IN, {"uniquifier": uniquifier, "token": token_hash(token), "now": now}).all()
    if not found:
        return None
    first = found[0]
    return Actor(
        person_id=first.id,
        public_id=first.public_id,
        name=first.name,
        zone=first.zone,
        zone_chosen=first.zone_chosen,
        last_seen_on=first.last_seen_on,
        session_id=first.session_id,
        grants=frozenset((row.role, row.cohort_id) for row in found if row.role is not None),
    )


def actor_for(person_id: int, now: dt.datetime) -> Actor:
    """The actor a person would be: for jobs, the command line and tests."""
    person = db.session.get_one(Person, person_id)
    grants = db.session.execute(
        sa.select(RoleGrant.role, RoleGrant.cohort_id).where(
            RoleGrant.person_id == person_id, grant_in_force(now)
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
            .where(RoleGrant.role == role, RoleGrant.cohort_id == cohort_id, grant_in_force(now))
            .order_by(Person.sort_name, Person.id)
        )
    )


@dataclass(frozen=True)
class PersonView:
    """What others in the same cohort see of a person."""

    id: int
    public_id: str
    name: str
    pronoun: str
    photo: str | None
    """Public id of the photo's file."""


def person_visible_to(actor: Actor, public_id: str) -> PersonView:
    """A person whom the actor may see: oneself, somebody of a common cohort, or anybody for institution-wide staff."""
    now = clock.now()
    statement = (
        sa.select(
            Person.id, Person.public_id, Person.name, Person.pronoun, StoredFile.public_id.label("photo")
        )
        .outerjoin(PersonPhoto, PersonPhoto.person_id == Person.id)
        .outerjoin(StoredFile, StoredFile.id == PersonPhoto.file_id)
        .where(Person.public_id == public_id)
    )
    if not actor.institution_roles:
        common = sa.exists().where(
            RoleGrant.person_id == Person.id,
            RoleGrant.cohort_id.in_(actor.cohorts(*Role)),
            grant_in_force(now),
        )
        statement = statement.where(sa.or_(Person.id == actor.person_id, common))
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return PersonView(**row._asdict())


def photo_of(person_id: int) -> StoredFile | None:
    """The file of a person's photo."""
    return db.session.scalar(
        sa.select(StoredFile)
        .join(PersonPhoto, PersonPhoto.file_id == StoredFile.id)
        .where(PersonPhoto.person_id == person_id)
    )


def photos(person_ids: Collection[int]) -> dict[int, str]:
    """The photos of many persons: public ids of the files of those who have one."""
    rows = db.session.execute(
        sa.select(PersonPhoto.person_id, StoredFile.public_id)
        .join(StoredFile, StoredFile.id == PersonPhoto.file_id)
        .where(PersonPhoto.person_id.in_(person_ids))
    )
    return {row.person_id: row.public_id for row in rows}


@dataclass(frozen=True)
class DemoSignIn:
    """One of the sign-ins that the demonstration offers."""

    email: str
    name: str


def demo_sign_ins(emails: Sequence[str]) -> list[DemoSignIn]:
    """Those of the addresses that are there, in the order given."""
    rows = db.session.execute(sa.select(Person.email, Person.name).where(Person.email.in_(emails)))
    names = {row.email: row.name for row in rows}
    return [DemoSignIn(email, names[email]) for email in emails if email in names]
