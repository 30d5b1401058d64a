"""Tables: person, user account and its sign-ins, role grants, invitations, busy dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_security import AsaList, UserMixin
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core import clock
from lms.core.db import Model, Name, Pk, PublicId, Text
from lms.people.rules import Role


class Words(AsaList):
    """A list of words in one column; Flask-Security's, with the promise that statements with it may be cached."""

    cache_ok = True


class Person(Model):
    """A human being."""

    __tablename__ = "person"
    __table_args__ = (
        sa.UniqueConstraint("email"),
        sa.Index(None, "sort_name", "id"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    name: Mapped[Name]
    """As people call them: on pages and in mails."""
    print_name: Mapped[str] = mapped_column(sa.String(200), default="")
    """As it is to stand on certificates; empty means `name`."""
    sort_name: Mapped[str] = mapped_column(sa.String(200))
    """Lower case, without accents: lists are ordered by it."""
    pronoun: Mapped[str] = mapped_column(sa.String(40), default="")
    email: Mapped[str | None] = mapped_column(sa.String(254))
    """Trimmed, lower case (rules.normal_email)."""
    zone: Mapped[str] = mapped_column(sa.String(60), default="UTC")
    """IANA zone, theirs to set."""
    zone_chosen: Mapped[bool] = mapped_column(default=False)
    """False until they have chosen or confirmed it; the browser's zone is then offered."""
    country: Mapped[str] = mapped_column(sa.String(2), default="")
    """ISO 3166 code, for public holidays."""
    employer: Mapped[str] = mapped_column(sa.String(200), default="")
    job_title: Mapped[str] = mapped_column(sa.String(200), default="")
    about: Mapped[str] = mapped_column(sa.String(600), default="")
    created_at: Mapped[dt.datetime]
    last_seen_on: Mapped[dt.date | None]
    """The last day, in UTC, on which they opened a page."""


class PersonPhoto(Model):
    """The picture a person chose to show."""

    __tablename__ = "person_photo"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))


class User(Model, UserMixin):
    """A sign-in. The class is called User because Flask-Security's mixins say so."""

    __tablename__ = "user_account"

    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), unique=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    """Lower case: what they sign in with."""
    password: Mapped[str | None] = mapped_column(sa.String(255))
    """argon2id hash; empty until the invitation is accepted."""
    active: Mapped[bool] = mapped_column(default=True)
    """False: suspended."""
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    confirmed_at: Mapped[dt.datetime | None]
    last_login_at: Mapped[dt.datetime | None]  # type: ignore[assignment]
    current_login_at: Mapped[dt.datetime | None]  # type: ignore[assignment]
    last_login_ip: Mapped[str | None] = mapped_column(sa.String(64))
    current_login_ip: Mapped[str | None] = mapped_column(sa.String(64))
    login_count: Mapped[int | None]  # type: ignore[assignment]
    tf_primary_method: Mapped[str | None] = mapped_column(sa.String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(sa.String(255))
    """Encrypted with the installation's key."""
    tf_last_counter: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """The last time step whose code was used: a code works once."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(Words()))
    """Encrypted with the installation's key."""
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship(lazy="raise")

    roles: Any = ()
    """Flask-Security asks for it; our roles are grants."""


class AccountSession(Model):
    """One sign-in on one device, until it is signed out or expires."""

    __tablename__ = "account_session"
    __table_args__ = (sa.Index(None, "user_id", "revoked_at"),)

    id: Mapped[Pk]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    """SHA-256 of the word in the session cookie."""
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
    address: Mapped[str] = mapped_column(sa.String(64), default="")
    device: Mapped[str] = mapped_column(sa.String(200), default="")
    """“Firefox on Android”, from the user agent."""
    revoked_at: Mapped[dt.datetime | None]


class SignInFailure(Model):
    """A wrong password or code: counted per account and per address, in the database."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (sa.Index(None, "key_hash", "at"),)

    id: Mapped[Pk]
    key_hash: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of `email:…` or `address:…`: the table names nobody."""
    at: Mapped[dt.datetime]


class RoleGrant(Model):
    """What a person may do, where, from when to when."""

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.Index(None, "person_id", "role", "cohort_id"),
        sa.Index(None, "cohort_id", "role"),
    )

    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[Role]
    cohort_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cohort.id"))
    """Empty: institution-wide."""
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime | None]
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Invitation(Model):
    """A letter that lets a person set their first password."""

    __tablename__ = "invitation"
    __table_args__ = (sa.Index(None, "person_id", "id"),)

    id: Mapped[Pk]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    invited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    accepted_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]


class BusyDate(Model):
    """Days on which a person travels or sits on a board: planning sees a collision, never the note."""

    __tablename__ = "busy_date"
    __table_args__ = (
        sa.Index(None, "person_id", "starts_on"),
        sa.CheckConstraint("starts_on <= ends_on", name="in_order"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    note: Mapped[Text] = mapped_column(default="")
