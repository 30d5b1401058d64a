"""Panels of resits: for which courses there is one, who sits on it, who could, and who judged the panel before."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from lms.assessment.models import Mark, MarkingTask, MarkVersion
from lms.assessment.policy import MARKING
from lms.assessment.rules import TaskState
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.gradebook.models import CourseResit, ResitSeat
from lms.gradebook.queries.board_lists import PANEL_GROUP
from lms.gradebook.queries.plans import plan
from lms.people.models import Person, RoleGrant
from lms.people.rules import Role

JUDGING = MARKING | {Role.PANEL_MEMBER, Role.DIRECTOR}


@dataclass(frozen=True, slots=True)
class PanelSeat:
    """Somebody on the panel of a resit."""

    person_id: int
    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Judge:
    """Somebody who could sit on the panel of a resit."""

    public_id: str
    name: str
    before: bool
    """They judged the panel that the learner failed."""


def judged_by_panel(version_id: int, course_key: str) -> frozenset[tuple[int, str]]:
    """What a panel judges in a course, as keys of marks; empty: a resit of it needs no panel."""
    course = next((one for one in plan(version_id).courses if one.key == course_key), None)
    return frozenset(
        item.key
        for group in (course.groups if course else ())
        if group.key == PANEL_GROUP
        for share in group.shares
        for item in share.items
    )


def panel_size(version_id: int) -> int:
    """How many sit on a panel at least, by the policies."""
    return curriculum.outline(version_id).policies.capstone.panel_members


def judged_before(place_id: int, keys: Collection[tuple[int, str]]) -> set[int]:
    """Who entered a version of a learner's marks of a panel, or marked the work behind one. Two statements."""
    wanted = set(keys)
    activities = {activity for activity, _part in wanted}
    entered = db.session.execute(
        sa.select(Mark.activity_id, Mark.part, MarkVersion.entered_by_id)
        .join(MarkVersion, MarkVersion.mark_id == Mark.id)
        .where(
            Mark.place_id == place_id,
            Mark.activity_id.in_(activities),
            MarkVersion.entered_by_id.is_not(None),
        )
        .distinct()
    )
    found = {person for activity, part, person in entered if (activity, part) in wanted and person}
    tasks = db.session.execute(
        sa.select(
            MarkingTask.activity_id, MarkingTask.part, MarkingTask.place_ids, MarkingTask.marker_id
        ).where(
            MarkingTask.activity_id.in_(activities),
            MarkingTask.marker_id.is_not(None),
            MarkingTask.state != TaskState.SUPERSEDED,
        )
    )
    return found | {
        marker
        for activity, part, places, marker in tasks
        if (activity, part) in wanted and marker and place_id in places["places"]
    }


def panels(place_id: int) -> dict[str, tuple[PanelSeat, ...]]:
    """The panels of a learner's resits, by the public id of the resit. One statement."""
    rows = db.session.execute(
        sa.select(CourseResit.public_id, Person.id, Person.public_id, Person.name)
        .join(ResitSeat, ResitSeat.resit_id == CourseResit.id)
        .join(Person, Person.id == ResitSeat.person_id)
        .where(CourseResit.place_id == place_id)
        .order_by(Person.sort_name, Person.id)
    )
    found: dict[str, list[PanelSeat]] = defaultdict(list)
    for resit, person_id, public_id, name in rows:
        found[resit].append(PanelSeat(person_id, public_id, name))
    return {resit: tuple(seats) for resit, seats in found.items()}


def judges(cohort: CohortView, before: Collection[int], now: dt.datetime) -> dict[int, Judge]:
    """Who could judge a resit, by name: who marks in the cohort, its panel members, directors. One statement."""
    rows = db.session.execute(
        sa.select(Person.id, Person.public_id, Person.name, Person.sort_name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role.in_(JUDGING),
            sa.or_(RoleGrant.cohort_id == cohort.id, RoleGrant.cohort_id.is_(None)),
            RoleGrant.starts_at <= now,
            sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
        )
        .distinct()
        .order_by(Person.sort_name, Person.id)
    )
    return {row.id: Judge(row.public_id, row.name, row.id in before) for row in rows}
