"""Who marks in a cohort: their loads, caps, leave and conflicts, as giving work out needs them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.models import MarkingCap, MarkingConflict, MarkingLeave, MarkingTask
from lms.assessment.rules import OPEN, Candidate, TaskState
from lms.cohorts.models import Cohort, StaffAssignment
from lms.cohorts.queries import CohortView
from lms.core.db import db, read
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ActivityLine
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.people.rules import Role

MARKERS = (Role.MARKER, Role.FACULTY)
"""Whom the house gives work by itself."""


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """Days on which somebody gets nothing new."""

    public_id: str
    person_id: int
    from_on: dt.date
    until_on: dt.date

    def covers(self, day: dt.date) -> bool:
        """Whether it holds on this day."""
        return self.from_on <= day <= self.until_on


@dataclass(frozen=True, slots=True)
class MarkerLine:
    """Somebody who marks an activity, with everything that decides what they get."""

    person_id: int
    public_id: str
    name: str
    of_course: bool
    waiting: int
    in_cohort: int
    here: int
    begun: int
    """Of those here, how many are begun."""
    promised_at: dt.datetime | None
    """The earliest promise among those here."""
    cap: int | None
    cap_here: int | None
    leaves: tuple[LeaveLine, ...]
    """Present and to come."""
    today: dt.date
    own: frozenset[int]
    """Their own places, if they learn here too."""
    conflicts: frozenset[int]

    @property
    def away(self) -> LeaveLine | None:
        """The leave they are on today."""
        return next((leave for leave in self.leaves if leave.covers(self.today)), None)

    def candidate(self) -> Candidate:
        """As the rule that gives work out sees them."""
        return Candidate(
            person_id=self.person_id,
            of_course=self.of_course,
            waiting=self.waiting,
            in_cohort=self.in_cohort,
            here=self.here,
            cap=self.cap,
            cap_here=self.cap_here,
            away=self.away is not None,
            excluded=self.own | self.conflicts,
        )


_COHORT = sa.bindparam("cohort", type_=sa.Integer)
_PEOPLE = sa.bindparam("people", type_=sa.Integer, expanding=True)
_appointed = sa.and_(
    StaffAssignment.cohort_id == _COHORT,
    StaffAssignment.ends_at.is_(None),
    StaffAssignment.role.in_([role.value for role in MARKERS]),
    StaffAssignment.course_key.in_(sa.bindparam("courses", type_=sa.String, expanding=True)),
)
_WHO = (
    sa.select(Person.id, Person.public_id, Person.name, StaffAssignment.course_key)
    .outerjoin(StaffAssignment, sa.and_(StaffAssignment.person_id == Person.id, _appointed))
    .where(
        sa.or_(
            Person.id.in_(sa.select(StaffAssignment.person_id).where(_appointed)),
            Person.id.in_(sa.bindparam("also", type_=sa.Integer, expanding=True)),
        )
    )
    .order_by(Person.sort_name, Person.id)
)


def markers_of(
    cohort: CohortView, activity: ActivityLine, *, now: dt.datetime, also: Collection[int] = ()
) -> list[MarkerLine]:
    """Who marks an activity of a cohort, by name, and whoever else is named. Four statements."""
    course = curriculum.outline(cohort.version_id).course(activity.course_id).key
    people: dict[int, tuple[str, str, bool]] = {}
    for row in read(_WHO, {"cohort": cohort.id, "courses": ["", course], "also": list(also)}):
        before = people.get(row.id)
        people[row.id] = (row.public_id, row.name, row.course_key == course or bool(before and before[2]))
    loads = _loads(cohort.id, activity.id, list(people))
    limits = _limits(cohort.id, activity.key, list(people))
    today = now.astimezone(ZoneInfo(cohort.zone)).date()
    leaves = _leaves(list(people), today)
    return [
        MarkerLine(
            person_id=person_id,
            public_id=public_id,
            name=name,
            of_course=of_course,
            **loads.get(person_id, _NOTHING),
            cap=limits.caps.get(person_id),
            cap_here=limits.caps_here.get(person_id),
            leaves=tuple(leaves.get(person_id, ())),
            today=today,
            own=frozenset(limits.own[person_id]),
            conflicts=frozenset(limits.conflicts[person_id]),
        )
        for person_id, (public_id, name, of_course) in people.items()
    ]


_NOTHING = {"waiting": 0, "in_cohort": 0, "here": 0, "begun": 0, "promised_at": None}


_in_cohort = MarkingTask.cohort_id == _COHORT
_here = sa.and_(_in_cohort, MarkingTask.activity_id == sa.bindparam("activity", type_=sa.Integer))
_begun = sa.and_(_here, MarkingTask.state == TaskState.DRAFT)
_LOADS = (
    sa.select(
        MarkingTask.marker_id,
        sa.func.count().label("waiting"),
        sa.func.sum(sa.case((_in_cohort, 1), else_=0)).label("in_cohort"),
        sa.func.sum(sa.case((_here, 1), else_=0)).label("here"),
        sa.func.sum(sa.case((_begun, 1), else_=0)).label("begun"),
        sa.func.min(sa.case((_here, MarkingTask.promised_at))).label("promised_at"),
    )
    .where(MarkingTask.marker_id.in_(_PEOPLE), MarkingTask.state.in_(OPEN))
    .group_by(MarkingTask.marker_id)
)


def _loads(cohort_id: int, activity_id: int, people: list[int]) -> dict[int, dict[str, object]]:
    rows = read(_LOADS, {"cohort": cohort_id, "activity": activity_id, "people": people})
    return {
        row.marker_id: {
            "waiting": row.waiting,
            "in_cohort": int(row.in_cohort),
            "here": int(row.here),
            "begun": int(row.begun),
            "promised_at": row.promised_at,
        }
        for row in rows
    }


@dataclass
class _Limits:
    caps: dict[int, int]
    caps_here: dict[int, int]
    own: dict[int, set[int]]
    conflicts: dict[int, set[int]]


_LIMITS = sa.union_all(
    sa.select(
        MarkingCap.person_id,
        MarkingCap.most.label("value"),
        sa.case((MarkingCap.activity_key == "", "cap"), else_="cap_here").label("what"),
    ).where(
        MarkingCap.cohort_id == _COHORT,
        MarkingCap.person_id.in_(_PEOPLE),
        MarkingCap.activity_key.in_(sa.bindparam("keys", type_=sa.String, expanding=True)),
    ),
    sa.select(Place.person_id, Place.id, sa.literal("own")).where(
        Place.cohort_id == _COHORT, Place.person_id.in_(_PEOPLE)
    ),
    sa.select(MarkingConflict.person_id, MarkingConflict.place_id, sa.literal("conflict"))
    .join(Place, Place.id == MarkingConflict.place_id)
    .where(Place.cohort_id == _COHORT, MarkingConflict.person_id.in_(_PEOPLE)),
)


def _limits(cohort_id: int, activity_key: str, people: list[int]) -> _Limits:
    """Caps, own places and conflicts in one statement."""
    found = _Limits({}, {}, defaultdict(set), defaultdict(set))
    rows = read(_LIMITS, {"cohort": cohort_id, "people": people, "keys": ["", activity_key]})
    for person_id, value, what in rows:
        if what == "cap":
            found.caps[person_id] = value
        elif what == "cap_here":
            found.caps_here[person_id] = value
        else:
            (found.own if what == "own" else found.conflicts)[person_id].add(value)
    return found


_LEAVES = (
    sa.select(MarkingLeave.public_id, MarkingLeave.person_id, MarkingLeave.from_on, MarkingLeave.until_on)
    .where(MarkingLeave.person_id.in_(_PEOPLE), MarkingLeave.until_on >= sa.bindparam("today", type_=sa.Date))
    .order_by(MarkingLeave.from_on, MarkingLeave.id)
)


def _leaves(people: Collection[int], today: dt.date) -> dict[int, list[LeaveLine]]:
    found: dict[int, list[LeaveLine]] = defaultdict(list)
    for row in read(_LEAVES, {"people": list(people), "today": today}):
        found[row.person_id].append(LeaveLine(**row._asdict()))
    return found


def leaves_of(person_id: int, today: dt.date) -> list[LeaveLine]:
    """The leave of somebody that is not over. One statement."""
    return _leaves([person_id], today).get(person_id, [])


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """A declared conflict of interest."""

    public_id: str
    person_id: int
    marker: str
    learner: str
    cohort: str
    reason: str
    declared_at: dt.datetime


def conflicts(*, cohort_id: int | None = None, person_id: int | None = None) -> list[ConflictLine]:
    """Declared conflicts of a cohort, or of one marker, by name. One statement."""
    marker, learner = aliased(Person), aliased(Person)
    statement = (
        sa.select(
            MarkingConflict.public_id,
            MarkingConflict.person_id,
            marker.name.label("marker"),
            learner.name.label("learner"),
            Cohort.name.label("cohort"),
            MarkingConflict.reason,
            MarkingConflict.declared_at,
        )
        .join(marker, marker.id == MarkingConflict.person_id)
        .join(Place, Place.id == MarkingConflict.place_id)
        .join(learner, learner.id == Place.person_id)
        .join(Cohort, Cohort.id == Place.cohort_id)
        .order_by(marker.sort_name, learner.sort_name, MarkingConflict.id)
    )
    if cohort_id is not None:
        statement = statement.where(Place.cohort_id == cohort_id)
    if person_id is not None:
        statement = statement.where(MarkingConflict.person_id == person_id)
    return [ConflictLine(**row._asdict()) for row in db.session.execute(statement)]


def learners_to_name(cohort_ids: Collection[int]) -> list[tuple[str, str, str]]:
    """The learners of some cohorts: (place's public id, name, cohort's name), by cohort and name. One statement."""
    rows = db.session.execute(
        sa.select(Place.public_id, Person.name, Cohort.name.label("cohort"))
        .join(Person, Person.id == Place.person_id)
        .join(Cohort, Cohort.id == Place.cohort_id)
        .where(Place.cohort_id.in_(list(cohort_ids)))
        .order_by(Cohort.starts_on, Person.sort_name, Place.id)
    )
    return [(row.public_id, row.name, row.cohort) for row in rows]


_PERSON = sa.bindparam("person", type_=sa.Integer)
_BARRED = (
    sa.select(Place.id)
    .where(
        Place.id.in_(sa.bindparam("places", type_=sa.Integer, expanding=True)),
        sa.or_(
            Place.person_id == _PERSON,
            sa.exists().where(MarkingConflict.place_id == Place.id, MarkingConflict.person_id == _PERSON),
        ),
    )
    .limit(1)
)


def barred(person_id: int, place_ids: Collection[int]) -> bool:
    """Whether somebody is an author of the work of these places, or declared a conflict with one. One statement."""
    return read(_BARRED, {"person": person_id, "places": list(place_ids)}).first() is not None
