"""Sessions of other cohorts at which people of these have to be: clashes reach over all cohorts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import sqlalchemy as sa

from lms.cohorts.models import Cohort, StaffAssignment
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.curriculum.models import Activity, Course
from lms.enrolment.models import Place, Team, TeamMembership
from lms.enrolment.rules import PlaceState
from lms.people.models import Person
from lms.people.rules import Role
from lms.scheduling.models import ScheduledItem
from lms.scheduling.queries.blueprint import blueprint
from lms.scheduling.queries.graph import JOINT
from lms.scheduling.rules import Elsewhere, Engaged, ItemKind, ItemState, Meeting, Standing

TEACHING = (Role.FACULTY.value, Role.ASSISTANT.value)
HERE = (PlaceState.ENROLLED, PlaceState.ON_LEAVE)
Seen = TypeVar("Seen", Meeting, Elsewhere, Engaged)
Window = tuple[dt.datetime, dt.datetime]
Ahead = Mapping[int, Standing]
"""Items by id that change together with those looked at: where they would be."""


def as_drafted(seen: Seen, ahead: Ahead) -> Seen:
    """The same where it would be."""
    at = ahead.get(seen.item_id)
    return seen if at is None else replace(seen, starts_at=at.starts_at, ends_at=at.ends_at)


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
class Others:
    """Sessions of other cohorts in which people of this one have a part."""

    meetings: list[Meeting] = field(default_factory=list)
    """Its staff teach there."""
    elsewhere: list[Elsewhere] = field(default_factory=list)
    """Its learners learn or teach there."""
    learning: list[Engaged] = field(default_factory=list)
    """Its staff learn there."""


def _people(name: str, cohort_ids: Sequence[int] | None = None) -> sa.Subquery:
    """Learners and teaching staff: (person, cohort, place, course, whether staff, since when, until when)."""
    places = [Place.cohort_id.in_(cohort_ids)] if cohort_ids is not None else []
    tasks = [StaffAssignment.cohort_id.in_(cohort_ids)] if cohort_ids is not None else []
    now_and_later = sa.null().label("starts_at"), sa.null().label("ends_at")
    return sa.union_all(
        sa.select(
            Place.person_id,
            Place.cohort_id,
            Place.id.label("place_id"),
            sa.literal("").label("course_key"),
            sa.literal(0).label("staff"),
            sa.cast(now_and_later[0], StaffAssignment.starts_at.type).label("starts_at"),
            sa.cast(now_and_later[1], StaffAssignment.ends_at.type).label("ends_at"),
        ).where(Place.state.in_(HERE), *places),
        sa.select(
            StaffAssignment.person_id,
            StaffAssignment.cohort_id,
            sa.cast(sa.null(), sa.Integer),
            StaffAssignment.course_key,
            sa.literal(1).label("staff"),
            StaffAssignment.starts_at,
            StaffAssignment.ends_at,
        ).where(StaffAssignment.role.in_(TEACHING), *tasks),
    ).subquery(name)


def others_of(views: Sequence[CohortView], window: Window, ahead: Ahead) -> dict[int, Others]:
    """Live sessions of other cohorts, in the window, to which people of these belong, by cohort. One statement."""
    mine, theirs = _people("mine", [view.id for view in views]), _people("theirs")
    rows = db.session.execute(
        sa.select(
            mine.c.cohort_id.label("mine"),
            Person.name.label("person"),
            Team.name.label("team"),
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
        .join(
            theirs,
            sa.and_(theirs.c.person_id == mine.c.person_id, theirs.c.cohort_id != mine.c.cohort_id),
        )
        .join(Person, Person.id == mine.c.person_id)
        .join(Cohort, Cohort.id == theirs.c.cohort_id)
        .join(ScheduledItem, ScheduledItem.cohort_id == theirs.c.cohort_id)
        .join(Activity, Activity.id == ScheduledItem.activity_id)
        .join(Course, Course.id == Activity.course_id)
        .outerjoin(JOINT, JOINT.c.item_id == ScheduledItem.id)
        .outerjoin(
            TeamMembership,
            sa.and_(TeamMembership.place_id == mine.c.place_id, TeamMembership.ends_at.is_(None)),
        )
        .outerjoin(Team, Team.id == TeamMembership.team_id)
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
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.mine].append(row)
    return {view.id: _sorted_out(view, found[view.id]) for view in views}


@dataclass
class _There:
    """Who of a cohort's learners has to be at one session, and of which teams they are."""

    row: Any
    names: dict[str, None] = field(default_factory=dict)
    teams: dict[str, dict[str, None]] = field(default_factory=dict)


def _sorted_out(cohort: CohortView, rows: Sequence[Any]) -> Others:
    meetings: dict[Meeting, None] = {}
    learning: dict[Engaged, None] = {}
    places: dict[int, _There] = {}
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
            found = places.setdefault(row.item_id, _There(row))
            found.names[row.person] = None
            if row.team is not None:
                found.teams.setdefault(row.team, {})[row.person] = None
    return Others(list(meetings), [_elsewhere(each) for each in places.values()], list(learning))


def _elsewhere(there: _There) -> Elsewhere:
    row = there.row
    return Elsewhere(
        cohort=row.cohort,
        title=_title(row),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        learners=tuple(there.names),
        item_id=row.item_id,
        joint_id=row.joint_id,
        teams=tuple((team, tuple(names)) for team, names in there.teams.items()),
    )
