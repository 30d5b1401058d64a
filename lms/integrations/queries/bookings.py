"""What somebody booked, or what was booked with them: slots of office hours and clinics, and seats in sessions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts.models import Cohort
from lms.core import mail
from lms.enrolment.models import Place
from lms.integrations.calendar import Entry
from lms.integrations.calendar.entries import NAMESPACE, revised
from lms.live.models import LiveSession, Seat, Slot, SlotBooking, SlotSeries
from lms.live.rules import SeatState
from lms.people.models import Person

_PERSON = sa.bindparam("person", type_=sa.Integer)
_learner, _host = aliased(Person), aliased(Person)
BOOKED = (
    sa.select(
        SlotBooking.public_id,
        SlotBooking.booked_at,
        SlotBooking.ended_at,
        SlotBooking.ended_for,
        Slot.starts_at,
        Slot.ends_at,
        Slot.host_id,
        SlotSeries.public_id.label("series_public_id"),
        SlotSeries.title,
        Cohort.slug,
        Cohort.name.label("cohort"),
        Cohort.zone,
        _learner.name.label("learner"),
        _host.name.label("host"),
    )
    .select_from(SlotBooking)
    .join(Slot, Slot.id == SlotBooking.slot_id)
    .join(SlotSeries, SlotSeries.id == Slot.series_id)
    .join(Cohort, Cohort.id == SlotSeries.cohort_id)
    .join(Place, Place.id == SlotBooking.place_id)
    .join(_learner, _learner.id == Place.person_id)
    .join(_host, _host.id == Slot.host_id)
    .where(sa.or_(Place.person_id == _PERSON, Slot.host_id == _PERSON))
    .order_by(Slot.starts_at, SlotBooking.id)
)
"""Every slot that the person booked or that was booked with them. One statement."""
SEATS = (
    sa.select(LiveSession.item_id, Seat.state, Seat.asked_at, Seat.seated_at, Seat.ended_at)
    .select_from(Seat)
    .join(LiveSession, LiveSession.id == Seat.session_id)
    .join(Place, Place.id == Seat.place_id)
    .where(Place.person_id == _PERSON)
    .order_by(LiveSession.item_id)
)
"""Every seat that the person asked for. One statement."""


def uid_of_booking(public_id: str) -> str:
    """The uid of a booking: the same for the learner and the host, for ever; a slot booked anew is another one."""
    return str(uuid.uuid5(NAMESPACE, f"booking/{public_id}"))


def entry_of(row: Any, person_id: int) -> Entry:
    """A booking as its learner or its host has it in their calendar. What it is about stays in Cadre."""
    hosts = row.host_id == person_id
    address = (
        mail.link_to("live.slots", slug=row.slug, series=row.series_public_id)
        if hosts
        else mail.link_to("live.office_hours", slug=row.slug)
    )
    about = [f"Appointment of {row.cohort}", f"With {row.learner if hosts else row.host}"]
    if row.ended_at and row.ended_for:
        about.append(f"Cancelled: {row.ended_for}")
    return Entry(
        uid=uid_of_booking(row.public_id),
        sequence=1 if row.ended_at else 0,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=row.zone,
        title=f"{row.title}: {row.learner}" if hosts else f"{row.title} with {row.host}",
        about="\n".join(about),
        url=address,
        categories=("Appointment", row.cohort),
        modified_at=row.ended_at or row.booked_at,
        busy=True,
        cancelled=row.ended_at is not None,
    )


@dataclass(frozen=True, slots=True)
class OwnSeat:
    """Where somebody stands who asked for a seat."""

    state: SeatState
    changed_at: dt.datetime


def seats_of(rows: Iterable[Any]) -> dict[int, OwnSeat]:
    """The seats by the item of their session."""
    return {
        row.item_id: OwnSeat(row.state, max(at for at in (row.asked_at, row.seated_at, row.ended_at) if at))
        for row in rows
    }


_WORDS = {
    SeatState.SEATED: "You have a seat.",
    SeatState.WAITING: "You wait for a seat.",
    SeatState.GIVEN_UP: "You gave your seat up.",
    SeatState.TAKEN_BACK: "You have no seat.",
}


def with_seat(entry: Entry, seat: OwnSeat) -> Entry:
    """The session with how its holder stands; without a seat it takes no time of theirs.

    That is no other date: SEQUENCE stays, so that the feed is never ahead of invitations by mail.
    """
    return revised(
        entry,
        about=f"{entry.about}\n{_WORDS[seat.state]}",
        busy=entry.busy and seat.state is SeatState.SEATED,
        modified_at=max(entry.modified_at, seat.changed_at),
    )
