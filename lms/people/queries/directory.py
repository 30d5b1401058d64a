"""The institution's people as administrators see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core import clock, paging
from lms.core.db import db
from lms.core.errors import NotFound
from lms.people import policy
from lms.people.models import AccountSession, Invitation, Person, RoleGrant, User
from lms.people.queries.persons import grant_in_force
from lms.people.rules import Actor, Role, normal_email, sort_name


@dataclass(frozen=True)
class PersonRow:
    """A line of the directory."""

    public_id: str
    name: str
    email: str
    roles: tuple[str, ...]
    """Institution-wide ones, then “learner in 2 cohorts”."""
    account: str
    """none | invited | active | suspended"""
    last_seen_on: dt.date | None


def directory(find: str, cursor: str | None, now: dt.datetime) -> paging.Page[PersonRow]:
    """People by name, those whose name or address has the words; three statements whatever the size."""
    statement = (
        sa.select(
            Person.id,
            Person.public_id,
            Person.name,
            Person.sort_name,
            Person.email,
            Person.last_seen_on,
            User.active,
            User.password.is_not(None).label("has_password"),
        )
        .outerjoin(User, User.person_id == Person.id)
        .order_by(Person.sort_name, Person.id)
        .limit(paging.SIZE + 1)
    )
    if find:
        statement = statement.where(
            sa.or_(
                Person.sort_name.contains(sort_name(find), autoescape=True),
                Person.email.contains(normal_email(find), autoescape=True),
            )
        )
    after = _cursor(cursor)
    if after:
        statement = statement.where(
            sa.tuple_(Person.sort_name, Person.id) > sa.tuple_(*map(sa.literal, after))
        )
    rows = db.session.execute(statement).all()
    roles = _role_words([row.id for row in rows], now)
    found = [
        (
            (row.sort_name, row.id),
            PersonRow(
                row.public_id,
                row.name,
                row.email or "",
                roles.get(row.id, ()),
                _account(row.active, row.has_password),
                row.last_seen_on,
            ),
        )
        for row in rows
    ]
    page = paging.page(found, lambda entry: entry[0])
    return paging.Page(tuple(row for _key, row in page.rows), page.next_cursor)


def _cursor(text: str | None) -> tuple[str, int] | None:
    match paging.read_cursor(text):
        case [str(name), int(id_)] if 0 < id_ < 2**62 and "\x00" not in name:
            return name, id_
    return None


def _account(active: bool | None, has_password: bool) -> str:
    if active is None:
        return "none"
    if not active:
        return "suspended"
    return "active" if has_password else "invited"


def _role_words(person_ids: Collection[int], now: dt.datetime) -> dict[int, tuple[str, ...]]:
    rows = db.session.execute(
        sa.select(
            RoleGrant.person_id,
            RoleGrant.role,
            RoleGrant.cohort_id.is_(None).label("everywhere"),
            sa.func.count().label("count"),
        )
        .where(RoleGrant.person_id.in_(person_ids), grant_in_force(now))
        .group_by(RoleGrant.person_id, RoleGrant.role, sa.text("everywhere"))
        .order_by(RoleGrant.person_id, sa.text("everywhere DESC"), RoleGrant.role)
    )
    found: dict[int, tuple[str, ...]] = {}
    for person_id, role, everywhere, count in rows:
        where = "" if everywhere else f" in {count} cohorts" if count > 1 else " in a cohort"
        found[person_id] = (*found.get(person_id, ()), role.value + where)
    return found


@dataclass(frozen=True)
class GrantLine:
    """A role somebody has, had or will have."""

    role: Role
    cohort_id: int | None
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    granted_by: str
    state: str
    """in force | ahead | over"""


@dataclass(frozen=True)
class PersonFile:
    """All that administrators see of a person."""

    id: int
    public_id: str
    name: str
    email: str
    zone: str
    last_seen_on: dt.date | None
    created_at: dt.datetime
    account: str
    authenticator: bool
    open_sign_ins: int
    invited_at: dt.datetime | None
    invitation_ends_at: dt.datetime | None
    """Set while an invitation is open."""
    grants: tuple[GrantLine, ...]

    @property
    def institution_roles(self) -> frozenset[Role]:
        """Their institution-wide roles in force."""
        return frozenset(
            line.role for line in self.grants if line.cohort_id is None and line.state == "in force"
        )


def person_file(actor: Actor, public_id: str) -> PersonFile:
    """A person's file, for those who look after people; for others there is no such thing."""
    if not policy.can_look_after_people(actor):
        raise NotFound
    now = clock.now()
    open_sign_ins = (
        sa.select(sa.func.count())
        .where(
            AccountSession.user_id == User.id,
            AccountSession.revoked_at.is_(None),
            AccountSession.expires_at > now,
        )
        .correlate(User)
        .scalar_subquery()
    )
    row = db.session.execute(
        sa.select(
            Person.id,
            Person.public_id,
            Person.name,
            Person.email,
            Person.zone,
            Person.last_seen_on,
            Person.created_at,
            User.active,
            User.password.is_not(None).label("has_password"),
            User.tf_primary_method,
            open_sign_ins.label("open_sign_ins"),
        )
        .outerjoin(User, User.person_id == Person.id)
        .where(Person.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    invitation = db.session.execute(
        sa.select(Invitation.created_at, Invitation.expires_at, Invitation.accepted_at, Invitation.revoked_at)
        .where(Invitation.person_id == row.id)
        .order_by(Invitation.id.desc())
        .limit(1)
    ).one_or_none()
    is_open = (
        invitation is not None
        and invitation.accepted_at is None
        and invitation.revoked_at is None
        and invitation.expires_at > now
    )
    return PersonFile(
        id=row.id,
        public_id=row.public_id,
        name=row.name,
        email=row.email or "",
        zone=row.zone,
        last_seen_on=row.last_seen_on,
        created_at=row.created_at,
        account=_account(row.active, row.has_password),
        authenticator=row.tf_primary_method is not None,
        open_sign_ins=row.open_sign_ins or 0,
        invited_at=invitation.created_at if invitation else None,
        invitation_ends_at=invitation.expires_at if invitation and is_open else None,
        grants=_grants(row.id, now),
    )


def _grants(person_id: int, now: dt.datetime) -> tuple[GrantLine, ...]:
    granter = sa.orm.aliased(Person)
    rows = db.session.execute(
        sa.select(RoleGrant.role, RoleGrant.cohort_id, RoleGrant.starts_at, RoleGrant.ends_at, granter.name)
        .outerjoin(granter, granter.id == RoleGrant.granted_by_id)
        .where(RoleGrant.person_id == person_id)
        .order_by(RoleGrant.starts_at.desc(), RoleGrant.id.desc())
    )
    return tuple(
        GrantLine(role, cohort_id, starts_at, ends_at, name or "the system", _state(starts_at, ends_at, now))
        for role, cohort_id, starts_at, ends_at, name in rows
    )


def _state(starts_at: dt.datetime, ends_at: dt.datetime | None, now: dt.datetime) -> str:
    if ends_at is not None and ends_at <= now:
        return "over"
    return "ahead" if starts_at > now else "in force"


def institution_roles_of(person_id: int, now: dt.datetime) -> frozenset[Role]:
    """The institution-wide roles a person holds now."""
    return frozenset(
        db.session.scalars(
            sa.select(RoleGrant.role).where(
                RoleGrant.person_id == person_id, RoleGrant.cohort_id.is_(None), grant_in_force(now)
            )
        )
    )


SOON = dt.timedelta(minutes=1)


def administrators_able_to_sign_in(now: dt.datetime, *, besides: int) -> int:
    """How many administrators other than this person can sign in, now and a minute from now.

    Two who act at the same moment read the clock before they wait for each other: without the minute, the one who
    waited could take a role for valid that the other has just ended.
    """
    return (
        db.session.scalar(
            sa.select(sa.func.count(sa.distinct(RoleGrant.person_id)))
            .join(User, User.person_id == RoleGrant.person_id)
            .where(
                RoleGrant.role == Role.ADMINISTRATOR,
                RoleGrant.cohort_id.is_(None),
                RoleGrant.person_id != besides,
                grant_in_force(now),
                grant_in_force(now + SOON),
                User.active.is_(True),
                User.password.is_not(None),
            )
        )
        or 0
    )
