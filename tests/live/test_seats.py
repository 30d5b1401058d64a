"""Seats: exact under contention, a list in one order, a seat that is free goes to the next at once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from lms.core import clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment.rules import PlaceState
from lms.live import actions, queries, rules
from lms.live.actions import Held
from lms.live.models import AttendanceMark, Seat, SeatPlan
from lms.live.rules import Verdict
from lms.live.rules.seats import SeatRefusal, SeatState
from lms.notifications.models import Notice
from lms.people.rules import Role
from tests.factories import asking, live, world
from tests.factories import enrolment as lists
from tests.support.statements import statements

SEATED, WAITING = SeatState.SEATED, SeatState.WAITING
KEY = "mc2"


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=2)


def state(cohort, person):
    found = queries.seats_of(live.session(cohort, KEY).id, live.place_of(cohort, person))
    return found.own, found.own_number


# Rules --------------------------------------------------------------------------------------------------------------


@given(seats=st.integers(0, 20), seated=st.integers(0, 25), waiting=st.lists(st.integers(1, 99), unique=True))
def test_seats_that_are_free_go_to_the_first_of_those_who_wait(seats, seated, waiting):
    given_to = rules.promoted(seats, seated, waiting)
    assert given_to == waiting[: len(given_to)]
    assert len(given_to) == min(len(waiting), max(0, seats - seated))


@pytest.mark.parametrize(
    ("seats", "seated", "waiting", "becomes"),
    [(2, 1, 0, SEATED), (2, 2, 0, WAITING), (3, 2, 1, WAITING), (0, 0, 0, WAITING)],
)
def test_nobody_overtakes_whoever_waits(seats, seated, waiting, becomes):
    assert rules.state_for(seats, seated, waiting) is becomes


FREE, TAKEN = True, False


@pytest.mark.parametrize(
    ("own", "free", "begun", "why"),
    [
        (SEATED, TAKEN, False, None),
        (SEATED, TAKEN, True, None),
        (None, FREE, False, SeatRefusal.NEEDS_SEAT),
        (None, FREE, True, SeatRefusal.NEEDS_SEAT),
        (None, TAKEN, False, SeatRefusal.ALL_TAKEN),
        (None, TAKEN, True, SeatRefusal.FULL),
        (WAITING, TAKEN, False, SeatRefusal.YOU_WAIT),
        (WAITING, TAKEN, True, SeatRefusal.FULL),
        (SeatState.GIVEN_UP, FREE, False, SeatRefusal.NEEDS_SEAT),
        (SeatState.TAKEN_BACK, TAKEN, False, SeatRefusal.ALL_TAKEN),
    ],
)
def test_who_comes_in_and_what_the_others_are_told(own, free, begun, why):
    assert rules.why_not_enter(planned=True, state=own, free=free, begun=begun) is why
    assert rules.why_not_enter(planned=False, state=own, free=free, begun=begun) is None


# The list -----------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_the_next_in_order_has_the_seat_at_once_and_is_told(cohort):
    a, b, c = (world.learner(cohort, name) for name in ("Asha", "Bo", "Chen"))
    asking.seats(cohort, KEY, 1)
    assert [asking.take(cohort, KEY, who) for who in (a, b, c)] == [SEATED, WAITING, WAITING]
    assert [state(cohort, who) for who in (a, b, c)] == [(SEATED, 0), (WAITING, 1), (WAITING, 2)]
    assert asking.give_up(cohort, KEY, a)
    assert [state(cohort, who) for who in (a, b, c)] == [(SeatState.GIVEN_UP, 0), (SEATED, 0), (WAITING, 1)]
    told = db.session.scalars(sa.select(Notice).where(Notice.dedupe_key.startswith("seat:"))).all()
    assert [(one.person_id, one.title) for one in told] == [(b.id, "You have a seat in MC2")]
    assert asking.take(cohort, KEY, a) is WAITING
    assert state(cohort, a) == (WAITING, 2)
    assert asking.seats(cohort, KEY, 3) == [live.place_of(cohort, c), live.place_of(cohort, a)]


@pytest.mark.db
def test_fewer_seats_take_none_away(cohort):
    a, b = world.learner(cohort), world.learner(cohort)
    asking.seats(cohort, KEY, 2)
    asking.take(cohort, KEY, a), asking.take(cohort, KEY, b)
    asking.seats(cohort, KEY, 1)
    assert {state(cohort, who)[0] for who in (a, b)} == {SEATED}
    asking.give_up(cohort, KEY, a)
    assert asking.take(cohort, KEY, a) is WAITING


@pytest.mark.db
def test_given_up_late_is_written_down_and_the_seat_goes_on_all_the_same(cohort):
    a, b = world.learner(cohort), world.learner(cohort)
    asking.seats(cohort, KEY, 1, hours=24)
    asking.take(cohort, KEY, a), asking.take(cohort, KEY, b)
    with clock.at(live.session(cohort, KEY).starts_at - dt.timedelta(hours=3)):
        assert asking.give_up(cohort, KEY, a) is False
    assert db.session.scalars(sa.select(Seat.late).order_by(Seat.turn)).all() == [True, False]
    assert state(cohort, b)[0] is SEATED


@pytest.mark.db
@pytest.mark.parametrize(
    ("when", "reason"), [(-1, SeatRefusal.HAVE_ONE), (0, SeatRefusal.BEGUN), (90, SeatRefusal.BEGUN)]
)
def test_a_seat_is_asked_for_once_and_before_the_start(cohort, when, reason):
    a = world.learner(cohort)
    asking.seats(cohort, KEY, 1)
    asking.take(cohort, KEY, a)
    with clock.at(live.during(cohort, KEY, when)), pytest.raises(RuleViolation) as refused:
        asking.take(cohort, KEY, a)
    assert refused.value.reason is reason


@pytest.mark.db
def test_whoever_withdraws_frees_the_seat_and_whoever_is_on_leave_gets_none(cohort):
    a, b, c = (world.learner(cohort) for _ in range(3))
    asking.seats(cohort, KEY, 1)
    asking.take(cohort, KEY, a), asking.take(cohort, KEY, b)
    for who, wanted in ((a, PlaceState.WITHDRAWN), (c, PlaceState.ON_LEAVE)):
        with unit_of_work() as work:
            enrolment.change_state(
                live.place_of(cohort, who),
                wanted,
                reason="As agreed.",
                effective_on=work.now.date(),
                actor=world.director(),
                now=work.now,
            )
    assert state(cohort, b)[0] is SEATED
    with pytest.raises(RuleViolation) as refused:
        asking.take(cohort, KEY, c)
    assert refused.value.reason is SeatRefusal.ON_LEAVE


@pytest.mark.db
def test_a_seat_that_is_free_is_given_until_the_end_and_then_nobody_waits(cohort):
    a, b = world.learner(cohort), world.learner(cohort)
    asking.seats(cohort, KEY, 1)
    with clock.at(live.during(cohort, KEY, 5)):
        assert asking.take(cohort, KEY, a) is SEATED
        with pytest.raises(RuleViolation) as refused:
            asking.take(cohort, KEY, b)
    assert refused.value.reason is SeatRefusal.BEGUN


@pytest.mark.db
def test_only_who_has_a_seat_is_let_in_and_staff_need_none(cohort):
    a, b = world.learner(cohort), world.learner(cohort)
    line = live.linked(cohort, KEY)
    asking.seats(cohort, KEY, 1)
    asking.take(cohort, KEY, a), asking.take(cohort, KEY, b)

    def join(place_id, **how):
        with unit_of_work() as work:
            return actions.join(line.id, place_id, now=work.now, **how)

    with clock.at(live.during(cohort, KEY, -10)):
        assert join(live.place_of(cohort, a)) == live.LINK
        assert join(None) == live.LINK
        assert join(live.place_of(cohort, b), needs_seat=False) == live.LINK
        with pytest.raises(RuleViolation, match="number 1 on the waiting list") as refused:
            join(live.place_of(cohort, b))
        assert refused.value.reason is SeatRefusal.YOU_WAIT
        asking.give_up(cohort, KEY, a)
        assert join(live.place_of(cohort, b)) == live.LINK
        with pytest.raises(RuleViolation):
            join(live.place_of(cohort, a))
    assert len(queries.joined(line.id, live.place_of(cohort, a))) == 1


def test_who_did_not_come_follows_the_roster_and_its_corrections(session):
    cohort = world.cohort(weeks_in=8)
    a, b = world.learner(cohort, "Asha"), world.learner(cohort, "Bo")
    with clock.at(live.during(cohort, "mc1", -60 * 24 * 9)):
        asking.seats(cohort, "mc1", 2)
        asking.take(cohort, "mc1", a), asking.take(cohort, "mc1", b)
    place = live.place_of(cohort, b)
    live.held(cohort, [Held(key="mc1", ticks={live.place_of(cohort, a): Verdict.PRESENT})])
    line = live.session(cohort, "mc1")
    assert [one.came(closed=line.closed) for one in queries.seat_lines(line.id)] == [True, False]
    with unit_of_work() as work:
        actions.correct(line.id, place, Verdict.HALF, "A namesake.", actor=world.director(), now=work.now)
    assert [one.came(closed=line.closed) for one in queries.seat_lines(line.id)] == [True, True]


def test_guests_are_kept_apart_once_each_and_have_no_attendance(cohort):
    line = live.session(cohort, KEY)
    text = "Ida Berg, ida@example.org, Berg & Co\nOmar Nasser\nIda Berg, ida@example.org, Berg & Co"
    for expected in (2, 0):
        with unit_of_work() as work:
            assert actions.add_guests(line.id, text, actor=world.director(), now=work.now) == expected
    assert [(one.name, one.email, one.organisation) for one in queries.guests(line.id)] == [
        ("Ida Berg", "ida@example.org", "Berg & Co"),
        ("Omar Nasser", "", ""),
    ]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AttendanceMark)) == 0
    with pytest.raises(RuleViolation, match="ida@example"), unit_of_work() as work:
        actions.add_guests(line.id, "ida@example.org", actor=world.director(), now=work.now)


# At once ------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.db
def test_two_hundred_at_once_get_exactly_the_seats_there_are_and_one_order(app, fresh_database):
    cohort = world.cohort(weeks_in=2, seats=300)
    places = lists.many(cohort, 200)
    asking.seats(cohort, KEY, 12)
    session_id, by = live.session(cohort, KEY).id, world.director()

    def ask(place_id: int) -> SeatState:
        with app.app_context(), unit_of_work() as work:
            return actions.take_seat(session_id, place_id, actor=by, now=work.now)

    with ThreadPoolExecutor(200) as pool:
        answers = Counter(pool.map(ask, places))
    db.session.rollback()
    assert answers == {SEATED: 12, WAITING: 188}
    lines = db.session.execute(sa.select(Seat.turn, Seat.state).order_by(Seat.turn)).all()
    assert [line.turn for line in lines] == list(range(1, 201))
    assert [line.state for line in lines] == [SEATED] * 12 + [WAITING] * 188

    def give_up(place_id: int) -> None:
        with app.app_context(), unit_of_work() as work:
            actions.give_up_seat(session_id, place_id, actor=by, now=work.now)

    first = list(db.session.scalars(sa.select(Seat.place_id).order_by(Seat.turn).limit(20)))
    db.session.rollback()
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(give_up, first))
    db.session.rollback()
    seated = db.session.scalars(sa.select(Seat.turn).where(Seat.state == SEATED).order_by(Seat.turn)).all()
    assert seated == list(range(21, 33))
    assert db.session.get_one(SeatPlan, session_id).last_turn == 200


# Pages --------------------------------------------------------------------------------------------------------------


def path(cohort, more=""):
    return f"/cohorts/{cohort.slug}/sessions/{KEY}{more}"


def test_a_learner_takes_a_seat_and_the_coordinator_sees_it(visit, cohort):
    asha, bo = world.learner(cohort, "Asha Rao"), world.learner(cohort, "Bo Lind")
    coordinator = visit(world.granted(Role.COORDINATOR, cohort))
    page = coordinator.get(path(cohort, "/seats"))
    coordinator.submit(page, "aside form", seats="1", cancel_hours="12")
    one = visit(asha)
    page = one.submit(one.get(path(cohort)), 'form[action$="/seat"]')
    assert "You have a seat" in page.text("[aria-labelledby=seat-title]")
    two = visit(bo)
    page = two.submit(two.get(path(cohort)), 'form[action$="/seat"]', press="Join the waiting list")
    assert "Number 1 on the waiting list" in page.text("[aria-labelledby=seat-title]")
    page = coordinator.get(path(cohort, "/seats"))
    assert page.text("#seated-title") == "1 of 1 seat taken"
    page = coordinator.submit(page, "[aria-labelledby=seated-title] form", reason="Asked by mail")
    assert page.texts("[aria-labelledby=seated-title] .row-title") == ["Bo Lind"]
    assert "Asked by mail" in one.get(path(cohort)).text("[aria-labelledby=seat-title]")
    rows = coordinator.open("GET", path(cohort, "/seats.csv")).get_data(as_text=True).splitlines()
    assert [row.split(",")[1] for row in rows[1:]] == ["Bo Lind", "Asha Rao"]
    visit(asha).refused(path(cohort, "/seats"), status=403)


def test_the_page_says_who_comes_in_and_the_button_sends_nobody_else(visit, cohort):
    asha, bo = world.learner(cohort, "Asha Rao"), world.learner(cohort, "Bo Lind")
    live.linked(cohort, KEY)
    asking.seats(cohort, KEY, 1)
    assert "you have none yet" in visit(asha).get(path(cohort)).text("[aria-labelledby=when-title]")
    asking.take(cohort, KEY, asha)
    with clock.at(live.during(cohort, KEY, -10)):
        one, two = visit(asha), visit(bo)
        page = two.get(path(cohort))
        assert "All seats are taken. Join the waiting list" in page.text("[aria-labelledby=when-title]")
        assert not page.has("form[action$='/join']")
        assert "form-action 'self';" in page.response.headers["Content-Security-Policy"]
        token = page.soup.select_one("[name=csrf_token]")["value"]
        answer = two.open("POST", path(cohort, "/join"), data={"csrf_token": token})
        assert answer.headers["Location"].endswith(path(cohort))
        page = two.submit(two.get(path(cohort)), 'form[action$="/seat"]')
        assert "number 1 on the waiting list" in page.text("[aria-labelledby=when-title]")
        page = one.submit(one.get(path(cohort)), 'form[action$="/seat/give-up"]')
        assert not page.has("form[action$='/join']")
        page = two.get(path(cohort))
        answer = two.submit(page, "form[action$='/join']", follow=False, status=303)
        assert answer.response.headers["Location"] == live.LINK
        staff = visit(world.granted(Role.COORDINATOR, cohort))
        assert staff.get(path(cohort)).has("form[action$='/join']")
        assert live.LINK in staff.get(path(cohort, "/seats")).text("[aria-labelledby=guests-title]")


@pytest.mark.slow
def test_a_list_of_sixty_costs_what_one_of_five_costs(visit, cohort):
    visitor = visit(world.granted(Role.COORDINATOR, cohort))
    asking.seats(cohort, KEY, 3)
    seen_at = []
    for size in (5, 30):
        while db.session.scalar(sa.select(sa.func.count()).select_from(Seat)) < size:
            asking.take(cohort, KEY, world.learner(cohort))
        visitor.get(path(cohort, "/seats"))
        with statements() as seen:
            page = visitor.get(path(cohort, "/seats"))
        assert len(page.soup.select(".seats > li")) == size
        seen_at.append(len(seen))
    assert seen_at[0] == seen_at[1] <= 14
