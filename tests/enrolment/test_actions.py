"""Enrolling, leave, withdrawal and the rest, against the database."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from lms.core import audit, clock, outbox
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import actions, queries, rules
from lms.enrolment.actions import ByHand, Enrolling
from lms.enrolment.models import Place, PlaceEvent
from lms.enrolment.rules import EnrolmentRefusal, PlaceEventKind, PlaceState, TeamKind
from lms.people.models import Invitation, Person, RoleGrant
from lms.people.rules import Role
from tests.factories import enrolment, world
from tests.support.statements import statements

pytestmark = pytest.mark.db
S = PlaceState


def change(place_id: int, wanted: PlaceState, on: dt.date | None = None, **other: object) -> None:
    with unit_of_work() as work:
        values = {"reason": "agreed", "effective_on": on or work.now.date(), **other}
        actions.change_state(place_id, wanted, actor=world.director(), now=work.now, **values)


def refusal(place_id: int, wanted: PlaceState, on: dt.date | None = None, **other: object) -> object:
    with pytest.raises(RuleViolation) as refused:
        change(place_id, wanted, on, **other)
    return refused.value.reason


def place_of(place_id: int) -> Place:
    return db.session.get_one(Place, place_id, populate_existing=True)


def kinds(place_id: int) -> list[PlaceEventKind]:
    return [line.kind for line in queries.story(place_id)]


def is_learner(cohort_id: int, person_id: int) -> bool:
    held = sa.select(RoleGrant).where(
        RoleGrant.person_id == person_id,
        RoleGrant.cohort_id == cohort_id,
        RoleGrant.role == Role.LEARNER,
        RoleGrant.ends_at.is_(None),
    )
    return db.session.scalar(held) is not None


def by_hand(cohort_id: int, email: str, **other: object) -> actions.Enrolled:
    with unit_of_work() as work:
        typed = ByHand(email=email, **other)
        return actions.enrol_by_hand(cohort_id, typed, actor=world.director(), now=work.now)


# Enrolling ----------------------------------------------------------------------------------------------------------


def test_enrolling_gives_a_place_a_role_a_story_and_an_audit_entry(session):
    cohort = world.cohort(weeks_in=3)
    person = world.person("Asha Menon")
    with unit_of_work() as work:
        place = actions.enrol(cohort.id, Enrolling(person_id=person.id), actor=world.director(), now=work.now)
    assert place.state is S.ENROLLED
    assert place.joined_on == clock.now().astimezone(dt.timezone(dt.timedelta(hours=5, minutes=30))).date()
    assert kinds(place.id) == [PlaceEventKind.ENROLLED]
    assert is_learner(cohort.id, person.id)
    assert audit.verify().broken_at is None


def test_before_the_start_a_place_counts_from_the_start(session):
    cohort = world.cohort(weeks_in=0)
    place_id = enrolment.many(cohort, 1)[0]
    assert place_of(place_id).joined_on == cohort.starts_on


def test_many_are_enrolled_by_a_fixed_number_of_statements(session):
    cohort = world.cohort(seats=400)
    counts = []
    for count in (5, 60):
        with statements() as seen:
            enrolment.many(cohort, count)
        counts.append(len([text for text in seen.writes if enrolment.OWN.match(text)]))
    assert counts == [4, 4]  # persons, places, stories, roles; what other domains do then is theirs to test
    assert audit.verify().broken_at is None


@pytest.mark.parametrize(
    ("seats", "why"), [(2, EnrolmentRefusal.NOT_ENOUGH_SEATS), (0, EnrolmentRefusal.NO_SEATS)]
)
def test_many_are_enrolled_all_or_none(session, seats, why):
    cohort = world.cohort(seats=seats)
    with pytest.raises(RuleViolation) as refused:
        enrolment.many(cohort, 3)
    assert refused.value.reason is why
    assert queries.seats_taken(cohort.id) == 0


def test_nobody_is_enrolled_twice_and_no_staff_and_into_no_foreign_section(session):
    cohort, other = world.cohort(), world.cohort()
    learner = world.learner(cohort, "Asha Menon")
    faculty = world.granted(Role.FACULTY, cohort, "Frida Faculty")
    foreign = world.cohort_queries.sections(other.id)[0].id
    cases = [
        ([Enrolling(person_id=learner.id)], EnrolmentRefusal.ALREADY_HERE),
        ([Enrolling(person_id=faculty.id)], EnrolmentRefusal.STAFF_HERE),
        ([Enrolling(person_id=world.person().id, section_id=foreign)], EnrolmentRefusal.NO_SUCH_SECTION),
        ([Enrolling(person_id=world.person().id)] * 2, EnrolmentRefusal.ALREADY_HERE),
    ]
    for enrollings, why in cases:
        with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
            actions.enrol_many(cohort.id, enrollings, actor=world.director(), now=work.now)
        assert refused.value.reason is why
    assert place_of(world.place(other, faculty)).state is S.ENROLLED


def test_by_hand_a_known_person_is_taken_as_they_are(session):
    cohort = world.cohort(weeks_in=4)
    known = world.person("Asha Menon", email="asha@example.org")
    done = by_hand(cohort.id, " ASHA@example.org", name="Someone Else", employer="Newco")
    assert (done.known, done.name, done.late) == (True, "Asha Menon", True)
    assert db.session.get_one(Person, known.id).employer == ""


def test_by_hand_somebody_new_gets_the_cohorts_zone_and_an_invitation(session):
    cohort = world.cohort(zone="Asia/Dubai")
    done = by_hand(cohort.id, "new@example.org", name="New  Person", invite=True)
    person = db.session.scalar(sa.select(Person).where(Person.email == "new@example.org"))
    assert (person.name, person.zone, done.invited, done.known) == ("New Person", "Asia/Dubai", True, False)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 1


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"email": "nobody@example.org"}, EnrolmentRefusal.NO_NAME),
        (
            {"email": "a@example.org", "name": "A", "joined_on": dt.date(2090, 1, 1)},
            EnrolmentRefusal.TOO_LATE,
        ),
    ],
)
def test_by_hand_what_is_wrong_is_refused_and_nobody_is_added(session, typed, why):
    cohort = world.cohort()
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Person))
    with pytest.raises(RuleViolation) as refused:
        by_hand(cohort.id, **typed)
    assert refused.value.reason is why
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == before


# The story ----------------------------------------------------------------------------------------------------------


def test_a_place_goes_on_leave_and_comes_back(session):
    cohort = world.cohort(weeks_in=6)
    place_id = enrolment.many(cohort, 1)[0]
    start, back = clock.now().date() - dt.timedelta(days=7), clock.now().date() + dt.timedelta(days=7)
    team_id = enrolment.team(cohort, "Fig", (place_id,))
    change(place_id, S.ON_LEAVE, start, back_on=back)
    assert queries.expected_back(cohort.id) == {place_id: back}
    assert queries.team_of(place_id, TeamKind.WORKING) == (team_id, "Fig")
    assert is_learner(cohort.id, place_of(place_id).person_id)
    change(place_id, S.ENROLLED)
    assert kinds(place_id) == [
        PlaceEventKind.ENROLLED, PlaceEventKind.LEAVE_STARTED, PlaceEventKind.LEAVE_ENDED,
    ]  # fmt: skip
    assert rules.leaves(queries.told(place_id)) == (rules.Interval(start, clock.now().date()),)
    assert queries.counting_days(cohort.id)[place_id] == rules.Days(
        (rules.Interval(cohort.starts_on, None),), (rules.Interval(start, clock.now().date()),)
    )


def test_withdrawing_ends_access_frees_the_seat_and_leaves_the_team(session):
    cohort = world.cohort(weeks_in=6, seats=2)
    first, second = enrolment.many(cohort, 2)
    team_id = enrolment.team(cohort, "Fig", (first, second))
    on = clock.now().date() - dt.timedelta(days=2)
    change(first, S.WITHDRAWN, on)
    place = place_of(first)
    assert (place.left_on, queries.seats_taken(cohort.id)) == (on, 1)
    assert not is_learner(cohort.id, place.person_id)
    assert [one.place_id for one in queries.members(team_id, clock.now())] == [second]
    assert queries.counting_days_of([first])[first] == rules.Days((rules.Interval(cohort.starts_on, on),))
    enrolment.many(cohort, 1)
    assert refusal(first, S.ENROLLED) is EnrolmentRefusal.NO_SEATS
    change(second, S.WITHDRAWN)
    change(first, S.ENROLLED)
    assert place_of(first).left_on is None
    assert is_learner(cohort.id, place.person_id)
    assert queries.team_of(first, TeamKind.WORKING) is None
    assert len(queries.counting_days_of([first])[first].held) == 2


def test_the_state_that_is_kept_is_that_of_the_story(session):
    cohort = world.cohort(weeks_in=6)
    place_id = enrolment.many(cohort, 1)[0]
    for wanted in (S.ON_LEAVE, S.ENROLLED, S.WITHDRAWN, S.ENROLLED, S.COMPLETED, S.ENROLLED):
        change(place_id, wanted)
        assert rules.state_after(kinds(place_id)) is place_of(place_id).state is wanted


def test_what_cannot_follow_or_lies_on_the_wrong_day_is_refused(session):
    cohort = world.cohort(weeks_in=6)
    place_id = enrolment.many(cohort, 1)[0]
    today = clock.now().date()
    day = dt.timedelta(days=1)
    assert refusal(place_id, S.ENROLLED) is EnrolmentRefusal.NOT_POSSIBLE
    assert refusal(place_id, S.ON_LEAVE, cohort.starts_on - day) is EnrolmentRefusal.TOO_EARLY
    assert refusal(place_id, S.ON_LEAVE, today + 400 * day) is EnrolmentRefusal.TOO_LATE
    assert refusal(place_id, S.COMPLETED, today + 2 * day) is EnrolmentRefusal.NOT_AHEAD
    assert refusal(place_id, S.ON_LEAVE, today, back_on=today) is EnrolmentRefusal.RETURN_BEFORE_LEAVE
    change(place_id, S.WITHDRAWN)
    assert refusal(place_id, S.WITHDRAWN) is EnrolmentRefusal.NOT_POSSIBLE
    assert len(kinds(place_id)) == 2


def test_a_leave_that_lies_ahead_begins_by_itself_on_its_day_in_the_cohorts_zone(session):
    cohort = world.cohort(weeks_in=6, zone="Asia/Kolkata")
    place_id = enrolment.many(cohort, 1)[0]
    on = clock.now().date() + dt.timedelta(days=10)
    change(place_id, S.ON_LEAVE, on, back_on=on + dt.timedelta(days=30))
    assert place_of(place_id).state is S.ENROLLED
    assert refusal(place_id, S.WITHDRAWN, on) is EnrolmentRefusal.PLANNED_ALREADY
    midnight = dt.datetime.combine(on, dt.time(), dt.timezone(dt.timedelta(hours=5, minutes=30)))
    with clock.at(midnight - dt.timedelta(seconds=1)):
        outbox.drain()
        assert place_of(place_id).state is S.ENROLLED
    with clock.at(midnight + dt.timedelta(minutes=1)):
        outbox.drain()
        assert place_of(place_id).state is S.ON_LEAVE
        assert queries.expected_back(cohort.id) == {place_id: on + dt.timedelta(days=30)}
        assert rules.leaves(queries.told(place_id)) == (rules.Interval(on, None),)
        outbox.drain()
    assert kinds(place_id)[1:] == [PlaceEventKind.LEAVE_PLANNED, PlaceEventKind.LEAVE_STARTED]


def test_a_plan_that_was_dropped_or_overtaken_never_comes_about(session):
    cohort = world.cohort(weeks_in=6)
    first, second = enrolment.many(cohort, 2)
    on = clock.now().date() + dt.timedelta(days=10)
    change(first, S.WITHDRAWN, on)
    change(second, S.WITHDRAWN, on)
    with unit_of_work() as work:
        actions.drop_plan(first, actor=world.director(), now=work.now)
    change(second, S.ON_LEAVE)
    with clock.at(clock.now() + dt.timedelta(days=12)):
        outbox.drain()
    assert [place_of(first).state, place_of(second).state] == [S.ENROLLED, S.ON_LEAVE]
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.drop_plan(first, actor=world.director(), now=work.now)
    assert refused.value.reason is EnrolmentRefusal.NO_PLAN


def test_section_and_first_day_change_with_a_sentence_each(session):
    cohort = world.cohort(weeks_in=6)
    place_id = enrolment.many(cohort, 1)[0]
    section = world.cohort_queries.sections(cohort.id)[0]
    later = cohort.starts_on + dt.timedelta(days=14)
    with unit_of_work() as work:
        by = {"actor": world.director(), "now": work.now}
        actions.change_section(place_id, section.id, **by)
        actions.change_joining_day(place_id, later, **by)
        actions.change_joining_day(place_id, later, **by)
    place = place_of(place_id)
    assert (place.section_id, place.joined_on) == (section.id, later)
    assert kinds(place_id)[1:] == [PlaceEventKind.SECTION_CHANGED, PlaceEventKind.JOIN_DATE_CHANGED]
    assert queries.counting_days(cohort.id)[place_id].held == (rules.Interval(later, None),)
    for act, value, why in (
        (actions.change_section, section.id, EnrolmentRefusal.SAME_SECTION),
        (actions.change_section, 999_999, EnrolmentRefusal.NO_SUCH_SECTION),
        (actions.change_joining_day, dt.date(2090, 1, 1), EnrolmentRefusal.TOO_LATE),
    ):
        with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
            act(place_id, value, actor=world.director(), now=work.now)
        assert refused.value.reason is why


# Contested ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_two_hundred_at_once_take_the_seats_there_are(app, fresh_database):
    cohort = world.cohort(seats=7)
    with unit_of_work() as work:
        ids = [
            enrolment.bulk.add_people(
                [enrolment.PersonFacts(name=f"N {number}", email=f"n{number}@example.org")],
                actor=None,
                now=work.now,
            )[f"n{number}@example.org"]
            for number in range(200)
        ]
        by = world.director()

    def enrol(person_id: int) -> object:
        with app.app_context():
            try:
                with unit_of_work() as work:
                    actions.enrol(cohort.id, Enrolling(person_id=person_id), actor=by, now=work.now)
            except RuleViolation as refused:
                return refused.reason
            return None

    with ThreadPoolExecutor(200) as pool:
        answers = Counter(pool.map(enrol, ids))
    db.session.rollback()
    assert answers == {None: 7, EnrolmentRefusal.NO_SEATS: 193}
    assert queries.seats_taken(cohort.id) == 7
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PlaceEvent)) == 7
    assert audit.verify().broken_at is None


@pytest.mark.slow
def test_two_who_withdraw_and_reinstate_at_once_never_lock_each_other(app, fresh_database):
    cohort = world.cohort(weeks_in=3, seats=2)
    places = enrolment.many(cohort, 2)
    by = world.director()

    def back_and_forth(place_id: int) -> int:
        done = 0
        with app.app_context():
            for wanted in (S.WITHDRAWN, S.ENROLLED) * 4:
                with unit_of_work() as work:
                    actions.change_state(
                        place_id, wanted, reason="r", effective_on=work.now.date(), actor=by, now=work.now
                    )
                done += 1
        return done

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(back_and_forth, places)) == [8, 8]
    db.session.rollback()
    assert queries.seats_taken(cohort.id) == 2
