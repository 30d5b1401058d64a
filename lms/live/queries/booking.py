"""Office hours: the slots as a learner sees them, the list of a host, what clashes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.enrolment.models import Place
from lms.live import rules
from lms.live.models import LiveSession, SessionState, Slot, SlotBooking, SlotSeries, SlotWait
from lms.live.rules.booking import BookingRefusal, SlotState
from lms.people import queries as people
from lms.people.models import Person
from lms.people.rules import Actor, Days, Role
from lms.scheduling.models import ScheduledItem


@dataclass(frozen=True, slots=True)
class SlotLine:
    """One slot as somebody sees it."""

    id: int
    public_id: str
    series_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: SlotState
    held_until: dt.datetime | None
    booking: str
    """The public id of the booking in force, for its learner and for staff."""
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class SeriesView:
    """Office hours of somebody."""

    cohort: CohortView
    id: int
    public_id: str
    host_id: int
    host: str
    title: str
    about: str
    place: str
    quota: int
    opens_at: dt.datetime
    closes_hours: int
    waiting: int
    own_turn: int
    """Which of those waiting a learner is; 0: does not wait."""
    slots: tuple[SlotLine, ...] = ()

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    def bookable(self, now: dt.datetime) -> frozenset[int]:
        """The slots that can be had now: free, or kept for whoever looks, and not too near."""
        latest = dt.timedelta(hours=self.closes_hours)
        return frozenset(
            one.id
            for one in self.slots
            if one.state in (SlotState.FREE, SlotState.KEPT_FOR_ME) and now <= one.starts_at - latest
        )

    def why_not_wait(self, now: dt.datetime) -> BookingRefusal | None:
        """Why a learner does not wait for a slot, or None."""
        return rules.why_not_wait(
            bookable=bool(self.bookable(now)),
            opens_at=self.opens_at,
            ahead=self.mine,
            quota=self.quota,
            now=now,
        )

    @property
    def mine(self) -> int:
        """How many a learner has."""
        return sum(one.state is SlotState.MINE for one in self.slots)


def office_hours(
    cohort: CohortView,
    place_id: int | None,
    *,
    now: dt.datetime,
    public_id: str | None = None,
    since: dt.datetime | None = None,
) -> list[SeriesView]:
    """The series of a cohort with their slots from now (or an instant) on. Two statements, whatever the number."""
    mine = aliased(SlotWait)
    waiting = (
        sa.select(sa.func.count())
        .where(SlotWait.series_id == SlotSeries.id)
        .correlate(SlotSeries)
        .scalar_subquery()
    )
    turn = (
        sa.select(sa.func.count())
        .where(SlotWait.series_id == SlotSeries.id, SlotWait.id <= mine.id)
        .correlate(SlotSeries, mine)
        .scalar_subquery()
    )
    statement = (
        sa.select(
            SlotSeries.id,
            SlotSeries.public_id,
            SlotSeries.host_id,
            Person.name.label("host"),
            SlotSeries.title,
            SlotSeries.about,
            SlotSeries.place,
            SlotSeries.quota,
            SlotSeries.opens_at,
            SlotSeries.closes_hours,
            waiting.label("waiting"),
            sa.case((mine.id.is_(None), 0), else_=turn).label("own_turn"),
        )
        .join(Person, Person.id == SlotSeries.host_id)
        .outerjoin(mine, sa.and_(mine.series_id == SlotSeries.id, mine.place_id == (place_id or 0)))
        .where(SlotSeries.cohort_id == cohort.id)
        .order_by(SlotSeries.title, SlotSeries.id)
    )
    if public_id is not None:
        statement = statement.where(SlotSeries.public_id == public_id)
    rows = db.session.execute(statement).all()
    slots = _slots([row.id for row in rows], place_id, since or now, now)
    return [
        SeriesView(
            cohort=cohort, **row._asdict(), slots=tuple(one for one in slots if one.series_id == row.id)
        )
        for row in rows
    ]


def _slots(
    series_ids: Sequence[int], place_id: int | None, since: dt.datetime, now: dt.datetime
) -> list[SlotLine]:
    rows = db.session.execute(
        sa.select(
            Slot.id,
            Slot.public_id,
            Slot.series_id,
            Slot.starts_at,
            Slot.ends_at,
            Slot.held_for_id,
            Slot.held_until,
            SlotBooking.place_id,
            SlotBooking.public_id.label("booking"),
            SlotBooking.about,
            Person.name,
        )
        .outerjoin(SlotBooking, sa.and_(SlotBooking.slot_id == Slot.id, SlotBooking.ended_at.is_(None)))
        .outerjoin(Place, Place.id == SlotBooking.place_id)
        .outerjoin(Person, Person.id == Place.person_id)
        .where(Slot.series_id.in_(list(series_ids)), Slot.withdrawn_at.is_(None), Slot.ends_at > since)
        .order_by(Slot.starts_at, Slot.id)
    )
    return [_slot(row, place_id, now) for row in rows]


def _slot(row: Any, place_id: int | None, now: dt.datetime) -> SlotLine:
    state = rules.slot_state(
        starts_at=row.starts_at,
        taken_by=row.place_id,
        held_for=row.held_for_id,
        held_until=row.held_until,
        me=place_id,
        now=now,
    )
    told = place_id is None or state is SlotState.MINE
    return SlotLine(
        id=row.id,
        public_id=row.public_id,
        series_id=row.series_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=state,
        held_until=row.held_until,
        booking=(row.booking or "") if told else "",
        name=(row.name or "") if told else "",
        about=(row.about or "") if told else "",
    )


@dataclass(frozen=True, slots=True)
class OfSeries:
    """A series, a slot or a booking by its id, with whose it is."""

    cohort: CohortView
    id: int
    public_id: str
    series_id: int
    host_id: int
    person_id: int | None = None
    """Whose booking it is."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


