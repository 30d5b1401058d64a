"""What was booked is in the calendar: slots of office hours for both sides, and how one stands with seats."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.core import clock
from lms.integrations.calendar import Part
from lms.people.rules import Role
from tests.factories import asking, booking, calendars, world

DAY = dt.timedelta(days=1)
MASTERCLASS = "mc1"


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=3)


@pytest.fixture
def asha(cohort):
    return world.learner(cohort, "Asha Rao", zone="Europe/London")


@pytest.fixture
def host(cohort):
    return world.granted(Role.FACULTY, cohort, "Farid Faculty")


@pytest.fixture
def path(asha):
    return calendars.address(asha)


@pytest.fixture
def slot(cohort, host):
    return booking.offered(cohort, host)[0]


def test_a_slot_is_in_the_calendar_of_whoever_booked_it_and_of_its_host(app, cohort, asha, host, path, slot):
    theirs = calendars.address(host)
    assert "Office hours with Farid Faculty" not in calendars.events(app, path)
    booking.booked(cohort, asha, slot, "How we costed doing nothing")
    mine = calendars.events(app, path)["Office hours with Farid Faculty"]
    his = calendars.events(app, theirs)["Office hours: Asha Rao"]
    assert mine["uid"] == his["uid"]
    assert calendars.starts(mine) == calendars.starts(his)
    assert mine["transp"] == "OPAQUE"
    assert "costed" not in str(his["description"]), "what it is about stays in Cadre"
    assert f"/cohorts/{cohort.slug}/office-hours" in str(mine["url"])


def test_nobody_else_has_it(app, cohort, asha, slot):
    other = calendars.address(world.learner(cohort, "Ben Okafor"))
    booking.booked(cohort, asha, slot)
    assert not any("Office hours" in title for title in calendars.events(app, other))


def test_a_cancelled_one_is_crossed_out_for_thirty_days_with_its_uid(app, cohort, asha, host, path, slot):
    made = booking.booked(cohort, asha, slot)
    before = calendars.events(app, path)["Office hours with Farid Faculty"]
    booking.cancelled(made, host, "I am at a conference.")
    crossed = calendars.events(app, path)["Cancelled: Office hours with Farid Faculty"]
    assert (crossed["uid"], crossed["status"]) == (before["uid"], "CANCELLED")
    assert crossed["sequence"] > before["sequence"]
    assert "conference" in str(crossed["description"])
    with clock.at(clock.now() + 29 * DAY):
        assert "Cancelled: Office hours with Farid Faculty" in calendars.events(app, path)
    with clock.at(clock.now() + 31 * DAY):
        assert "Cancelled: Office hours with Farid Faculty" not in calendars.events(app, path)


def test_the_same_slot_booked_anew_is_another_entry(app, cohort, asha, path, slot):
    first = booking.booked(cohort, asha, slot)
    booking.cancelled(first, asha)
    booking.booked(cohort, asha, slot)
    found = calendars.events(app, path)
    kept = found["Office hours with Farid Faculty"]
    assert kept["uid"] != found["Cancelled: Office hours with Farid Faculty"]["uid"]


def test_a_feed_that_was_read_is_another_one_after_a_booking(app, cohort, asha, path, slot):
    etag = calendars.fetched(app, path).headers["ETag"]
    booking.booked(cohort, asha, slot)
    assert calendars.fetched(app, path, If_None_Match=etag).status_code == 200


def test_appointments_are_left_out_where_somebody_chose_so(app, cohort, asha, path, slot, visit):
    booking.booked(cohort, asha, slot)
    assert "Appointments" in visit(asha).get("/account/calendar").text()
    calendars.chosen(asha, Part.SESSIONS, Part.DEADLINES)
    assert "Office hours with Farid Faculty" not in calendars.events(app, path)
    calendars.chosen(asha, Part.SESSIONS, Part.BOOKINGS)
    assert "Office hours with Farid Faculty" in calendars.events(app, path)


def test_a_session_says_whether_one_has_a_seat(app, cohort, asha, path):
    def entry():
        return next(e for title, e in calendars.events(app, path).items() if title.startswith("MC1"))

    plain = entry()
    asking.seats(cohort, MASTERCLASS, 1)
    asking.take(cohort, MASTERCLASS, asha)
    seated = entry()
    assert "You have a seat." in str(seated["description"])
    assert (seated["uid"], seated["transp"]) == (plain["uid"], "OPAQUE")
    ben = world.learner(cohort, "Ben Okafor")
    asking.take(cohort, MASTERCLASS, ben)
    waits = calendars.events(app, calendars.address(ben))
    assert any("You wait for a seat." in str(each["description"]) for each in waits.values())
    asking.give_up(cohort, MASTERCLASS, asha)
    after = entry()
    assert "You gave your seat up." in str(after["description"])
    assert (after["transp"], after["sequence"]) == ("TRANSPARENT", plain["sequence"])
    now_his = calendars.events(app, calendars.address(ben))
    assert any("You have a seat." in str(each["description"]) for each in now_his.values())
