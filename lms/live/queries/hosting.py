"""Who hosts, who could stand in, and which sessions of the next days somebody has to see to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts.models import Cohort, CohortState
from lms.core.db import db
from lms.curriculum.models import Activity
from lms.live.models import LiveSession, SessionSubstitute
from lms.live.queries.sessions import SessionView, select_sessions
from lms.live.queries.staff import cohorts_by_id
from lms.live.rules import SessionState
from lms.people.models import BusyDate, Person, RoleGrant
from lms.people.rules import Role
from lms.scheduling.models import ItemState, ScheduledItem

MOST = 30


@dataclass(frozen=True, slots=True)
class Substitution:
    """Somebody who stands in for a host."""

    person_id: int
    person: str
    instead_of_id: int | None
    instead_of: str
    reason: str
    by: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    rights: bool
    """They have rights for this time only; else they taught here already."""


def substitution(session_id: int, now: dt.datetime) -> Substitution | None:
    """Who stands in for the host of a session now. One statement."""
    host, by = aliased(Person), aliased(Person)
    row = db.session.execute(
        sa.select(
            SessionSubstitute.person_id,
            Person.name.label("person"),
            SessionSubstitute.instead_of_id,
            sa.func.coalesce(host.name, "").label("instead_of"),
            SessionSubstitute.reason,
            by.name.label("by"),
            SessionSubstitute.starts_at,
            SessionSubstitute.ends_at,
            SessionSubstitute.assignment_id.is_not(None).label("rights"),
        )
        .join(Person, Person.id == SessionSubstitute.person_id)
        .join(by, by.id == SessionSubstitute.by_id)
        .outerjoin(host, host.id == SessionSubstitute.instead_of_id)
        .where(
            SessionSubstitute.session_id == session_id,
            SessionSubstitute.ended_at.is_(None),
            SessionSubstitute.ends_at > now,
        )
        .order_by(SessionSubstitute.id.desc())
        .limit(1)
    ).one_or_none()
    return Substitution(**row._asdict()) if row else None


def standing_in(cohort_id: int) -> frozenset[tuple[int, int]]:
    """Sessions of a cohort in which somebody stands in: (session, person). One statement."""
    rows = db.session.execute(
        sa.select(SessionSubstitute.session_id, SessionSubstitute.person_id)
        .join(LiveSession, LiveSession.id == SessionSubstitute.session_id)
        .where(LiveSession.cohort_id == cohort_id, SessionSubstitute.ended_at.is_(None))
    )
    return frozenset((row.session_id, row.person_id) for row in rows)


def learns_in(person_id: int, cohort_id: int) -> bool:
    """Whether somebody is a learner of a cohort."""
    return (
        db.session.scalar(
            sa.select(RoleGrant.id).where(
                RoleGrant.person_id == person_id,
                RoleGrant.cohort_id == cohort_id,
                RoleGrant.role == Role.LEARNER,
                RoleGrant.ends_at.is_(None),
            )
        )
        is not None
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could stand in, with what speaks against it."""

    person_id: int
    name: str
    job_title: str
    here: bool
    """They teach in this cohort."""
    hosts_then: str
    """What they host at that time, elsewhere or here; empty: nothing."""
    away: bool


def candidates(session: SessionView, find: str, now: dt.datetime) -> list[Candidate]:
    """Who teaches anywhere, by name, those of this cohort first. Two statements."""
    wanted = f"%{find.strip().lower()}%"
    here = sa.func.max(sa.case((RoleGrant.cohort_id == session.cohort_id, 1), else_=0))
    day = session.day
    away = (
        sa.exists()
        .where(BusyDate.person_id == Person.id, BusyDate.starts_on <= day, BusyDate.ends_on >= day)
        .correlate(Person)
    )
    rows = db.session.execute(
        sa.select(
            Person.id.label("person_id"),
            Person.name,
            sa.func.coalesce(Person.job_title, "").label("job_title"),
            here.label("here"),
            away.label("away"),
        )
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role.in_((Role.FACULTY, Role.ASSISTANT)),
            sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
            Person.id != (session.host_id or 0),
            sa.func.lower(Person.name).like(wanted),
        )
        .group_by(Person.id, Person.name, Person.job_title, Person.sort_name)
        .order_by(here.desc(), Person.sort_name, Person.id)
        .limit(MOST)
    ).all()
    busy = _hosting_then(session, [row.person_id for row in rows])
    return [
        Candidate(
            row.person_id,
            row.name,
            row.job_title,
            bool(row.here),
            busy.get(row.person_id, ""),
            bool(row.away),
        )
        for row in rows
    ]


def _hosting_then(session: SessionView, person_ids: list[int]) -> dict[int, str]:
    rows = db.session.execute(
        sa.select(LiveSession.host_id, Activity.code, Activity.title, Cohort.name)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .join(Activity, Activity.id == LiveSession.activity_id)
        .join(Cohort, Cohort.id == LiveSession.cohort_id)
        .where(
            LiveSession.host_id.in_(person_ids),
            LiveSession.id != session.id,
            LiveSession.state != SessionState.CANCELLED,
            ScheduledItem.state == ItemState.PLANNED,
            ScheduledItem.starts_at < session.ends_at,
            ScheduledItem.ends_at > session.starts_at,
        )
        .order_by(ScheduledItem.starts_at.desc(), LiveSession.id.desc())
    )
    return {row.host_id: f"{row.code or row.title} of {row.name}" for row in rows}


def sessions_ahead(since: dt.datetime, until: dt.datetime) -> list[SessionView]:
    """The sessions of all open cohorts that begin in a window, by start. Two statements."""
    rows = db.session.execute(
        select_sessions()
        .join(Cohort, Cohort.id == LiveSession.cohort_id)
        .add_columns(LiveSession.cohort_id)
        .where(
            Cohort.state == CohortState.OPEN,
            LiveSession.state != SessionState.CANCELLED,
            ScheduledItem.state == ItemState.PLANNED,
            ScheduledItem.starts_at > since,
            ScheduledItem.starts_at <= until,
        )
        .order_by(ScheduledItem.starts_at, LiveSession.id)
    ).all()
    views = cohorts_by_id({row.cohort_id for row in rows})
    found = []
    for row in rows:
        values = row._asdict()
        found.append(SessionView(cohort=views[values.pop("cohort_id")], **values))
    return found
