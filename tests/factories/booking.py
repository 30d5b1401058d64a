"""Office hours for tests, through the real actions."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.live import actions
from lms.live.actions import Offering
from lms.live.models import Slot, SlotBooking, SlotSeries
from lms.live.rules.booking import Pattern
from lms.people.models import Person
from tests.factories import live, world


def offered(
    cohort: CohortView,
    host: Person,
    *,
    quota: int = 2,
    weeks: int = 1,
    hour: int = 9,
    opens_at: dt.datetime | None = None,
) -> list[int]:
    """Four slots of fifteen minutes in each of some weeks, from next week on; their ids, by start."""
    today = clock.now().date()
    pattern = Pattern(
        first_on=today + dt.timedelta(days=7),
        last_on=today + dt.timedelta(days=6 + 7 * weeks),
        weekday=2,
        from_time=dt.time(hour),
        to_time=dt.time(hour + 1),
        minutes=15,
        zone="UTC",
    )
    with unit_of_work() as work:
        offering = Offering(title="Office hours", quota=quota, opens_at=opens_at or work.now, pattern=pattern)
        series = actions.offer_slots(cohort.id, offering, actor=world.actor(host), now=work.now)
        number = series.id
    return list(
        db.session.scalars(sa.select(Slot.id).where(Slot.series_id == number).order_by(Slot.starts_at))
    )


def booked(cohort: CohortView, person: Person, slot_id: int, about: str = "") -> SlotBooking:
    """Somebody books a slot."""
    with unit_of_work() as work:
        return actions.book(
            slot_id, live.place_of(cohort, person), about, actor=world.actor(person), now=work.now
        )


def cancelled(booking: SlotBooking, by: Person, reason: str = "") -> None:
    """A booking is cancelled."""
    with unit_of_work() as work:
        actions.cancel_booking(booking.id, reason, actor=world.actor(by), now=work.now)


def waits(cohort: CohortView, person: Person) -> None:
    """Somebody waits for a slot of the cohort's one series."""
    series = db.session.scalars(sa.select(SlotSeries.id).where(SlotSeries.cohort_id == cohort.id)).one()
    with unit_of_work() as work:
        actions.wait_for_slot(
            series, live.place_of(cohort, person), wanted=True, actor=world.actor(person), now=work.now
        )
