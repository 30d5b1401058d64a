"""Whose calendar has what in it: the dates that hold for one person, over all their cohorts and hats."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort, CohortState
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.enrolment.models import Place, PlaceEvent, TeamMembership
from lms.enrolment.rules import ACTIVE, PlaceState
from lms.integrations import rules
from lms.integrations.calendar import Entry, Part, drawn
from lms.integrations.calendar.entries import revised
from lms.integrations.calendar.objects import zone_of
from lms.integrations.models import CalendarInvitation
from lms.integrations.queries.bookings import BOOKED, SEATS, OwnSeat, entry_of, seats_of, with_seat
from lms.integrations.queries.shared import SharedCalendar, SharedEntry, shared_calendars, with_name
from lms.integrations.rules import own_revisions
from lms.integrations.rules.calendars import OwnSetting
from lms.live.models import LiveSession
from lms.people.models import RoleGrant
from lms.people.queries.persons import grant_in_force
from lms.people.rules import Role
from lms.scheduling.models import ItemKind, ItemState, Override, OverrideScope, Schedule
from lms.scheduling.queries import ItemLine, with_overrides

_PERSON = sa.bindparam("person", type_=sa.Integer)
_NOW = sa.bindparam("now", type_=Cohort.created_at.type)
ENDED = frozenset({PlaceState.WITHDRAWN, PlaceState.DEFERRED, PlaceState.TRANSFERRED})
"""Whoever had a place like this sees for a while what is not theirs any more, crossed out."""
SEEN = ACTIVE | ENDED
STAFF_SEE = dt.timedelta(days=30)
"""So long sessions of others stay in a coordinator's or host's calendar when they are over."""


@dataclass(frozen=True)
class OwnPlace:
    """A place of theirs, with the teams they sit in and those they left."""

    cohort_id: int
    section_id: int | None
    state: PlaceState
    story: int
    """How many events it has."""
    changed_at: dt.datetime
    teams: frozenset[int]
    left_teams: tuple[int, ...]

    @property
    def active(self) -> bool:
        """Whether its holder sees the cohort."""
        return self.state in ACTIVE


@dataclass(frozen=True)
class PersonCalendar:
    """What is in somebody's calendar, at the versions of everything it is made of."""

    person_id: int
    now: dt.datetime
    left_out: frozenset[str]
    found: tuple[Any, ...]
    """The rows that it depends on."""
    cohorts: tuple[tuple[CohortView, int | None], ...]
    places: dict[int, OwnPlace]
    coordinated: frozenset[int]
    overrides: dict[int, tuple[Any, ...]]
    """Own dates that were ever set, by item."""
    extras: dict[int, int]
    seats: dict[int, OwnSeat]
    """Seats that they asked for, by the item of the session."""
    booked: tuple[Entry, ...]
    """Appointments."""

    def etag(self, *more: object) -> str:
        """A word that is another one whenever the calendar may be another one."""
        parts = (self.now.date(), sorted(self.left_out), self.found, more)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]

    @cached_property
    def shared(self) -> dict[int, SharedCalendar]:
        """The calendars of their cohorts."""
        return shared_calendars(self.cohorts)

    @property
    def several(self) -> bool:
        """Whether they need the cohorts' names."""
        return len(self.cohorts) > 1

    def entries(self) -> list[tuple[Part, Entry]]:
        """Everything in it, by the moment it stands at."""
        lines = [
            (part, self._for_me(calendar, shared))
            for calendar in self._calendars()
            for part, shared in self._mine(calendar)
        ]
        lines += [(Part.BOOKINGS, entry) for entry in self._appointments()]
        kept = [(part, entry) for part, entry in lines if self._kept(entry)]
        return sorted(kept, key=lambda pair: (pair[1].starts_at, pair[1].uid))

    def texts(self) -> Iterator[str]:
        """Everything in it, written; what they have like everybody was written before."""
        for calendar in self._calendars():
            for _part, shared in self._mine(calendar):
                entry = self._for_me(calendar, shared)
                if not self._kept(entry):
                    continue
                if self._as_everybody(calendar, shared):
                    yield calendar.drawn(shared, named=self.several).at(entry.sequence)
                else:
                    yield drawn(entry).at(entry.sequence)
        for entry in self._appointments():
            if self._kept(entry):
                yield drawn(entry).at(entry.sequence)

    def _appointments(self) -> tuple[Entry, ...]:
        return self.booked if Part.BOOKINGS.value not in self.left_out else ()

    def zones(self) -> list[str]:
        """The time zones in it, each once."""
        known = {calendar.cohort.zone for calendar in self._calendars()}
        others = {one.zone: zone_of(one) for one in self._appointments() if one.zone not in known}
        return sorted({*(calendar.zone_text for calendar in self._calendars()), *others.values()})

    def _calendars(self) -> list[SharedCalendar]:
        return [self.shared[cohort.id] for cohort, _version in self.cohorts]

    def _kept(self, entry: Entry) -> bool:
        return rules.in_feed(cancelled=entry.cancelled, modified_at=entry.modified_at, now=self.now)

    def _mine(self, calendar: SharedCalendar) -> Iterator[tuple[Part, SharedEntry]]:
        """What of a cohort is theirs: as a learner, else as its host, else as its coordinator."""
        place = self.places.get(calendar.cohort.id)
        if calendar.cohort.state is CohortState.PREPARING:
            place = None
        recent = self.now - STAFF_SEE
        for shared in calendar.entries:
            part = self._part(calendar, place, shared, recent)
            if part is not None and part.value not in self.left_out:
                yield part, shared

    def _part(
        self, calendar: SharedCalendar, place: OwnPlace | None, shared: SharedEntry, recent: dt.datetime
    ) -> Part | None:
        if (
            place is not None
            and not shared.staff_only
            and (place.active or shared.entry.starts_at > place.changed_at)
        ):
            return rules.part_of(shared.activity, shared.kind.value)
        if shared.entry.starts_at < recent:
            return None
        if shared.host_id == self.person_id:
            return Part.HOSTED
        meets = shared.kind is ItemKind.SESSION or shared.staff_only
        return Part.COORDINATED if meets and calendar.cohort.id in self.coordinated else None

    def _as_everybody(self, calendar: SharedCalendar, shared: SharedEntry) -> bool:
        """Whether all that differs for them is how often it was revised."""
        place = self.places.get(calendar.cohort.id)
        plain = shared.item_id not in self.seats and (place is None or place.active)
        return plain and not self._own(place, shared)

    def _own(self, place: OwnPlace | None, shared: SharedEntry) -> list[Any]:
        """The own dates in force for them, the widest first."""
        if place is None:
            return []
        return [
            row
            for row in self.overrides.get(shared.item_id, ())
            if row.revoked_at is None and _holds(row, place)
        ]

    def _for_me(self, calendar: SharedCalendar, shared: SharedEntry) -> Entry:
        place = self.places.get(calendar.cohort.id)
        settings = self.overrides.get(shared.item_id, ()) if place else ()
        sequence = shared.entry.sequence + own_revisions(
            (OwnSetting(_team(row), row.revoked_at is not None) for row in settings),
            story=place.story if place else 1,
            left_teams=place.left_teams if place else (),
            extra=self.extras.get(shared.item_id, 0),
        )
        entry = with_name(shared.entry, calendar.cohort) if self.several else shared.entry
        own = self._own(place, shared)
        if own:
            entry = _with_own_dates(entry, shared, own)
        seat = self.seats.get(shared.item_id)
        if seat is not None:
            entry = with_seat(entry, seat)
        changed = [
            entry.modified_at,
            *(row.at for row in settings),
            *(row.revoked_at for row in settings if row.revoked_at),
        ]
        if place is not None and not place.active:
            return revised(
                entry, sequence=sequence, cancelled=True, modified_at=max([*changed, place.changed_at])
            )
        return revised(entry, sequence=sequence, modified_at=max(changed))


