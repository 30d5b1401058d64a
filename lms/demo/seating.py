"""Who is there: the staff of the house, a cohort with its sections, its learners, and the teams they form."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from lms.cohorts import actions as cohorts
from lms.cohorts import queries as cohort_queries
from lms.cohorts.models import CohortState
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.demo.cast import Cast, Learner, Staff
from lms.demo.plans import Plan
from lms.demo.world import Seat, Year, at
from lms.enrolment import actions as enrolment
from lms.enrolment import queries as enrolment_queries
from lms.enrolment.actions import Enrolling, NewTeam
from lms.enrolment.rules import PlaceState, TeamKind
from lms.people import actions as people
from lms.people import queries as people_queries
from lms.people.rules import Actor, Role


def take_on(everybody: Cast, password: str, began: dt.datetime) -> dict[str, Actor]:
    """The staff of the house, with accounts and roles, by key."""
    wide = {"coordinator": Role.COORDINATOR, "director": Role.DIRECTOR, "administrator": Role.ADMINISTRATOR}
    with at(began):
        for one in everybody.staff:
            person = people.add_person(_facts(one), actor=None, now=began)
            person.zone_chosen = True
            people.give_account(person, password_hash=password, now=began)
            for flag, role in wide.items():
                if getattr(one, flag):
                    people.grant(person.id, role, cohort_id=None, actor=None, now=began)
    return {one.key: _actor(one.email, began + dt.timedelta(minutes=1)) for one in everybody.staff}


def _facts(one: Staff) -> people.PersonFacts:
    return people.PersonFacts(
        name=one.name,
        email=one.email,
        zone=one.zone,
        country=one.country,
        job_title=one.title,
        about=one.about,
    )


def _actor(email: str, now: dt.datetime) -> Actor:
    person = people_queries.person_by_email(email)
    if person is None:
        raise LookupError(email)
    return people_queries.actor_for(person.id, now)


def open_cohort(
    plan: Plan, version_id: int, staff: dict[str, Actor], everybody: Cast, now: dt.datetime
) -> CohortView:
    """A cohort with its sections and its faculty, open for learners."""
    monday = now.date() - dt.timedelta(days=now.weekday())
    starts_on = monday - dt.timedelta(weeks=plan.week - 1)
    created = min(now, dt.datetime.combine(starts_on, dt.time(5, 30), dt.UTC)) - dt.timedelta(weeks=7)
    by = staff["coordinator"]
    facts = cohorts.CohortFacts(
        name=plan.name,
        slug=plan.slug,
        version_id=version_id,
        starts_on=starts_on,
        zone="Asia/Kolkata",
        holiday_country="IN",
        sections=("A", "B"),
        seats=plan.seats,
    )
    with clock.at(created), unit_of_work() as work:
        cohort_id = cohorts.create_cohort(facts, actor=by, now=work.now).id
    with clock.at(created + dt.timedelta(hours=1)), unit_of_work() as work:
        for one in everybody.staff:
            _appoint(cohort_id, one, staff, work.now)
        cohorts.set_state(cohort_id, CohortState.OPEN, actor=by, now=work.now)
    return cohort_queries.by_id(cohort_id)


def _appoint(cohort_id: int, one: Staff, staff: dict[str, Actor], now: dt.datetime) -> None:
    who, by = staff[one.key].person_id, staff["coordinator"]
    for course in one.courses:
        role = Role.ASSISTANT if one.assistant else Role.FACULTY
        cohorts.appoint(cohort_id, who, role, course_key=course, actor=by, now=now)
    if one.guide:
        cohorts.appoint(cohort_id, who, Role.GUIDE, actor=by, now=now)


def enrol(
    cohort: CohortView,
    learners: tuple[Learner, ...],
    by: Actor,
    password: str,
    now: dt.datetime,
    source: random.Random,
) -> list[Seat]:
    """Its learners in their places, three weeks before it starts."""
    sections = cohort_queries.sections(cohort.id)
    joined = min(now, dt.datetime.combine(cohort.starts_on, dt.time(6), dt.UTC)) - dt.timedelta(weeks=3)
    with at(joined):
        enrolling = []
        for position, one in enumerate(learners):
            person = people.add_person(_learner_facts(one), actor=by, now=joined)
            person.zone_chosen = True
            people.give_account(person, password_hash=password, now=joined)
            section = sections[position * len(sections) // len(learners)].id
            enrolling.append(Enrolling(person_id=person.id, section_id=section, joined_on=cohort.starts_on))
        enrolment.enrol_many(cohort.id, enrolling, actor=by, now=joined)
    return [_seat(cohort, one, now, source) for one in learners]


def _learner_facts(one: Learner) -> people.PersonFacts:
    return people.PersonFacts(
        name=one.name,
        email=one.email,
        zone=one.zone,
        country=one.country,
        employer=one.employer,
        job_title=one.title,
        pronoun=one.pronoun,
    )


def _seat(cohort: CohortView, who: Learner, now: dt.datetime, source: random.Random) -> Seat:
    actor = _actor(who.email, now)
    place = enrolment_queries.my_place(actor, cohort.slug)
    return Seat(who, actor, place, skill=source.gauss(who.persona.quality, 3))


def team_up(year: Year, names: Sequence[str]) -> None:
    """Working teams of five, mixed; capstone teams of four when their time has come."""
    formed = year.items["s1"].starts_at - dt.timedelta(days=3)
    order = list(year.seats)
    year.source.shuffle(order)
    _form(year, TeamKind.WORKING, order, 5, names, formed)
    if year.items["m0"].ends_at <= year.now:
        year.source.shuffle(order)
        capstone = [f"Capstone {name}" for name in names]
        _form(year, TeamKind.CAPSTONE, order[:-2], 4, capstone, year.items["m0"].starts_at)
    for seat in year.seats:
        seat.place = enrolment_queries.my_place(seat.actor, year.cohort.slug)


def _form(
    year: Year, kind: TeamKind, order: list[Seat], size: int, names: Sequence[str], when: dt.datetime
) -> None:
    count = max(1, round(len(order) / size))
    with at(when):
        enrolment.form_teams(
            year.cohort.id,
            kind,
            [
                NewTeam(
                    name=names[number],
                    place_ids=tuple(seat.place.place_id for seat in order[number::count]),
                )
                for number in range(count)
            ],
            actor=year.staff["coordinator"],
            now=when,
        )


def carry_out_changes(year: Year) -> None:
    """Whoever leaves or goes on leave does."""
    for seat in year.seats:
        if seat.until is None:
            continue
        leave = seat.who.persona_key == "parent"
        with at(seat.until):
            enrolment.change_state(
                seat.place.place_id,
                PlaceState.ON_LEAVE if leave else PlaceState.WITHDRAWN,
                reason="Parental leave." if leave else "Moves abroad; asked for the statement of results.",
                effective_on=seat.until.date(),
                back_on=(year.now + dt.timedelta(weeks=3)).date() if leave else None,
                actor=year.staff["coordinator"],
                now=seat.until,
            )
