"""Who hosts and teaches: the sessions on a host's desk, and the staff of a cohort."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts.models import Cohort, StaffAssignment
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.remember import Remembered
from lms.live.models import LiveSession
from lms.live.queries.sessions import RosterState, SessionView, roster_states, select_sessions
from lms.people.models import Person
from lms.people.rules import Role
from lms.scheduling.models import ScheduledItem

HOSTS = (Role.FACULTY.value, Role.ASSISTANT.value, Role.COORDINATOR.value)


@dataclass(frozen=True, slots=True)
class HostedSession:
    """A session on the desk of its host."""

    cohort_slug: str
    cohort_name: str
    key: str
    code: str
    title: str
    kind: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    lacks: tuple[str, ...]
    """What it still lacks; empty: ready."""
    roster: RosterState
    cancelled: bool


def sessions_for_host(person_id: int, since: dt.datetime, until: dt.datetime) -> list[HostedSession]:
    """The sessions that a person hosts in a window, in all cohorts, by start. Four statements."""
    rows = db.session.execute(
        select_sessions()
        .add_columns(LiveSession.cohort_id)
        .where(
            LiveSession.host_id == person_id, ScheduledItem.ends_at >= since, ScheduledItem.starts_at < until
        )
        .order_by(ScheduledItem.starts_at, LiveSession.id)
    ).all()
    views = cohorts_by_id({row.cohort_id for row in rows})
    lines = []
    for row in rows:
        values = row._asdict()
        lines.append(SessionView(cohort=views[values.pop("cohort_id")], **values))
    rosters = roster_states(lines) if lines else {}
    return [
        HostedSession(
            cohort_slug=line.cohort.slug,
            cohort_name=line.cohort.name,
            key=line.key,
            code=line.line.code,
            title=line.line.title,
            kind=line.line.kind.value,
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            lacks=line.lacks,
            roster=rosters[line.id],
            cancelled=line.cancelled,
        )
        for line in lines
    ]


def cohorts_by_id(ids: set[int]) -> dict[int, CohortView]:
    """Some cohorts, by id. One statement."""
    if not ids:
        return {}
    names = [name for name in CohortView.__slots__ if name in Cohort.__table__.columns]
    rows = db.session.execute(sa.select(*(getattr(Cohort, name) for name in names)).where(Cohort.id.in_(ids)))
    return {row.id: CohortView(**{**row._asdict(), "breaks": tuple(row.breaks)}) for row in rows}


@dataclass(frozen=True, slots=True)
class StaffName:
    """A member of staff one may write to, or who may host."""

    person_id: int
    name: str
    email: str
    role: Role
    course_key: str


def staff(cohort_id: int) -> list[StaffName]:
    """Faculty, assistants and coordinators of a cohort, faculty first. One statement."""
    rows = db.session.execute(
        sa.select(
            Person.id.label("person_id"),
            Person.name,
            sa.func.coalesce(Person.email, "").label("email"),
            StaffAssignment.role,
            StaffAssignment.course_key,
        )
        .join(Person, Person.id == StaffAssignment.person_id)
        .where(
            StaffAssignment.cohort_id == cohort_id,
            StaffAssignment.ends_at.is_(None),
            StaffAssignment.role.in_(HOSTS),
        )
        .order_by(Person.sort_name, Person.id, StaffAssignment.id)
    )
    found = [StaffName(**{**row._asdict(), "role": Role(row.role)}) for row in rows]
    return sorted(found, key=lambda one: HOSTS.index(one.role.value))


_staff: Remembered[list[StaffName]] = Remembered(256)


def known_staff(cohort: CohortView) -> list[StaffName]:
    """The same, remembered by the version of what a cohort's members see alike."""
    return _staff.get(cohort.id, cohort.outline_version, lambda: staff(cohort.id))
