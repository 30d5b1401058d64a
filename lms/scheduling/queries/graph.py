"""The graph of a cohort, as changes are worked out on it, and everything that its dates are held against."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts import rules as cohort_rules
from lms.cohorts.models import Cohort, StaffAssignment
from lms.cohorts.queries import CohortView
from lms.cohorts.rules import Holiday
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.curriculum.models import Activity, Course
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.people.models import BusyDate, Person
from lms.people.rules import Role
from lms.scheduling.models import (
    Override,
    OverrideScope,
    Schedule,
    ScheduledItem,
    ScheduleFact,
    ScheduleHold,
    ScheduleRelease,
)
from lms.scheduling.queries.blueprint import blueprint
from lms.scheduling.queries.items import calendar
from lms.scheduling.rules import Away, Check, Graph, ItemKind, ItemState, Meeting, Night, Setting, Standing

TEACHING = (Role.FACULTY.value, Role.ASSISTANT.value)
HERE = (PlaceState.ENROLLED, PlaceState.ON_LEAVE)
MANY_LEARNERS = 3
"""From so many learners in a country on, its public holidays are flagged."""


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """Which release of a cohort's schedule is in force, and its version for the second writer."""

    release_number: int
    version: int


def schedule(cohort_id: int) -> ScheduleView:
    """The present state of a cohort's schedule."""
    row = db.session.execute(
        sa.select(Schedule.release_number, Schedule.version).where(Schedule.cohort_id == cohort_id)
    ).one()
    return ScheduleView(row.release_number, row.version)


def latest_release(cohort_id: int) -> tuple[int, str]:
    """Number of the latest release and who published it."""
    row = db.session.execute(
        sa.select(ScheduleRelease.number, Person.name)
        .outerjoin(Person, Person.id == ScheduleRelease.published_by_id)
        .where(ScheduleRelease.cohort_id == cohort_id)
        .order_by(ScheduleRelease.number.desc())
        .limit(1)
    ).one()
    return row.number, row.name or "Cadre"


def graph(cohort: CohortView) -> Graph:
    """The cohort's graph as it stands: four statements."""
    rows = db.session.execute(
        sa.select(
            ScheduledItem.id,
            ScheduledItem.key,
            ScheduledItem.starts_at,
            ScheduledItem.ends_at,
            ScheduledItem.state,
        )
        .where(ScheduledItem.cohort_id == cohort.id)
        .order_by(ScheduledItem.starts_at, ScheduledItem.id)
    ).all()
    keys = {row.id: row.key for row in rows}
    specs = blueprint(cohort.version_id).specs
    return Graph(
        specs={row.key: specs[row.key] for row in rows},
        calendar=calendar(cohort),
        standing={row.key: Standing(row.starts_at, row.ends_at, row.state) for row in rows},
        settings=_settings(cohort.id, keys),
        facts=_facts(cohort.id),
        holds=_holds(cohort.id),
    )


def _settings(cohort_id: int, keys: dict[int, str]) -> dict[str, Setting]:
    rows = db.session.execute(
        sa.select(Override.item_id, Override.starts_at, Override.ends_at, Override.cancelled)
        .where(
            Override.cohort_id == cohort_id,
            Override.scope == OverrideScope.COHORT,
            Override.revoked_at.is_(None),
        )
        .order_by(Override.id)
    )
    return {keys[row.item_id]: Setting(row.starts_at, row.ends_at, row.cancelled) for row in rows}


def _facts(cohort_id: int) -> dict[tuple[str, str], dt.datetime]:
    rows = db.session.execute(
        sa.select(ScheduleFact.item_key, ScheduleFact.kind, ScheduleFact.at)
        .where(ScheduleFact.cohort_id == cohort_id, ScheduleFact.scope == OverrideScope.COHORT)
        .order_by(ScheduleFact.id)
    )
    return {(row.item_key, row.kind): row.at for row in rows}


def _holds(cohort_id: int) -> dict[str, tuple[str, ...]]:
    rows = db.session.execute(
        sa.select(ScheduledItem.key, ScheduleHold.reason)
        .join(ScheduleHold, ScheduleHold.item_id == ScheduledItem.id)
        .where(ScheduledItem.cohort_id == cohort_id)
        .order_by(ScheduleHold.id)
    )
    held: dict[str, tuple[str, ...]] = {}
    for row in rows:
        held[row.key] = (*held.get(row.key, ()), row.reason)
    return held


def checks(cohort: CohortView, window: tuple[dt.datetime, dt.datetime]) -> Check:
    """What the cohort's dates are held against; clashes are looked for in the window. Four statements."""
    outline = curriculum.outline(cohort.version_id)
    plan = blueprint(cohort.version_id)
    learners = db.session.execute(
        sa.select(Person.zone, Person.country, sa.func.count().label("learners"))
        .join(Place, Place.person_id == Person.id)
        .where(Place.cohort_id == cohort.id, Place.state.in_(HERE))
        .group_by(Person.zone, Person.country)
        .order_by(Person.zone, Person.country)
    ).all()
    zones: dict[str, int] = defaultdict(int)
    lands: dict[str, int] = defaultdict(int)
    for row in learners:
        zones[row.zone] += row.learners
        lands[row.country] += row.learners
    policy = outline.policies.scheduling
    weeks = calendar(cohort)
    return Check(
        calendar=weeks,
        night=night(cohort.version_id),
        titles=plan.titles,
        kinds=plan.kinds,
        courses=plan.courses,
        item_kinds={key: spec.kind for key, spec in plan.specs.items()},
        min_hours=policy.min_window_hours,
        order=outline.frame.order,
        holidays=holidays(cohort, [land for land, count in lands.items() if count >= MANY_LEARNERS]),
        learners=zones,
        staff=_teaching(cohort.id),
        meetings=_meetings(cohort.id, window),
        away=_away(cohort.id, window),
    )


