"""Building the demonstration, from an empty database to four cohorts."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from contextlib import nullcontext

import sqlalchemy as sa
from flask_security import hash_password

from lms.cohorts import queries as cohort_queries
from lms.cohorts.queries import CohortView
from lms.core import ids, outbox, uow
from lms.core.db import db
from lms.core.known import remembering
from lms.curriculum import actions as curriculum
from lms.curriculum.content.reader import ProgrammeContent
from lms.curriculum.models import Activity
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
    seating,
    sessions,
    speaking,
    states,
    studio,
    study,
    talk,
    teach,
    telling,
)
from lms.demo.cast import DOMAIN, PASSWORD
from lms.demo.plans import PLANS, Plan
from lms.demo.world import Year, at
from lms.gradebook import actions as gradebook
from lms.notifications import actions as notifications
from lms.notifications.models import Notice
from lms.people.models import Person
from lms.progress import actions as progress

SEED = 14
TOLD = dt.timedelta(weeks=3)
"""Where rarer states are not shown, people were told of these weeks: what is older they have read and forgotten."""


class RealPeople(Exception):
    """The database holds people who are not of the demonstration."""


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
    sealed, alone = outbox.sealed.set(True), uow.alone.set(True)
    try:
        with ids.seeded(f"{seed}:{now.date()}"), progress.paused(), remembering(db.engine):
            _build(content, now, random.Random(f"{seed}:{now.date()}"), say)  # noqa: S311  # nosec B311
    finally:
        outbox.sealed.reset(sealed)
        uow.alone.reset(alone)


def _build(
    content: ProgrammeContent, now: dt.datetime, source: random.Random, say: Callable[[str], None]
) -> None:
    everybody = cast.load()
    began = now - dt.timedelta(weeks=52)
    with at(began):
        version = curriculum.publish(content, actor_id=None, now=began)
        version_id = version.id
    password = hash_password(PASSWORD)
    staff = seating.take_on(everybody, password, began)
    by = staff["coordinator"]
    built: dict[str, CohortView] = {}
    for plan in PLANS:
        cohort = seating.open_cohort(plan, version_id, staff, everybody, now)
        if plan.open_round:
            studio.longer(cohort, plan.open_round, by, now)
        seats = seating.enrol(cohort, everybody.cohorts[plan.key], by, password, now, source)
        year = Year(
            cohort=cohort,
            seats=seats,
            staff=staff,
            now=now,
            source=source,
            shows=plan.shows,
            open_round=plan.open_round,
        )
        say(f"{cohort.name}: {len(seats)} learners")
        kept = _kept()
        with nullcontext() if plan.shows else notifications.told_since(now - TOLD):
            _year(year, plan)
        kept.clear()
        built[plan.key] = cohort_queries.by_id(cohort.id)
        if plan.key == "opening":
            studio.together(built["week14"], built["opening"], by, now)
            with at(now):
                for key in ("week14", "opening"):
                    progress.refresh_cohort(built[key].id, now=now)
    with at(now):
        _notices_in_order()
    calendars.calendars(now)


def _kept() -> list[object]:
    """Activities and people, held by the session as long as somebody has them: acts ask for one of them at a time."""
    return [*db.session.scalars(sa.select(Activity)), *db.session.scalars(sa.select(Person))]


def _year(year: Year, plan: Plan) -> None:
    """What has happened in a cohort up to now."""
    begun = plan.week > 0
    if begun:
        seating.team_up(year, plan.teams)
        if year.shows:
            states.changes(year)
        _live_through(year)
        forums.forums(year, plan.key)
    if plan.key == "week14":
        studio.history(year.cohort, year.staff["coordinator"], year.now)
    _last_seen(year)
    _notices_read(year)
    if begun and year.shows:
        telling.habits(year)
        telling.a_round_that_closed(year)
    with at(year.now):
        progress.refresh_cohort(year.cohort.id, now=year.now)
    if begun and year.shows:
        telling.announcements(year)


def _live_through(year: Year) -> None:
    """Activities in the order of their dates; marking follows each as its time comes."""
    teach.links(year)
    with gradebook.putting_off() as results:
        _taught(year)
    with at(year.now):
        gradebook.catch_up(results)
    if year.shows:
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
    if year.shows:
        study.with_more_time(year)
        overlap.compared(year)
    projects.projects(year)
    for key in ("m1", "m2", "m3"):
        teach.marking(year, year.outline.by_key[key], year.items[key])
    if year.shows:
        desk.terms(year)
    seating.carry_out_changes(year)
    attendance.attendance(year)
    talk.announcements(year)
    talk.cases(year)
    talk.participation(year)
    sessions.belongings(year)
    if year.shows:
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
