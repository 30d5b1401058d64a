"""Everything that a cohort's dates are held against: its rules, its people's zones, and where else they have to be."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

import sqlalchemy as sa

from lms.cohorts.models import Cohort, StaffAssignment
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.curriculum.models import Activity, Course
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.people.models import BusyDate, Person
from lms.people.rules import Role
from lms.scheduling import ports
from lms.scheduling.models import ScheduledItem
from lms.scheduling.queries.blueprint import blueprint, names, names_in
from lms.scheduling.queries.graph import JOINT, holidays, night
from lms.scheduling.queries.items import calendar
from lms.scheduling.rules import (
    Away,
    Check,
    Elsewhere,
    Engaged,
    Graph,
    ItemKind,
    ItemState,
    Meeting,
    Standing,
    Work,
)

TEACHING = (Role.FACULTY.value, Role.ASSISTANT.value)
HERE = (PlaceState.ENROLLED, PlaceState.ON_LEAVE)
MANY_LEARNERS = 3
"""From so many learners in a country on, its public holidays are flagged."""
Seen = TypeVar("Seen", Meeting, Elsewhere, Engaged)
Window = tuple[dt.datetime, dt.datetime]
Ahead = Mapping[int, Standing]
"""Items of other cohorts, by id, that change together with this one: where they would be."""


def checks(
    cohort: CohortView, window: Window, *, ahead: Ahead | None = None, on: Graph | None = None
) -> Check:
    """What the cohort's dates are held against; clashes are looked for in the window.

    Four statements, a fifth where the graph was not read before, and those of the domains above that know hosts and
    speakers.
    """
    outline = curriculum.outline(cohort.version_id)
    plan = names_in(cohort.version_id, on) if on is not None else names(cohort)
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
    ahead = ahead or {}
    others = _others(cohort, window, ahead)
    hosting = [Engaged(**asdict(each)) for each in ports.engagements_of(cohort.id, window)]
    return Check(
        calendar=calendar(cohort),
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
        meetings=[_as_drafted(each, ahead) for each in others.meetings],
        elsewhere=[_as_drafted(each, ahead) for each in others.elsewhere],
        engagements=[_as_drafted(each, ahead) for each in (*hosting, *others.learning)],
        away=_away(cohort.id, window),
        joint=on.joint if on is not None else {},
    )


def work_of(version_id: int) -> Work:
    """What the programme asks of a week, and how much it may."""
    found = curriculum.outline(version_id)
    kinds = {key: spec.kind for key, spec in blueprint(version_id).specs.items()}
    return Work(curriculum.effort(version_id), kinds, found.frame.weekly_limit_minutes)


def _as_drafted(seen: Seen, ahead: Ahead) -> Seen:
    at = ahead.get(seen.item_id)
    return seen if at is None else replace(seen, starts_at=at.starts_at, ends_at=at.ends_at)


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


def _in(window: Window, ahead: Ahead) -> sa.ColumnElement[bool]:
    """Live sessions that take place in the window, or would be moved into it."""
    inside = sa.and_(ScheduledItem.starts_at < window[1], ScheduledItem.ends_at > window[0])
    return sa.and_(
        ScheduledItem.kind == ItemKind.SESSION,
        ScheduledItem.state == ItemState.PLANNED,
        sa.or_(inside, ScheduledItem.id.in_(ahead)) if ahead else inside,
    )


def _title(row: Any) -> str:
    return f"{row.code} {row.title}".strip()


@dataclass(frozen=True)
class _Others:
    """Sessions of other cohorts in which people of this one have a part."""

    meetings: list[Meeting]
    """Its staff teach there."""
    elsewhere: list[Elsewhere]
    """Its learners learn or teach there."""
    learning: list[Engaged]
    """Its staff learn there."""


def _people(cohort: sa.ColumnElement[bool], place: sa.ColumnElement[bool], name: str) -> sa.Subquery:
    """Learners and teaching staff: (person, cohort, course, whether staff, since when, until when)."""
    now_and_later = sa.null().label("starts_at"), sa.null().label("ends_at")
    return sa.union_all(
        sa.select(
            Place.person_id,
            Place.cohort_id,
            sa.literal("").label("course_key"),
            sa.literal(0).label("staff"),
            sa.cast(now_and_later[0], StaffAssignment.starts_at.type).label("starts_at"),
            sa.cast(now_and_later[1], StaffAssignment.ends_at.type).label("ends_at"),
        ).where(place, Place.state.in_(HERE)),
        sa.select(
            StaffAssignment.person_id,
            StaffAssignment.cohort_id,
            StaffAssignment.course_key,
            sa.literal(1).label("staff"),
            StaffAssignment.starts_at,
            StaffAssignment.ends_at,
        ).where(cohort, StaffAssignment.role.in_(TEACHING)),
    ).subquery(name)


def _others(cohort: CohortView, window: Window, ahead: Ahead) -> _Others:
    """Live sessions of other cohorts, in the window, to which people of this one belong. One statement."""
    mine = _people(StaffAssignment.cohort_id == cohort.id, Place.cohort_id == cohort.id, "mine")
    theirs = _people(StaffAssignment.cohort_id != cohort.id, Place.cohort_id != cohort.id, "theirs")
    rows = db.session.execute(
        sa.select(
            Person.name.label("person"),
            mine.c.staff,
            theirs.c.staff.label("staff_there"),
            mine.c.course_key,
            Cohort.name.label("cohort"),
            Activity.code,
            Activity.title,
            ScheduledItem.starts_at,
            ScheduledItem.ends_at,
            ScheduledItem.id.label("item_id"),
            JOINT.c.joint_id,
        )
        .select_from(mine)
        .join(theirs, theirs.c.person_id == mine.c.person_id)
        .join(Person, Person.id == mine.c.person_id)
        .join(Cohort, Cohort.id == theirs.c.cohort_id)
        .join(ScheduledItem, ScheduledItem.cohort_id == theirs.c.cohort_id)
        .join(Activity, Activity.id == ScheduledItem.activity_id)
        .join(Course, Course.id == Activity.course_id)
        .outerjoin(JOINT, JOINT.c.item_id == ScheduledItem.id)
        .where(
            sa.or_(mine.c.ends_at.is_(None), mine.c.ends_at > window[0]),
            sa.or_(theirs.c.starts_at.is_(None), theirs.c.starts_at <= ScheduledItem.ends_at),
            sa.or_(theirs.c.ends_at.is_(None), theirs.c.ends_at > ScheduledItem.starts_at),
            sa.or_(theirs.c.course_key == "", theirs.c.course_key == Course.key),
            sa.or_(theirs.c.staff == 1, ScheduledItem.staff_only.is_(False)),
            _in(window, ahead),
        )
        .order_by(ScheduledItem.starts_at, ScheduledItem.id, Person.sort_name, Person.id)
    ).all()
    return _sorted_out(cohort, rows)


def _sorted_out(cohort: CohortView, rows: Sequence[Any]) -> _Others:
    meetings: dict[Meeting, None] = {}
    learning: dict[Engaged, None] = {}
    places: dict[int, tuple[Any, dict[str, None]]] = {}
    courses = blueprint(cohort.version_id).courses
    for row in rows:
        where = (row.cohort, _title(row), row.starts_at, row.ends_at)
        if row.staff and row.staff_there:
            meetings[Meeting(row.person, row.course_key, *where, row.item_id, row.joint_id)] = None
        elif row.staff:
            keys = frozenset(key for key, course in courses.items() if row.course_key in ("", course))
            there = (where[1], where[0], *where[2:], row.item_id, row.joint_id)
            learning[Engaged(row.person, keys, "learns in", *there)] = None
        else:
            places.setdefault(row.item_id, (row, {}))[1][row.person] = None
    return _Others(
        meetings=list(meetings),
        elsewhere=[
            Elsewhere(
                row.cohort,
                _title(row),
                row.starts_at,
                row.ends_at,
                tuple(names),
                row.item_id,
                row.joint_id,
            )
            for row, names in places.values()
        ],
        learning=list(learning),
    )


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