def _found(cohort: CohortView, statement: Any) -> OfSeries:
    row = db.session.execute(statement.where(SlotSeries.cohort_id == cohort.id)).one_or_none()
    if row is None:
        raise NotFound
    return OfSeries(cohort, **row._asdict())


def series_visible_to(actor: Actor, slug: str, series: str) -> OfSeries:
    """A series of a cohort."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    columns = sa.select(
        SlotSeries.id, SlotSeries.public_id, SlotSeries.id.label("series_id"), SlotSeries.host_id
    )
    return _found(cohort, columns.where(SlotSeries.public_id == series))


def slot_visible_to(actor: Actor, slug: str, slot: str) -> OfSeries:
    """A slot of a cohort that is still offered."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    columns = sa.select(Slot.id, Slot.public_id, Slot.series_id, SlotSeries.host_id)
    found = columns.join(SlotSeries, SlotSeries.id == Slot.series_id)
    return _found(cohort, found.where(Slot.public_id == slot, Slot.withdrawn_at.is_(None)))


def booking_visible_to(actor: Actor, slug: str, booking: str) -> OfSeries:
    """A booking: one's own, or any for those who teach; for other learners it is not there."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    columns = sa.select(
        SlotBooking.id, SlotBooking.public_id, Slot.series_id, SlotSeries.host_id, Place.person_id
    )
    found = (
        columns.join(Slot, Slot.id == SlotBooking.slot_id)
        .join(SlotSeries, SlotSeries.id == Slot.series_id)
        .join(Place, Place.id == SlotBooking.place_id)
    )
    thing = _found(cohort, found.where(SlotBooking.public_id == booking))
    staff = actor.has_any(frozenset({Role.FACULTY, Role.ASSISTANT, Role.COORDINATOR}), cohort.id)
    if thing.person_id != actor.person_id and not staff:
        raise NotFound
    return thing


def own_slots_ahead(place_id: int, now: dt.datetime) -> list[tuple[int, dt.datetime, dt.datetime]]:
    """The slots ahead that a learner has: (series, start, end). One statement."""
    rows = db.session.execute(
        sa.select(Slot.series_id, Slot.starts_at, Slot.ends_at)
        .join(SlotBooking, SlotBooking.slot_id == Slot.id)
        .where(SlotBooking.place_id == place_id, SlotBooking.ended_at.is_(None), Slot.ends_at > now)
        .order_by(Slot.starts_at)
    )
    return [(row.series_id, row.starts_at, row.ends_at) for row in rows]


def clashes(
    person_id: int, cohort_id: int | None, spans: Sequence[tuple[dt.datetime, dt.datetime]]
) -> dict[dt.datetime, str]:
    """What lies across these times: sessions somebody hosts, those of their cohort, days on which they cannot.

    By the start of each span. Two statements.
    """
    if not spans:
        return {}
    first, last = min(begin for begin, _end in spans), max(end for _begin, end in spans)
    whose = LiveSession.host_id == person_id
    if cohort_id is not None:
        whose = sa.or_(whose, LiveSession.cohort_id == cohort_id)
    sessions = db.session.execute(
        sa.select(ScheduledItem.starts_at, ScheduledItem.ends_at)
        .join(LiveSession, LiveSession.item_id == ScheduledItem.id)
        .where(
            whose,
            LiveSession.state != SessionState.CANCELLED,
            ScheduledItem.starts_at < last,
            ScheduledItem.ends_at > first,
        )
    ).all()
    taught = [(row.starts_at, row.ends_at) for row in sessions]
    away = people.busy_within([person_id], Days(first.date(), last.date())).get(person_id, [])
    found = {}
    for begin, end in spans:
        if rules.overlap(begin, end, taught):
            found[begin] = "at the time of a session"
        elif any(days.starts_on <= begin.date() <= days.ends_on for days in away):
            found[begin] = "on a busy date"
    return found