def night(version_id: int) -> Night:
    """When people sleep, by the programme's policy."""
    policy = curriculum.outline(version_id).policies.scheduling
    return Night(dt.time.fromisoformat(policy.night_from), dt.time.fromisoformat(policy.night_to))


def holidays(cohort: CohortView, lands: list[str]) -> dict[dt.date, tuple[Holiday, ...]]:
    """Public holidays of the cohort's place, and of the countries given, over the cohort's year."""
    weeks = calendar(cohort)
    first = weeks.first_monday
    last = weeks.monday(weeks.weeks) + dt.timedelta(days=13)
    found: dict[dt.date, tuple[Holiday, ...]] = {}
    own = cohort_rules.holidays_of(cohort.holiday_country, cohort.holiday_subdivision, first, last)
    for holiday in own:
        found[holiday.on] = (*found.get(holiday.on, ()), holiday)
    for land in sorted(set(lands) - {"", cohort.holiday_country}):
        for each in cohort_rules.holidays_of(land, "", first, last):
            there = Holiday(each.on, each.name, each.place, each.tentative, of_cohort=False)
            found[each.on] = (*found.get(each.on, ()), there)
    return found


def _teaching(cohort_id: int) -> list[tuple[str, str, str]]:
    rows = db.session.execute(
        sa.select(Person.name, Person.zone, StaffAssignment.course_key)
        .join(StaffAssignment, StaffAssignment.person_id == Person.id)
        .where(
            StaffAssignment.cohort_id == cohort_id,
            StaffAssignment.role.in_(TEACHING),
            StaffAssignment.ends_at.is_(None),
        )
        .order_by(Person.sort_name, Person.id, StaffAssignment.course_key)
    )
    return [(row.name, row.zone, row.course_key) for row in rows]


def _meetings(cohort_id: int, window: tuple[dt.datetime, dt.datetime]) -> list[Meeting]:
    """Live sessions, in the window, of other cohorts whose courses this cohort's staff teach too."""
    here, there = aliased(StaffAssignment), aliased(StaffAssignment)
    rows = db.session.execute(
        sa.select(
            Person.name.label("person"),
            here.course_key,
            Cohort.name.label("cohort"),
            Activity.code,
            Activity.title,
            ScheduledItem.starts_at,
            ScheduledItem.ends_at,
        )
        .select_from(here)
        .join(Person, Person.id == here.person_id)
        .join(there, sa.and_(there.person_id == here.person_id, there.cohort_id != cohort_id))
        .join(Cohort, Cohort.id == there.cohort_id)
        .join(ScheduledItem, ScheduledItem.cohort_id == there.cohort_id)
        .join(Activity, Activity.id == ScheduledItem.activity_id)
        .join(Course, Course.id == Activity.course_id)
        .where(
            here.cohort_id == cohort_id,
            here.role.in_(TEACHING),
            sa.or_(here.ends_at.is_(None), here.ends_at > window[0]),
            there.role.in_(TEACHING),
            there.starts_at <= ScheduledItem.ends_at,
            sa.or_(there.ends_at.is_(None), there.ends_at > ScheduledItem.starts_at),
            sa.or_(there.course_key == "", there.course_key == Course.key),
            ScheduledItem.kind == ItemKind.SESSION,
            ScheduledItem.state == ItemState.PLANNED,
            ScheduledItem.starts_at < window[1],
            ScheduledItem.ends_at > window[0],
        )
        .order_by(ScheduledItem.starts_at, ScheduledItem.id, Person.id)
    )
    meetings = [
        Meeting(
            row.person,
            row.course_key,
            row.cohort,
            f"{row.code} {row.title}".strip(),
            row.starts_at,
            row.ends_at,
        )
        for row in rows
    ]
    return list(dict.fromkeys(meetings))


def _away(cohort_id: int, window: tuple[dt.datetime, dt.datetime]) -> list[Away]:
    """Busy dates of staff and learners that touch the window: days and names, never the note."""
    day = dt.timedelta(days=1)
    touches = sa.and_(
        BusyDate.starts_on <= window[1].date() + day, BusyDate.ends_on >= window[0].date() - day
    )
    columns = (Person.id, Person.name, Person.zone, BusyDate.starts_on, BusyDate.ends_on)
    staff = (
        sa.select(*columns, StaffAssignment.course_key.label("course_key"))
        .join(BusyDate, BusyDate.person_id == Person.id)
        .join(StaffAssignment, StaffAssignment.person_id == Person.id)
        .where(
            StaffAssignment.cohort_id == cohort_id,
            StaffAssignment.role.in_(TEACHING),
            StaffAssignment.ends_at.is_(None),
            touches,
        )
    )
    learners = (
        sa.select(*columns, sa.null().label("course_key"))
        .join(BusyDate, BusyDate.person_id == Person.id)
        .join(Place, Place.person_id == Person.id)
        .where(Place.cohort_id == cohort_id, Place.state.in_(HERE), touches)
    )
    both = sa.union_all(staff, learners).subquery()
    rows = db.session.execute(sa.select(both).order_by(both.c.name, both.c.starts_on))
    return [
        Away(
            row.name if row.course_key is not None else str(row.id),
            row.course_key,
            row.starts_on,
            row.ends_on,
            row.zone,
        )
        for row in rows
    ]
