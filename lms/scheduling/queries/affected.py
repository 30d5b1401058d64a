"""Who is affected when dates change: learners and staff of the cohorts, each with how many of their dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import StaffAssignment
from lms.cohorts.queries import StaffLine
from lms.core import clock
from lms.core.db import db
from lms.enrolment import queries as enrolment
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.scheduling.queries.studio import CohortDraft, Worked
from lms.scheduling.rules import Change, ItemKind, ItemState

TOLD = frozenset({PlaceState.ENROLLED, PlaceState.ON_LEAVE})


@dataclass(frozen=True, slots=True)
class FirstDate:
    """The first date that changes for somebody: when something begins, or is due."""

    title: str
    old: dt.datetime
    new: dt.datetime
    cancelled: bool
    """It does not take place any more."""


@dataclass(frozen=True)
class _Dates:
    """What changes in a cohort, for those who see everything and for learners."""

    cohort: str
    all: Sequence[FirstDate]
    shown: Sequence[FirstDate]


@dataclass(frozen=True, slots=True)
class Affected:
    """One person, in one cohort."""

    name: str
    sort_name: str
    cohort: str
    what: str
    """“learner”, or their tasks."""
    zone: str
    team: str
    dates: int
    """So many dates change for them; own dates that hold all the same are not subtracted."""
    person_id: int
    first: FirstDate


def affected(worked: Worked) -> list[Affected]:
    """Everybody in the cohorts that change, learners first, by name. Two statements, however many cohorts."""
    dates = _dates(worked)
    found: list[Affected] = []
    rosters = enrolment.rosters([cohort_id for cohort_id, each in dates.items() if each.shown], TOLD)
    for cohort_id, lines in rosters.items():
        here = dates[cohort_id]
        found += (
            Affected(
                line.name,
                line.sort_name,
                here.cohort,
                "learner",
                line.zone,
                line.working_team or line.capstone_team,
                len(here.shown),
                line.person_id,
                here.shown[0],
            )
            for line in lines
        )
    for cohort_id, staff in cohorts.staff_of(list(dates)).items():
        found += _staff(staff, dates[cohort_id])
    return sorted(found, key=lambda one: (one.what != "learner", one.sort_name, one.cohort))


def _dates(worked: Worked) -> dict[int, _Dates]:
    """What changes in each cohort, the earliest first; cohorts in which nothing does are left out."""
    found = {}
    for each in worked.cohorts:
        changes = sorted(
            ((_first(each, change), change.key) for change in each.preview.plan.changes if change.visible),
            key=lambda pair: (min(pair[0].old, pair[0].new), pair[1]),
        )
        specs = each.ground.graph.specs
        if changes:
            found[each.ground.cohort.id] = _Dates(
                each.ground.cohort.name,
                [first for first, _key in changes],
                [first for first, key in changes if not specs[key].staff_only],
            )
    return found


def _first(each: CohortDraft, change: Change) -> FirstDate:
    window = (
        each.ground.graph.specs[change.key].kind is ItemKind.WINDOW
        and change.old.ends_at != change.new.ends_at
    )
    old, new = (at.ends_at if window else at.starts_at for at in (change.old, change.new))
    title = each.base.titles.get(change.key, change.key)
    return FirstDate(title, old, new, change.new.state is ItemState.CANCELLED)


def people_affected(worked: Worked) -> int:
    """How many people there are for whom something changes. One statement."""
    dates = _dates(worked)
    learners = sa.select(Place.person_id).where(
        Place.cohort_id.in_([cohort_id for cohort_id, each in dates.items() if each.shown]),
        Place.state.in_(TOLD),
    )
    now = clock.now()
    staff = sa.select(StaffAssignment.person_id).where(
        StaffAssignment.cohort_id.in_(dates),
        StaffAssignment.starts_at <= now,
        sa.or_(StaffAssignment.ends_at.is_(None), StaffAssignment.ends_at > now),
    )
    both = sa.union(learners, staff).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(both)) or 0


def _staff(lines: Iterable[StaffLine], dates: _Dates) -> Iterable[Affected]:
    tasks: dict[int, list[str]] = {}
    known = {}
    for line in lines:
        known[line.person_id] = line
        role = line.role.value
        if role not in tasks.setdefault(line.person_id, []):
            tasks[line.person_id].append(role)
    for person_id, line in known.items():
        what = ", ".join(tasks[person_id])
        name = line.name.casefold()
        count, first = len(dates.all), dates.all[0]
        yield Affected(line.name, name, dates.cohort, what, line.zone, "", count, person_id, first)


def in_two(people: Iterable[Affected]) -> list[str]:
    """The names of those who are affected in more than one cohort."""
    cohorts_of: dict[int, set[str]] = {}
    names: dict[int, str] = {}
    for one in people:
        cohorts_of.setdefault(one.person_id, set()).add(one.cohort)
        names[one.person_id] = one.name
    return sorted(names[who] for who, found in cohorts_of.items() if len(found) > 1)
