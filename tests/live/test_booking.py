"""Office hours: a slot is one person's, nobody has them all, one that comes free is kept for whoever waits."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, queries, rules
from lms.live.models import Slot, SlotBooking
from lms.live.rules.booking import BookingRefusal, Pattern, SlotState
from lms.notifications.models import Notice
from lms.people import actions as people
from lms.people.rules import Days, Role
from tests.factories import booking, live, world
from tests.factories import enrolment as lists
from tests.support.statements import statements

FREE, MINE, KEPT, KEPT_FOR_ME, TAKEN = (
    SlotState.FREE,
    SlotState.MINE,
    SlotState.KEPT,
    SlotState.KEPT_FOR_ME,
    SlotState.TAKEN,
)
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=4)


@pytest.fixture
def host(cohort):
    return world.granted(Role.FACULTY, cohort, "Hana Host")


def states(cohort, person):
    (series,) = queries.office_hours(cohort, live.place_of(cohort, person), now=clock.now())
    return [slot.state for slot in series.slots]


# Rules --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Asia/Kolkata"])
def test_slots_keep_their_wall_time_over_the_change_of_clocks(zone):
    pattern = Pattern(
        first_on=dt.date(2026, 3, 1),
        last_on=dt.date(2026, 4, 12),
        weekday=6,
        from_time=dt.time(18),
        to_time=dt.time(19),
        minutes=25,
        zone=zone,
    )
    found = rules.slots_of(pattern, now=LONG_AGO)
    walls = {begin.astimezone(ZoneInfo(zone)).time() for begin, _end in found}
    assert (len(found), walls) == (14, {dt.time(18), dt.time(18, 25)})


def test_what_does_not_fit_is_no_slot():
    pattern = Pattern(
        first_on=dt.date(2026, 3, 1),
        last_on=dt.date(2026, 3, 7),
        weekday=0,
        from_time=dt.time(18),
        to_time=dt.time(18, 20),
        minutes=30,
        zone="UTC",
    )
    assert rules.slots_of(pattern, now=LONG_AGO) == []


# Booking ------------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_each_has_at_most_their_quota_and_a_slot_is_one_persons(cohort, host):
    a, b = world.learner(cohort), world.learner(cohort)
    one, two, three, _four = booking.offered(cohort, host, quota=2)
    booking.booked(cohort, a, one)
    booking.booked(cohort, a, two)
    for slot, person, reason in ((three, a, BookingRefusal.QUOTA), (one, b, BookingRefusal.TAKEN)):
        with pytest.raises(RuleViolation) as refused:
            booking.booked(cohort, person, slot)
        assert refused.value.reason is reason
    assert states(cohort, a) == [MINE, MINE, FREE, FREE]
    assert states(cohort, b) == [TAKEN, TAKEN, FREE, FREE]


@pytest.mark.db
def test_a_slot_that_comes_free_is_kept_for_the_next_and_then_for_the_one_after(cohort, host):
    a, b, c = (world.learner(cohort, name) for name in ("Asha", "Bo", "Chen"))
    slots = booking.offered(cohort, host, quota=4)
    first, *_rest = (booking.booked(cohort, a, slot) for slot in slots)
    booking.waits(cohort, b)
    booking.waits(cohort, c)
    booking.cancelled(first, a)
    assert [states(cohort, who)[0] for who in (a, b, c)] == [KEPT, KEPT_FOR_ME, KEPT]
    with pytest.raises(RuleViolation) as refused:
        booking.booked(cohort, c, slots[0])
    assert refused.value.reason is BookingRefusal.HELD
    with clock.at(clock.now() + dt.timedelta(hours=13)):
        with unit_of_work() as work:
            assert actions.pass_on_slots(now=work.now) == 1
        assert [states(cohort, who)[0] for who in (a, b, c)] == [KEPT, KEPT, KEPT_FOR_ME]
        booking.booked(cohort, c, slots[0])
        assert states(cohort, c)[0] is MINE
    told = db.session.scalars(
        sa.select(Notice.person_id).where(Notice.dedupe_key.startswith("slot-kept")).order_by(Notice.id)
    ).all()
    assert told == [b.id, c.id]


@pytest.mark.db
def test_the_host_cancels_with_a_reason_that_the_learner_reads(cohort, host):
    a = world.learner(cohort)
    slots = booking.offered(cohort, host)
    mine = booking.booked(cohort, a, slots[0], about="My roadmap")
    with pytest.raises(RuleViolation) as refused:
        booking.cancelled(mine, host)
    assert refused.value.reason is BookingRefusal.NEEDS_REASON
    booking.cancelled(mine, host, "Ill today")
    texts = db.session.scalars(
        sa.select(Notice.text).where(Notice.person_id == a.id).order_by(Notice.id)
    ).all()
    assert "Ill today" in texts[-1]
    assert states(cohort, a)[0] is FREE


@pytest.mark.db
def test_nobody_offers_two_things_at_one_time(cohort, host):
    booking.offered(cohort, host)
    elsewhere = world.cohort(weeks_in=4)
    with pytest.raises(RuleViolation) as refused:
        booking.offered(elsewhere, host)
    assert refused.value.reason is BookingRefusal.CLASH


def test_busy_dates_and_sessions_are_flagged(cohort, host):
    booking.offered(cohort, host)
    line = live.session(cohort, "s10")
    spans = [(line.starts_at, line.ends_at), (line.starts_at - dt.timedelta(days=1), line.ends_at)]
    day = (line.starts_at - dt.timedelta(days=3)).date()
    early = dt.datetime.combine(day, dt.time(10), dt.UTC)
    with unit_of_work() as work:
        people.add_busy_date(Days(day, day), "Board", actor=world.actor(host), now=work.now)
    found = queries.clashes(host.id, cohort.id, [spans[0], (early, early + dt.timedelta(hours=1))])
    assert found == {spans[0][0]: "at the time of a session", early: "on a busy date"}


@pytest.mark.db
def test_of_fifty_who_book_one_slot_at_once_one_has_it(app, fresh_database):
    cohort = world.cohort(weeks_in=4)
    host = world.granted(Role.FACULTY, cohort)
    slot = booking.offered(cohort, host)[0]
    places, by = lists.many(cohort, 50), world.director()

    def book(place_id):
        with app.app_context():
            try:
                with unit_of_work() as work:
                    actions.book(slot, place_id, "", actor=by, now=work.now)
            except RuleViolation as refused:
                return refused.reason
            return None

    with ThreadPoolExecutor(50) as pool:
        answers = Counter(pool.map(book, places))
    db.session.rollback()
    assert answers == {None: 1, BookingRefusal.TAKEN: 49}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SlotBooking)) == 1


@pytest.mark.db
def test_nobody_waits_while_there_is_a_slot_to_take(cohort, host):
    a, b = world.learner(cohort), world.learner(cohort)
    slots = booking.offered(cohort, host, quota=3)
    with pytest.raises(RuleViolation) as refused:
        booking.waits(cohort, b)
    assert refused.value.reason is BookingRefusal.SOME_FREE
    for slot in slots[:3]:
        booking.booked(cohort, a, slot)
    with pytest.raises(RuleViolation) as refused:
        booking.waits(cohort, a)
    assert refused.value.reason is BookingRefusal.QUOTA
    last = db.session.scalar(sa.select(Slot.starts_at).where(Slot.id == slots[3]))
    with clock.at(last - dt.timedelta(hours=1)):
        booking.waits(cohort, b)


def test_times_are_said_in_the_readers_zone(visit, cohort, host):
    opens = clock.now().replace(hour=8, minute=30, second=0, microsecond=0) + dt.timedelta(days=2)
    (first, *_rest) = booking.offered(cohort, host, opens_at=opens)
    there = opens.astimezone(ZoneInfo("Asia/Dubai"))
    reader = visit(world.learner(cohort, zone="Asia/Dubai"))
    page = reader.get(f"/cohorts/{cohort.slug}/office-hours")
    token = page.soup.select_one("[name=csrf_token]")["value"]
    public_id = db.session.scalar(sa.select(Slot.public_id).where(Slot.id == first))
    place = f"/cohorts/{cohort.slug}/office-hours/slots/{public_id}/book"
    reader.open("POST", place, data={"csrf_token": token})
    (said,) = reader.get(f"/cohorts/{cohort.slug}/office-hours").messages
    assert said.startswith("Booking opens")
    assert f"{there:%H:%M} GST." in said


# Pages --------------------------------------------------------------------------------------------------------------


def test_from_offering_to_the_hosts_list(visit, cohort, host):
    asha = world.learner(cohort, "Asha Rao", zone="Asia/Dubai")
    desk = visit(host)
    page = desk.get(f"/cohorts/{cohort.slug}/office-hours/new")
    page = desk.submit(page, "form.form", title="Office hours: pricing", place="https://meet.example.org/h")
    learner = visit(asha)
    place = f"/cohorts/{cohort.slug}/office-hours"
    page = learner.get(place)
    assert "meet.example.org" not in page.text("main")
    first = page.soup.select(".slot-form")[0]
    page = learner.submit(page, f'form[action="{first["action"]}"]', about="My price list")
    assert "Yours" in page.text("main")
    assert "meet.example.org" in page.text("main")
    page = desk.get(desk.get(place).link("Who comes when"))
    assert "Asha Rao" in page.text("main")
    assert "My price list" in page.text("main")
    other = visit(world.learner(cohort))
    assert "Asha" not in other.get(place).text("main")
    other.refused(page.url, status=403)


def test_another_cohorts_slots_are_not_there(visit, cohort, host):
    elsewhere = world.cohort(weeks_in=4)
    stranger = world.learner(elsewhere)
    booking.offered(cohort, host)
    public_id = db.session.scalar(sa.select(Slot.public_id).limit(1))
    answer = visit(stranger).open("POST", f"/cohorts/{elsewhere.slug}/office-hours/slots/{public_id}/book")
    assert answer.status_code in (400, 404)
    visit(stranger).refused(f"/cohorts/{cohort.slug}/office-hours", status=404)


def test_many_slots_cost_what_few_do(visit, cohort, host):
    visitor, seen_at = visit(world.learner(cohort)), []
    for weeks in (1, 5):
        booking.offered(cohort, host, weeks=weeks, hour=10 + weeks)
        visitor.get(f"/cohorts/{cohort.slug}/office-hours")
        with statements() as seen:
            visitor.get(f"/cohorts/{cohort.slug}/office-hours")
        seen_at.append(len(seen))
    assert seen_at[0] == seen_at[1] <= 10
