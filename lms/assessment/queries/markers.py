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
from lms.core.db import db
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


def markers_of(
    cohort: CohortView, activity: ActivityLine, *, now: dt.datetime, also: Collection[int] = ()
) -> list[MarkerLine]:
    """Who marks an activity of a cohort, by name, and whoever else is named. Four statements."""
    course = curriculum.outline(cohort.version_id).course(activity.course_id).key
    people: dict[int, tuple[str, str, bool]] = {}
    appointed = sa.and_(
        StaffAssignment.cohort_id == cohort.id,
        StaffAssignment.ends_at.is_(None),
        StaffAssignment.role.in_([role.value for role in MARKERS]),
        StaffAssignment.course_key.in_(["", course]),
    )
    these = Person.id.in_(sa.select(StaffAssignment.person_id).where(appointed))
    for row in db.session.execute(
        sa.select(Person.id, Person.public_id, Person.name, StaffAssignment.course_key)
        .outerjoin(StaffAssignment, sa.and_(StaffAssignment.person_id == Person.id, appointed))
        .where(sa.or_(these, Person.id.in_(list(also))) if also else these)
        .order_by(Person.sort_name, Person.id)
    ):
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


def _loads(cohort_id: int, activity_id: int, people: list[int]) -> dict[int, dict[str, object]]:
    in_cohort = MarkingTask.cohort_id == cohort_id
    here = sa.and_(in_cohort, MarkingTask.activity_id == activity_id)
    begun = sa.and_(here, MarkingTask.state == TaskState.DRAFT)
    rows = db.session.execute(
        sa.select(
            MarkingTask.marker_id,
            sa.func.count().label("waiting"),
            sa.func.sum(sa.case((in_cohort, 1), else_=0)).label("in_cohort"),
            sa.func.sum(sa.case((here, 1), else_=0)).label("here"),
            sa.func.sum(sa.case((begun, 1), else_=0)).label("begun"),
            sa.func.min(sa.case((here, MarkingTask.promised_at))).label("promised_at"),
        )
        .where(MarkingTask.marker_id.in_(people), MarkingTask.state.in_(OPEN))
        .group_by(MarkingTask.marker_id)
    )
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


def _limits(cohort_id: int, activity_key: str, people: list[int]) -> _Limits:
    """Caps, own places and conflicts in one statement."""
    found = _Limits({}, {}, defaultdict(set), defaultdict(set))
    caps = sa.select(
        MarkingCap.person_id,
        MarkingCap.most.label("value"),
        sa.case((MarkingCap.activity_key == "", "cap"), else_="cap_here").label("what"),
    ).where(
        MarkingCap.cohort_id == cohort_id,
        MarkingCap.person_id.in_(people),
        MarkingCap.activity_key.in_(["", activity_key]),
    )
    own = sa.select(Place.person_id, Place.id, sa.literal("own")).where(
        Place.cohort_id == cohort_id, Place.person_id.in_(people)
    )
    conflicts = (
        sa.select(MarkingConflict.person_id, MarkingConflict.place_id, sa.literal("conflict"))
        .join(Place, Place.id == MarkingConflict.place_id)
        .where(Place.cohort_id == cohort_id, MarkingConflict.person_id.in_(people))
    )
    for person_id, value, what in db.session.execute(sa.union_all(caps, own, conflicts)):
        if what == "cap":
            found.caps[person_id] = value
        elif what == "cap_here":
            found.caps_here[person_id] = value
        else:
            (found.own if what == "own" else found.conflicts)[person_id].add(value)
    return found


def _leaves(people: Collection[int], today: dt.date) -> dict[int, list[LeaveLine]]:
    found: dict[int, list[LeaveLine]] = defaultdict(list)
    for row in db.session.execute(
        sa.select(MarkingLeave.public_id, MarkingLeave.person_id, MarkingLeave.from_on, MarkingLeave.until_on)
        .where(MarkingLeave.person_id.in_(list(people)), MarkingLeave.until_on >= today)
        .order_by(MarkingLeave.from_on, MarkingLeave.id)
    ):
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


def barred(person_id: int, place_ids: Collection[int]) -> bool:
    """Whether somebody is an author of the work of these places, or declared a conflict with one. One statement."""
    declared = sa.exists().where(MarkingConflict.place_id == Place.id, MarkingConflict.person_id == person_id)
    statement = sa.select(Place.id).where(
        Place.id.in_(list(place_ids)), sa.or_(Place.person_id == person_id, declared)
    )
    return db.session.scalar(statement.limit(1)) is not None
