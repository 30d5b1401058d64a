"""Whom invitations concern: the live sessions of many people at once, and what they were last told of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort, CohortState
from lms.core.db import db
from lms.enrolment.models import Place, PlaceEvent
from lms.enrolment.rules import PlaceState
from lms.integrations.calendar import Entry
from lms.integrations.models import CalendarFeed, CalendarInvitation
from lms.integrations.queries.shared import SharedCalendar, shared_calendars, with_name
from lms.integrations.rules import Known, Wanted
from lms.live.models import LiveSession
from lms.people.models import Person, User
from lms.scheduling.models import Schedule

TAKING_PART = frozenset({PlaceState.ENROLLED, PlaceState.ON_LEAVE})


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody with an account and an address."""

    person_id: int
    name: str
    email: str
    zone: str
    by_mail: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A live session as it is for somebody, and what they know of it."""

    wanted: Wanted | None
    known: Known | None


@dataclass(frozen=True)
class Ground:
    """All that is needed to say what some people are to be told."""

    people: tuple[Invited, ...]
    lines: Mapping[tuple[int, int], Line]
    """(person, item) → line."""
    entries: Mapping[int, Entry]
    """Item → its entry, with the cohort's name."""


def concerned(person_ids: Collection[int] | None = None, cohort_id: int | None = None) -> list[int]:
    """Those who are invited by mail, or hold invitations still: all, of these people, or of a cohort. One statement."""
    by_mail = sa.select(CalendarFeed.person_id).where(CalendarFeed.by_mail.is_(True))
    holding = sa.select(CalendarInvitation.person_id).where(CalendarInvitation.cancelled.is_(False))
    statement = sa.select(Person.id).where(sa.or_(Person.id.in_(by_mail), Person.id.in_(holding)))
    if person_ids is not None:
        statement = statement.where(Person.id.in_(list(person_ids)))
    if cohort_id is not None:
        places = sa.select(Place.person_id).where(Place.cohort_id == cohort_id)
        hosts = sa.select(LiveSession.host_id).where(LiveSession.cohort_id == cohort_id)
        told = sa.select(CalendarInvitation.person_id).join(
            LiveSession, LiveSession.item_id == CalendarInvitation.item_id
        )
        told = told.where(LiveSession.cohort_id == cohort_id)
        statement = statement.where(
            sa.or_(
                Person.id.in_(places),
                Person.id.in_(hosts.where(LiveSession.host_id.is_not(None))),
                Person.id.in_(told),
            )
        )
    return list(db.session.scalars(statement.order_by(Person.id)))


def ground(person_ids: Collection[int]) -> Ground:
    """What is so, and what is known, for these people. Seven statements at most, however many they are."""
    people = _people(person_ids)
    calendars = _calendars(person_ids)
    wanted = _wanted(people, calendars)
    known = _known(person_ids)
    entries = {
        shared.item_id: with_name(shared.entry, calendar.cohort)
        for calendar in calendars.values()
        for shared in calendar.entries
        if shared.live
    }
    told = {key: line for key, line in known.items() if key[1] in entries}
    keys = sorted({*wanted, *told})
    return Ground(
        people=people,
        lines={key: Line(wanted.get(key), told.get(key)) for key in keys},
        entries=entries,
    )


def _people(person_ids: Collection[int]) -> tuple[Invited, ...]:
    rows = db.session.execute(
        sa.select(
            Person.id,
            Person.name,
            Person.email,
            Person.zone,
            sa.func.coalesce(CalendarFeed.by_mail, sa.false()),
        )
        .join(User, User.person_id == Person.id)
        .outerjoin(CalendarFeed, CalendarFeed.person_id == Person.id)
        .where(Person.id.in_(list(person_ids)), User.active.is_(True), Person.email.is_not(None))
        .order_by(Person.id)
    )
    return tuple(
        Invited(id_, name, email or "", zone, bool(by_mail)) for id_, name, email, zone, by_mail in rows
    )


def _calendars(person_ids: Collection[int]) -> dict[int, SharedCalendar]:
    """Of every cohort that is theirs, or of which they hold invitations."""
    ids = list(person_ids)
    told = sa.select(LiveSession.cohort_id).join(
        CalendarInvitation, CalendarInvitation.item_id == LiveSession.item_id
    )
    rows = db.session.execute(
        sa.select(*cohorts.COLUMNS, Schedule.version.label("schedule_version"))
        .outerjoin(Schedule, Schedule.cohort_id == Cohort.id)
        .where(
            sa.or_(
                Cohort.id.in_(sa.select(Place.cohort_id).where(Place.person_id.in_(ids))),
                Cohort.id.in_(sa.select(LiveSession.cohort_id).where(LiveSession.host_id.in_(ids))),
                Cohort.id.in_(told.where(CalendarInvitation.person_id.in_(ids))),
            )
        )
        .order_by(Cohort.id)
    ).all()
    return shared_calendars([(cohorts.view_of(row), row.schedule_version) for row in rows])


def _wanted(
    people: Collection[Invited], calendars: Mapping[int, SharedCalendar]
) -> dict[tuple[int, int], Wanted]:
    """The live sessions of open cohorts that are somebody's: who sits in the cohort, who hosts it."""
    by_mail = [one.person_id for one in people if one.by_mail]
    found: dict[tuple[int, int], Wanted] = {}
    sitting = defaultdict(list)
    rows = db.session.execute(
        sa.select(Place.person_id, Place.cohort_id, Place.state, sa.func.count(PlaceEvent.id).label("story"))
        .outerjoin(PlaceEvent, PlaceEvent.place_id == Place.id)
        .where(Place.person_id.in_(by_mail))
        .group_by(Place.id, Place.person_id, Place.cohort_id, Place.state)
    )
    for row in rows:
        sitting[row.cohort_id].append(row)
    for calendar in calendars.values():
        if calendar.cohort.state is not CohortState.OPEN:
            continue
        for shared in calendar.entries:
            if not shared.live or shared.entry.ends_at is None:
                continue
            entry = shared.entry
            if shared.host_id in by_mail:
                found[shared.host_id, shared.item_id] = _as_wanted(entry, entry.sequence, invite=True)
            for row in sitting[calendar.cohort.id]:
                if row.state in TAKING_PART:
                    found[row.person_id, shared.item_id] = _as_wanted(
                        entry,
                        entry.sequence + max(0, row.story - 1),
                        invite=row.state is PlaceState.ENROLLED,
                    )
    return found


def _as_wanted(entry: Entry, sequence: int, *, invite: bool) -> Wanted:
    return Wanted(
        starts_at=entry.starts_at,
        ends_at=entry.ends_at or entry.starts_at,
        cancelled=entry.cancelled,
        sequence=sequence,
        invite=invite,
    )


def _known(person_ids: Collection[int]) -> dict[tuple[int, int], Known]:
    rows = db.session.execute(
        sa.select(
            CalendarInvitation.person_id,
            CalendarInvitation.item_id,
            CalendarInvitation.starts_at,
            CalendarInvitation.ends_at,
            CalendarInvitation.cancelled,
            CalendarInvitation.sequence,
            CalendarInvitation.extra,
        ).where(CalendarInvitation.person_id.in_(list(person_ids)))
    )
    return {(row.person_id, row.item_id): Known(*row[2:]) for row in rows}
