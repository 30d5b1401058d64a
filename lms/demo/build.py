"""Building the demonstration, from an empty database to three cohorts."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from flask_security import hash_password

from lms.cohorts import actions as cohorts
from lms.cohorts import queries as cohort_queries
from lms.cohorts.models import CohortState
from lms.cohorts.queries import CohortView
from lms.core import clock, ids, outbox
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.curriculum import actions as curriculum
from lms.curriculum.content.reader import ProgrammeContent
from lms.demo import (
    asking,
    attendance,
    calendars,
    cast,
    desk,
    forums,
    grades,
    hours,
    overlap,
    projects,
    requested,
    sessions,
    speaking,
    states,
    studio,
    study,
    talk,
    teach,
    telling,
)
from lms.demo.cast import DOMAIN, PASSWORD, Cast, Learner, Staff
from lms.demo.world import Seat, Year, at
from lms.enrolment import actions as enrolment
from lms.enrolment import queries as enrolment_queries
from lms.enrolment.actions import Enrolling, NewTeam
from lms.enrolment.rules import PlaceState, TeamKind
from lms.gradebook import actions as gradebook
from lms.notifications.models import Notice
from lms.people import actions as people
from lms.people import queries as people_queries
from lms.people.models import Person
from lms.people.rules import Actor, Role
from lms.progress import actions as progress

SEED = 14
TEAM_NAMES = (
    "Banyan",
    "Neem",
    "Teak",
    "Sal",
    "Deodar",
    "Palash",
    "Kadamba",
    "Arjun",
    "Champa",
    "Mahua",
    "Sandal",
    "Cedar",
)


class RealPeople(Exception):
    """The database holds people who are not of the demonstration."""


@dataclass(frozen=True)
class Plan:
    """One cohort of the demonstration."""

    key: str
    slug: str
    name: str
    week: int
    """The calendar week it is in today; 0 or less: starts in 1 - week weeks."""
    seats: int


PLANS = (
    Plan("week41", "cohort-14", "Cohort 14", 41, 50),
    Plan("week14", "cohort-15", "Cohort 15", 14, 40),
    Plan("opening", "cohort-16", "Cohort 16", -4, 48),
)


def why_not_build() -> str:
    """Why the demonstration cannot be built here, or an empty text."""
    strangers = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Person)
        .where(sa.or_(Person.email.is_(None), Person.email.not_like(f"%@{DOMAIN}")))
    )
    return "This database holds real people; the demonstration is built on an empty one." if strangers else ""


def is_built() -> bool:
    """Whether there is anybody in the database."""
    return db.session.scalar(sa.select(Person.id).limit(1)) is not None


def build(
    content: ProgrammeContent,
    *,
    now: dt.datetime,
    seed: int = SEED,
    say: Callable[[str], None] = lambda _text: None,
) -> None:
    """Build everything, up to `now`.

    Raises RealPeople on a database that holds somebody else.
    """
    if refusal := why_not_build():
        raise RealPeople(refusal)
    now = now.replace(second=0, microsecond=0)
    token = outbox.sealed.set(True)
    try:
        with ids.seeded(f"{seed}:{now.date()}"), progress.paused():
            _build(content, now, random.Random(f"{seed}:{now.date()}"), say)  # noqa: S311  # nosec B311
    finally:
        outbox.sealed.reset(token)


def _build(
    content: ProgrammeContent, now: dt.datetime, source: random.Random, say: Callable[[str], None]
) -> None:
    everybody = cast.load()
    began = now - dt.timedelta(weeks=52)
    with at(began):
        version = curriculum.publish(content, actor_id=None, now=began)
        version_id = version.id
    password = hash_password(PASSWORD)
    staff = _staff(everybody, password, began)
    built: dict[str, CohortView] = {}
    for plan in PLANS:
        cohort = _cohort(plan, version_id, staff, everybody, now)
        seats = _learners(cohort, everybody.cohorts[plan.key], staff["coordinator"], password, now, source)
        year = Year(cohort=cohort, seats=seats, staff=staff, now=now, source=source)
        say(f"{cohort.name}: {len(seats)} learners")
        if plan.week > 0:
            _teams(year)
            states.changes(year)
            _live_through(year)
            forums.forums(year, plan.key)
        if plan.key == "week14":
            studio.history(cohort, staff["coordinator"], now)
        built[plan.key] = cohort_queries.by_id(cohort.id)
        _last_seen(year)
        _notices_read(year)
        if plan.week > 0:
            telling.habits(year)
            telling.a_round_that_closed(year)
        with at(now):
            progress.refresh_cohort(cohort.id, now=now)
        if plan.week > 0:
            telling.announcements(year)
    studio.together(built["week14"], built["opening"], staff["coordinator"], now)
    with at(now):
        for key in ("week14", "opening"):
            progress.refresh_cohort(built[key].id, now=now)
        _notices_in_order()
    calendars.calendars(now)


def _staff(everybody: Cast, password: str, began: dt.datetime) -> dict[str, Actor]:
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


def _cohort(
    plan: Plan, version_id: int, staff: dict[str, Actor], everybody: Cast, now: dt.datetime
) -> CohortView:
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


def _learners(
    cohort: CohortView,
    learners: tuple[Learner, ...],
    by: Actor,
    password: str,
    now: dt.datetime,
    source: random.Random,
) -> list[Seat]:
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


def _teams(year: Year) -> None:
    """Working teams of five, mixed; capstone teams of four when their time has come."""
    formed = year.items["s1"].starts_at - dt.timedelta(days=3)
    order = list(year.seats)
    year.source.shuffle(order)
    _form(year, TeamKind.WORKING, order, 5, "", formed)
    if year.items["m0"].ends_at <= year.now:
        year.source.shuffle(order)
        _form(year, TeamKind.CAPSTONE, order[:-2], 4, "Capstone ", year.items["m0"].starts_at)
    for seat in year.seats:
        seat.place = enrolment_queries.my_place(seat.actor, year.cohort.slug)


def _form(year: Year, kind: TeamKind, order: list[Seat], size: int, prefix: str, when: dt.datetime) -> None:
    count = max(1, round(len(order) / size))
    with at(when):
        enrolment.form_teams(
            year.cohort.id,
            kind,
            [
                NewTeam(
                    name=f"{prefix}{TEAM_NAMES[number]}",
                    place_ids=tuple(seat.place.place_id for seat in order[number::count]),
                )
                for number in range(count)
            ],
            actor=year.staff["coordinator"],
            now=when,
        )


def _carry_out_changes(year: Year) -> None:
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


def _live_through(year: Year) -> None:
    """Activities in the order of their dates; marking follows each as its time comes."""
    teach.links(year)
    with gradebook.putting_off() as results:
        _taught(year)
    with at(year.now):
        gradebook.catch_up(results)
    requested.requests(year)
    grades.grades(year)
    states.states(year)


def _taught(year: Year) -> None:
    for line, item in year.dated():
        doer = study.DOERS.get(line.kind.value)
        if doer is not None:
            doer(year, line, item)
        if doer is study.work:
            teach.marking(year, line, item)
        if line.kind.value == "discussion":
            talk.discussion(year, line, item)
    teach.sessions(year)
    study.with_more_time(year)
    overlap.compared(year)
    projects.projects(year)
    for key in ("m1", "m2", "m3"):
        teach.marking(year, year.outline.by_key[key], year.items[key])
    desk.terms(year)
    _carry_out_changes(year)
    attendance.attendance(year)
    talk.announcements(year)
    talk.cases(year)
    talk.participation(year)
    sessions.belongings(year)
    asking.masterclasses(year)
    speaking.speakers(year)
    hours.office_hours(year)


def _notices_read(year: Year) -> None:
    """What is older than some days has been read."""
    old = year.now - dt.timedelta(days=6)
    with at(year.now):
        db.session.execute(
            sa.update(Notice)
            .where(Notice.cohort_id == year.cohort.id, Notice.at < old, Notice.read_at.is_(None))
            .values(read_at=Notice.at)
        )


def _notices_in_order() -> None:
    """Number the notices by their time: a year was built activity by activity, but a list shows the latest first."""
    ids = db.session.scalars(sa.select(Notice.id).order_by(Notice.id)).all()
    by_time = db.session.scalars(sa.select(Notice.id).order_by(Notice.at, Notice.id)).all()
    moves = [{"old": old, "new": -new} for old, new in zip(by_time, ids, strict=True)]
    if moves:
        table = sa.table(Notice.__tablename__, sa.column("id", sa.Integer))
        statement = sa.update(table).where(table.c.id == sa.bindparam("old")).values(id=sa.bindparam("new"))
        db.session.connection().execute(statement, moves)
        db.session.execute(sa.update(table).values(id=-table.c.id))


def _last_seen(year: Year) -> None:
    days = {"slipping": (11, 16), "overloaded": (1, 6), "founder": (1, 5)}
    with at(year.now):
        for seat in year.seats:
            low, high = days.get(seat.who.persona_key, (0, 2))
            day = (seat.until or year.now).date() - dt.timedelta(days=year.source.randint(low, high))
            if day >= year.cohort.starts_on or year.cohort.starts_on > year.now.date():
                db.session.execute(
                    sa.update(Person).where(Person.id == seat.actor.person_id).values(last_seen_on=day)
                )
