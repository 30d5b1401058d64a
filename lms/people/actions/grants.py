"""Roles: given and ended by the domains that know why, and institution-wide ones by administrators."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.core import audit
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.people import queries
from lms.people.actions.invitations import invite_all, token_of
from lms.people.actions.persons import PersonFacts, add_person, give_account
from lms.people.models import Invitation, Person, RoleGrant
from lms.people.rules import (
    Actor,
    GrantRefusal,
    Role,
    clean,
    why_not_change_grant,
    why_not_email,
    why_not_grant,
)


@dataclass(frozen=True, kw_only=True)
class RoleSpan:
    """From which day to which a role holds; without days, from now on."""

    starts_on: dt.date | None = None
    ends_on: dt.date | None = None


def grant(
    person_id: int,
    role: Role,
    *,
    cohort_id: int | None,
    actor: Actor | None,
    now: dt.datetime,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
    reason: str = "",
) -> RoleGrant:
    """Grant a role, from now on unless said otherwise; the same grant in force is returned, not doubled."""
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
        starts_at=starts_at or now,
        ends_at=ends_at,
        granted_by_id=actor.person_id if actor else None,
    )
    db.session.add(row)
    db.session.flush()
    after = {"role": role.value}
    after |= {"from": row.starts_at.isoformat()} if starts_at else {}
    after |= {"until": ends_at.isoformat()} if ends_at else {}
    audit.record(
        audit.Entry(
            actor_id=actor.person_id if actor else None,
            action="people.grant",
            subject="person",
            subject_id=person_id,
            cohort_id=cohort_id,
            after=after,
            reason=reason,
        )
    )
    return row


def end_grants(
    person_id: int,
    role: Role,
    *,
    cohort_id: int | None,
    actor: Actor | None,
    now: dt.datetime,
    reason: str = "",
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


def grant_institution_role(
    person_id: int, role: Role, span: RoleSpan, *, reason: str, actor: Actor, now: dt.datetime
) -> RoleGrant:
    """Give an institution-wide role: never upwards, never to oneself, never without a reason."""
    if locked(Person, person_id) is None:
        raise NotFound
    refusal = why_not_grant(actor, person_id, role)
    if refusal:
        raise RuleViolation(refusal, role=role.value)
    if not clean(reason):
        raise RuleViolation(GrantRefusal.NO_REASON)
    zone = ZoneInfo(actor.zone)
    today = now.astimezone(zone).date()
    if span.ends_on and span.ends_on < (span.starts_on or today):
        raise RuleViolation(GrantRefusal.ENDS_BEFORE)
    if span.ends_on and span.ends_on < today:
        raise RuleViolation(GrantRefusal.OVER)
    ahead = span.starts_on if span.starts_on and span.starts_on > today else None
    return grant(
        person_id,
        role,
        cohort_id=None,
        actor=actor,
        now=now,
        starts_at=_midnight(ahead, zone) if ahead else None,
        ends_at=_midnight(span.ends_on + dt.timedelta(days=1), zone) if span.ends_on else None,
        reason=clean(reason),
    )


def end_institution_role(person_id: int, role: Role, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """End an institution-wide role, now; the last administrator who can sign in keeps theirs."""
    lock_administrators()
    if locked(Person, person_id) is None:
        raise NotFound
    left = queries.administrators_able_to_sign_in(now, besides=person_id)
    refusal = why_not_change_grant(actor, person_id, role, administrators_left=left)
    if refusal:
        raise RuleViolation(refusal, role=role.value)
    if not clean(reason):
        raise RuleViolation(GrantRefusal.NO_REASON)
    in_force = db.session.scalar(
        sa.select(RoleGrant.id).where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == role,
            RoleGrant.cohort_id.is_(None),
            sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
        )
    )
    if in_force is None:
        raise RuleViolation(GrantRefusal.NONE_IN_FORCE)
    end_grants(person_id, role, cohort_id=None, actor=actor, now=now, reason=clean(reason))


def lock_administrators() -> None:
    """Let one after another judge who is the last administrator: two may not end each other."""
    db.session.execute(
        sa.select(RoleGrant.id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.cohort_id.is_(None))
        .order_by(RoleGrant.id)
        .with_for_update()
    )


def _midnight(on: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(), zone).astimezone(dt.UTC)


@dataclass(frozen=True)
class FirstAdministrator:
    """Who became administrator from the command line, and what they need to sign in."""

    person_id: int
    email: str
    token: str | None
    """The word of their invitation; None when they have a password already."""


def create_first_administrator(
    *, email: str, name: str, now: dt.datetime, only_the_first: bool = False
) -> FirstAdministrator | None:
    """Make somebody an administrator from outside, by the command line or the environment.

    With `only_the_first`, nothing is done once anybody holds the role: so the environment may name somebody at every
    start. Raises RuleViolation when the address is none.
    """
    refusal = why_not_email(email)
    if refusal:
        raise RuleViolation(refusal)
    if only_the_first and queries.holders(Role.ADMINISTRATOR, None, now):
        return None
    facts = PersonFacts(name=clean(name) or email.partition("@")[0], email=email)
    person = add_person(facts, actor=None, now=now)
    user = give_account(person, password_hash=None, now=now)
    grant(person.id, Role.ADMINISTRATOR, cohort_id=None, actor=None, now=now, reason="from the command line")
    if user.password is not None:
        return FirstAdministrator(person.id, user.email, None)
    invite_all([person.id], actor=None, now=now)
    sent_at = db.session.scalar(
        sa.select(Invitation.created_at)
        .where(Invitation.person_id == person.id, Invitation.revoked_at.is_(None))
        .order_by(Invitation.id.desc())
        .limit(1)
    )
    return FirstAdministrator(person.id, user.email, token_of(person.id, sent_at) if sent_at else None)
