"""A person's own settings: profile, busy dates, and what this domain holds about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.files import StoredFile
from lms.people.models import AccountSession, BusyDate, Invitation, Person, PersonPhoto, RoleGrant, User
from lms.people.ports import PersonalPart
from lms.people.rules import Actor, Days


@dataclass(frozen=True)
class Profile:
    """What a person says about themselves."""

    name: str
    print_name: str
    pronoun: str
    about: str
    job_title: str
    employer: str
    country: str
    email: str
    zone: str
    public_id: str
    photo: str | None


def profile(person_id: int) -> Profile:
    """The person's own profile."""
    row = db.session.execute(
        sa.select(
            Person.name,
            Person.print_name,
            Person.pronoun,
            Person.about,
            Person.job_title,
            Person.employer,
            Person.country,
            sa.func.coalesce(Person.email, "").label("email"),
            Person.zone,
            Person.public_id,
            StoredFile.public_id.label("photo"),
        )
        .outerjoin(PersonPhoto, PersonPhoto.person_id == Person.id)
        .outerjoin(StoredFile, StoredFile.id == PersonPhoto.file_id)
        .where(Person.id == person_id)
    ).one()
    return Profile(**row._asdict())


@dataclass(frozen=True)
class Busy:
    """Days on which a person cannot."""

    id: int
    public_id: str
    person_id: int
    days: Days
    note: str


_BUSY = sa.select(
    BusyDate.id, BusyDate.public_id, BusyDate.person_id, BusyDate.starts_on, BusyDate.ends_on, BusyDate.note
)


def _busy(row: Any) -> Busy:
    return Busy(row.id, row.public_id, row.person_id, Days(row.starts_on, row.ends_on), row.note)


def busy_dates(person_id: int, *, since: dt.date | None = None) -> list[Busy]:
    """The person's busy dates that end on or after a day, in order."""
    statement = _BUSY.where(BusyDate.person_id == person_id)
    if since:
        statement = statement.where(BusyDate.ends_on >= since)
    return [_busy(row) for row in db.session.execute(statement.order_by(BusyDate.starts_on, BusyDate.id))]


def busy_date(actor: Actor, public_id: str) -> Busy:
    """One of the actor's own busy dates."""
    row = db.session.execute(
        _BUSY.where(BusyDate.public_id == public_id, BusyDate.person_id == actor.person_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return _busy(row)


def busy_within(person_ids: Collection[int], window: Days) -> dict[int, list[Days]]:
    """When any of these persons cannot, for planning: the days, never the note."""
    rows = db.session.execute(
        sa.select(BusyDate.person_id, BusyDate.starts_on, BusyDate.ends_on)
        .where(
            BusyDate.person_id.in_(person_ids),
            BusyDate.starts_on <= window.ends_on,
            BusyDate.ends_on >= window.starts_on,
        )
        .order_by(BusyDate.person_id, BusyDate.starts_on, BusyDate.id)
    )
    found: dict[int, list[Days]] = {}
    for person_id, starts_on, ends_on in rows:
        found.setdefault(person_id, []).append(Days(starts_on, ends_on))
    return found


def personal_part(person_id: int) -> PersonalPart:
    """What this domain answers to “what do you hold about this person?”."""
    return PersonalPart(
        key="people",
        title="You and your account",
        what="Your profile, roles, busy dates, devices and invitations: so that others know you and you can sign in.",
        data=personal_data(person_id),
    )


def personal_data(person_id: int) -> dict[str, Any]:
    """All that this domain holds about a person, but no secrets."""
    person = _plain(Person, Person.id == person_id)[0]
    user = _plain(
        User, User.person_id == person_id, without={"password", "tf_totp_secret", "mf_recovery_codes"}
    )
    return {
        "person": person,
        "account": user,
        "sign_ins": _plain(
            AccountSession,
            AccountSession.user_id.in_(sa.select(User.id).where(User.person_id == person_id)),
            without={"token_hash"},
        ),
        "roles": _plain(RoleGrant, RoleGrant.person_id == person_id),
        "invitations": _plain(Invitation, Invitation.person_id == person_id, without={"token_hash"}),
        "busy_dates": _plain(BusyDate, BusyDate.person_id == person_id),
    }


_INSIDE = {"id", "person_id", "user_id", "granted_by_id", "invited_by_id", "fs_uniquifier", "tf_last_counter"}


def _plain(model: Any, where: Any, *, without: Collection[str] = ()) -> list[dict[str, Any]]:
    columns = [c for c in model.__table__.columns if c.name not in _INSIDE and c.name not in without]
    rows = db.session.execute(
        sa.select(*columns).where(where).order_by(model.__table__.primary_key.columns[0])
    )
    return [{name: _shown(value) for name, value in row._asdict().items()} for row in rows]


def _shown(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else value