def _with_own_dates(entry: Entry, shared: SharedEntry, own: Collection[Any]) -> Entry:
    everybodys = ItemLine(
        id=shared.item_id,
        key=shared.key,
        activity_id=0,
        kind=shared.kind,
        label="",
        starts_at=shared.starts_at,
        ends_at=entry.ends_at or entry.starts_at,
        state=ItemState.CANCELLED if entry.cancelled else ItemState.PLANNED,
        pinned=False,
    )
    line = with_overrides(everybodys, own)
    meets = entry.ends_at is not None
    return revised(
        entry,
        starts_at=line.starts_at if meets else line.ends_at,
        ends_at=line.ends_at if meets else None,
        cancelled=line.cancelled,
    )


def _team(row: Any) -> int | None:
    return row.scope_id if row.scope is OverrideScope.TEAM else None


def _holds(row: Any, place: OwnPlace) -> bool:
    match row.scope:
        case OverrideScope.SECTION:
            return bool(row.scope_id == place.section_id)
        case OverrideScope.TEAM:
            return row.scope_id in place.teams
    return True


_PLACES = (
    sa.select(
        Place.id,
        Place.cohort_id,
        Place.section_id,
        Place.state,
        TeamMembership.team_id,
        TeamMembership.ends_at,
        sa.select(sa.func.count())
        .where(PlaceEvent.place_id == Place.id)
        .correlate(Place)
        .scalar_subquery()
        .label("story"),
        sa.select(sa.func.max(PlaceEvent.at))
        .where(PlaceEvent.place_id == Place.id)
        .correlate(Place)
        .scalar_subquery()
        .label("changed_at"),
    )
    .outerjoin(TeamMembership, TeamMembership.place_id == Place.id)
    .where(Place.person_id == _PERSON)
    .order_by(Place.id, TeamMembership.id)
)
_COORDINATES = sa.and_(
    RoleGrant.person_id == _PERSON, RoleGrant.role == Role.COORDINATOR, grant_in_force(_NOW)
)
_COORDINATED = sa.or_(
    sa.exists().where(_COORDINATES, RoleGrant.cohort_id.is_(None)).correlate(None),
    Cohort.id.in_(sa.select(RoleGrant.cohort_id).where(_COORDINATES, RoleGrant.cohort_id.is_not(None))),
)
_COHORTS = (
    sa.select(*cohorts.COLUMNS, Schedule.version.label("schedule_version"), _COORDINATED.label("coordinated"))
    .outerjoin(Schedule, Schedule.cohort_id == Cohort.id)
    .where(
        sa.or_(
            Cohort.id.in_(sa.select(Place.cohort_id).where(Place.person_id == _PERSON)),
            Cohort.id.in_(sa.select(LiveSession.cohort_id).where(LiveSession.host_id == _PERSON)),
            sa.and_(_COORDINATED, Cohort.state != CohortState.CLOSED),
        )
    )
    .order_by(Cohort.starts_on, Cohort.id)
)
_EVER = (
    sa.select(
        Override.id,
        Override.item_id,
        Override.scope,
        Override.scope_id,
        Override.starts_at,
        Override.ends_at,
        Override.cancelled,
        Override.at,
        Override.revoked_at,
    )
    .where(
        Override.cohort_id.in_(sa.select(Place.cohort_id).where(Place.person_id == _PERSON)),
        sa.or_(
            sa.and_(Override.scope == OverrideScope.PERSON, Override.scope_id == _PERSON),
            Override.scope == OverrideScope.SECTION,
            sa.and_(
                Override.scope == OverrideScope.TEAM,
                Override.scope_id.in_(
                    sa.select(TeamMembership.team_id)
                    .join(Place, Place.id == TeamMembership.place_id)
                    .where(Place.person_id == _PERSON)
                ),
            ),
        ),
    )
    .order_by(Override.id)
)
_EXTRAS = (
    sa.select(CalendarInvitation.item_id, CalendarInvitation.extra)
    .where(CalendarInvitation.person_id == _PERSON, CalendarInvitation.extra > 0)
    .order_by(CalendarInvitation.item_id)
)


