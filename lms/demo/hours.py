"""Office hours: half of what is ahead is booked, and two wait."""

from __future__ import annotations

import datetime as dt

from lms.core.db import db
from lms.demo import words
from lms.demo.world import Year, at
from lms.live import actions as live
from lms.live import queries
from lms.live.actions import Offering
from lms.live.models import SlotSeries
from lms.live.rules.booking import Pattern

DAY = dt.timedelta(days=1)


def office_hours(year: Year) -> None:
    """Faculty offers three evenings of the cohort that is further on; every second slot is taken."""
    if year.cohort.slug != "cohort-14":
        return
    host, began = year.staff["faculty"], year.now - 5 * DAY
    first = year.now.date() + 2 * DAY
    offering = Offering(
        title="Office hours: your capstone’s first page",
        about="Twenty minutes on one page of yours. Bring it printed, with the sentence you like least marked.",
        place=f"https://meet.example.org/{year.cohort.slug}-hours",
        quota=2,
        opens_at=began,
        closes_hours=2,
        pattern=Pattern(
            first_on=first,
            last_on=first + 20 * DAY,
            weekday=first.weekday(),
            from_time=dt.time(18),
            to_time=dt.time(20),
            minutes=20,
            zone=host.zone,
        ),
    )
    with at(began):
        series = live.offer_slots(year.cohort.id, offering, actor=host, now=began)
    here = [seat for seat in year.seats if seat.active(year.now)]
    (view,) = queries.office_hours(year.cohort, None, now=year.now)
    for number, slot in enumerate(view.slots[::2]):
        seat, when = here[number * 3 % len(here)], began + (number + 1) * dt.timedelta(hours=3)
        with at(when):
            about = words.masterclasses("slots")[number % 4]
            live.book(slot.id, seat.place.place_id, about, actor=seat.actor, now=when)
    number = db.session.get_one(SlotSeries, series.id).id
    for seat in here[20:22]:
        with at(year.now - DAY):
            live.wait_for_slot(number, seat.place.place_id, wanted=True, actor=seat.actor, now=year.now - DAY)
