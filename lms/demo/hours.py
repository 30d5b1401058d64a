"""Office hours: of one series half of what is ahead is booked; another is full, and two wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from lms.core.db import db
from lms.demo import words
from lms.demo.world import Seat, Year, at
from lms.live import actions as live
from lms.live.actions import Offering
from lms.live.models import Slot
from lms.live.rules.booking import Pattern

DAY = dt.timedelta(days=1)


def office_hours(year: Year) -> None:
    """Faculty offers evenings of the cohort that is further on, and an hour that everybody wants."""
    if year.cohort.slug != "cohort-14":
        return
    first = year.now.date() + 2 * DAY
    here = [seat for seat in year.seats if seat.active(year.now)]
    evenings = _offered(
        year,
        Offering(
            title="Office hours: your capstone’s first page",
            about="Twenty minutes on one page of yours. Bring it printed, with the sentence you like least marked.",
            place=f"https://meet.example.org/{year.cohort.slug}-hours",
            quota=2,
            opens_at=year.now - 5 * DAY,
            closes_hours=2,
            pattern=_evenings(year, first, 20, dt.time(18), dt.time(20)),
        ),
    )
    _booked(year, evenings[::2], [here[number * 3 % len(here)] for number in range(len(evenings[::2]))])
    dry_run = _offered(
        year,
        Offering(
            title="Dry run before the panel",
            about="You present for ten minutes, I ask what a panel would.",
            place=f"https://meet.example.org/{year.cohort.slug}-dry-run",
            quota=1,
            opens_at=year.now - 5 * DAY,
            closes_hours=2,
            pattern=_evenings(year, first + DAY, 6, dt.time(19), dt.time(20)),
        ),
    )
    _booked(year, dry_run, here[1 : 1 + len(dry_run)])
    series = db.session.get_one(Slot, dry_run[0]).series_id
    for seat in here[20:22]:
        with at(year.now - DAY):
            live.wait_for_slot(series, seat.place.place_id, wanted=True, actor=seat.actor, now=year.now - DAY)


def _evenings(year: Year, first: dt.date, days: int, begin: dt.time, end: dt.time) -> Pattern:
    return Pattern(
        first_on=first,
        last_on=first + days * DAY,
        weekday=first.weekday(),
        from_time=begin,
        to_time=end,
        minutes=20,
        zone=year.staff["faculty"].zone,
    )


def _offered(year: Year, offering: Offering) -> list[int]:
    """The slots of a new series, by start."""
    with at(offering.opens_at):
        row = live.offer_slots(year.cohort.id, offering, actor=year.staff["faculty"], now=offering.opens_at)
    return list(
        db.session.scalars(sa.select(Slot.id).where(Slot.series_id == row.id).order_by(Slot.starts_at))
    )


def _booked(year: Year, slots: Sequence[int], seats: Sequence[Seat]) -> None:
    """Each slot goes to one of these, three hours after the one before."""
    for number, (slot, seat) in enumerate(zip(slots, seats, strict=True)):
        when = year.now - 5 * DAY + (number + 1) * dt.timedelta(hours=3)
        with at(when):
            about = words.masterclasses("slots")[number % 4]
            live.book(slot, seat.place.place_id, about, actor=seat.actor, now=when)
