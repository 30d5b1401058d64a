"""Many persons at once: the same number of statements for one and for a few hundred, and no password is hashed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from lms.core import audit, events
from lms.core.db import db
from lms.people.actions.persons import PersonFacts
from lms.people.events import PeopleRenamed
from lms.people.models import Invitation, Person, RoleGrant
from lms.people.rules import Actor, Role, clean, normal_email, sort_name

CHUNK = 500


def add_people(facts: Sequence[PersonFacts], *, actor: Actor | None, now: dt.datetime) -> dict[str, int]:
    """Add persons whose addresses nobody has yet; returns address → id."""
    added: dict[str, int] = {}
    for start in range(0, len(facts), CHUNK):
        chunk = facts[start : start + CHUNK]
        db.session.execute(sa.insert(Person), [_row(one, now) for one in chunk])
        addresses = [normal_email(one.email) for one in chunk]
        rows = db.session.execute(sa.select(Person.email, Person.id).where(Person.email.in_(addresses)))
        added |= {email: person_id for email, person_id in rows if email is not None}
    names = {normal_email(one.email): clean(one.name) for one in facts}
    for email, person_id in added.items():
        _record(actor, person_id, "people.add", after={"name": names[email]})
    return added


def _row(facts: PersonFacts, now: dt.datetime) -> dict[str, object]:
    name = clean(facts.name)
    return {
        "name": name,
        "sort_name": sort_name(name),
        "email": normal_email(facts.email),
        "zone": facts.zone,
        "country": facts.country,
        "employer": facts.employer,
        "job_title": facts.job_title,
        "pronoun": facts.pronoun,
        "about": facts.about,
        "created_at": now,
    }


def change_people(changes: Mapping[int, Mapping[str, str]], *, actor: Actor, reason: str = "") -> None:
    """Change facts of persons (name, zone, country, employer, job title, pronoun); what is not named stays."""
    columns = ("name", "zone", "country", "employer", "job_title", "pronoun")
    ids = list(changes)
    if any("name" in wanted for wanted in changes.values()):
        events.record(PeopleRenamed(tuple(ids)))
    for start in range(0, len(ids), CHUNK):
        known = {
            row.id: row._asdict()
            for row in db.session.execute(
                sa.select(Person.id, *(getattr(Person, column) for column in columns)).where(
                    Person.id.in_(ids[start : start + CHUNK])
                )
            )
        }
        rows = []
        for person_id, before in known.items():
            wanted = {column: str(changes[person_id].get(column, before[column])) for column in columns}
            rows.append({"id": person_id, **wanted, "sort_name": sort_name(wanted["name"])})
            changed = [column for column in columns if wanted[column] != before[column]]
            _record(
                actor,
                person_id,
                "people.change",
                before={column: before[column] for column in changed},
                after={column: wanted[column] for column in changed},
                reason=reason,
            )
        if rows:
            db.session.execute(sa.update(Person), rows)


def grant_many(
    person_ids: Iterable[int], role: Role, *, cohort_id: int, actor: Actor | None, now: dt.datetime
) -> None:
    """Grant a role in a cohort from now on to all who do not hold it."""
    ids = list(dict.fromkeys(person_ids))
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        holding = set(
            db.session.scalars(
                sa.select(RoleGrant.person_id).where(
                    RoleGrant.person_id.in_(chunk),
                    RoleGrant.role == role,
                    RoleGrant.cohort_id == cohort_id,
                    sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
                )
            )
        )
        fresh = [person_id for person_id in chunk if person_id not in holding]
        rows = [
            {
                "person_id": person_id,
                "role": role,
                "cohort_id": cohort_id,
                "starts_at": now,
                "ends_at": None,
                "granted_by_id": actor.person_id if actor else None,
            }
            for person_id in fresh
        ]
        if rows:
            db.session.execute(sa.insert(RoleGrant), rows)
        for person_id in fresh:
            _record(actor, person_id, "people.grant", cohort_id, after={"role": role.value})


def end_many(
    person_ids: Iterable[int], role: Role, *, cohort_id: int, actor: Actor, now: dt.datetime, reason: str = ""
) -> None:
    """End a role of many persons in a cohort, now."""
    ids = list(person_ids)
    for start in range(0, len(ids), CHUNK):
        db.session.execute(
            sa.update(RoleGrant)
            .where(
                RoleGrant.person_id.in_(ids[start : start + CHUNK]),
                RoleGrant.role == role,
                RoleGrant.cohort_id == cohort_id,
                sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
            )
            .values(ends_at=now)
            .execution_options(synchronize_session=False)
        )
    for person_id in ids:
        _record(actor, person_id, "people.end_grant", cohort_id, before={"role": role.value}, reason=reason)


def _record(
    actor: Actor | None,
    person_id: int,
    action: str,
    cohort_id: int | None = None,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id if actor else None,
            action=action,
            subject="person",
            subject_id=person_id,
            cohort_id=cohort_id,
            before=before,
            after=after,
            reason=reason,
        )
    )


def revoke_invitations_of(
    person_ids: Iterable[int], *, actor: Actor, now: dt.datetime, reason: str = ""
) -> None:
    """Make the open links of many persons stop working."""
    ids = list(person_ids)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        still_open = (
            Invitation.person_id.in_(chunk),
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        invited = db.session.scalars(sa.select(Invitation.person_id).where(*still_open).distinct()).all()
        db.session.execute(
            sa.update(Invitation)
            .where(*still_open)
            .values(revoked_at=now)
            .execution_options(synchronize_session=False)
        )
        for person_id in invited:
            _record(actor, person_id, "people.revoke_invitation", reason=reason)