def calendar_of(person_id: int, left_out: Collection[str], now: dt.datetime) -> PersonCalendar:
    """What is in somebody's calendar. Six statements; two more where dates of a cohort are new to this process."""
    given = {"person": person_id, "now": now}
    places, found, ever, extras, seats, booked = (
        tuple(db.session.execute(statement, given).all())
        for statement in (_PLACES, _COHORTS, _EVER, _EXTRAS, SEATS, BOOKED)
    )
    overrides: dict[int, list[Any]] = defaultdict(list)
    for row in ever:
        overrides[row.item_id].append(row)
    return PersonCalendar(
        person_id=person_id,
        now=now,
        left_out=frozenset(left_out),
        found=(places, found, ever, extras, seats, booked),
        cohorts=tuple((cohorts.view_of(row), row.schedule_version) for row in found),
        places=_places(places),
        coordinated=frozenset(row.id for row in found if row.coordinated),
        overrides={item_id: tuple(rows) for item_id, rows in overrides.items()},
        extras={row.item_id: row.extra for row in extras},
        seats=seats_of(seats),
        booked=tuple(
            entry_of(row, person_id)
            for row in booked
            if row.host_id != person_id or row.ends_at > now - STAFF_SEE
        ),
    )


def _places(rows: Collection[Any]) -> dict[int, OwnPlace]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.cohort_id].append(row)
    return {
        cohort_id: OwnPlace(
            cohort_id=cohort_id,
            section_id=mine[0].section_id,
            state=mine[0].state,
            story=mine[0].story,
            changed_at=mine[0].changed_at,
            teams=frozenset(row.team_id for row in mine if row.team_id is not None and row.ends_at is None),
            left_teams=tuple(
                row.team_id for row in mine if row.team_id is not None and row.ends_at is not None
            ),
        )
        for cohort_id, mine in found.items()
        if mine[0].state in SEEN
    }
