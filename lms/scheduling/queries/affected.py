"""Who is affected when dates change: learners and staff of the cohorts, each with how many of their dates."""

from __future__ import annotations

from collections.abc import Iterable
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
from lms.scheduling.queries.studio import Worked

TOLD = frozenset({PlaceState.ENROLLED, PlaceState.ON_LEAVE})


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


def affected(worked: Worked) -> list[Affected]:
    """Everybody in the cohorts that change, learners first, by name. Two statements, however many cohorts."""
    dates, names = _dates(worked), {each.ground.cohort.id: each.ground.cohort.name for each in worked.cohorts}
    found: list[Affected] = []
    rosters = enrolment.rosters([cohort_id for cohort_id, (shown, _all) in dates.items() if shown], TOLD)
    for cohort_id, lines in rosters.items():
        found += (
            Affected(
                line.name,
                line.sort_name,
                names[cohort_id],
                "learner",
                line.zone,
                line.working_team or line.capstone_team,
                dates[cohort_id][0],
                line.person_id,
            )
            for line in lines
        )
    for cohort_id, staff in cohorts.staff_of(list(dates)).items():
        found += _staff(names[cohort_id], staff, dates[cohort_id][1])
    return sorted(found, key=lambda one: (one.what != "learner", one.sort_name, one.cohort))


def _dates(worked: Worked) -> dict[int, tuple[int, int]]:
    """How many dates change in each cohort: (that learners see, in all); cohorts without any are left out."""
    found = {}
    for each in worked.cohorts:
        changes = [change for change in each.preview.plan.changes if change.visible]
        specs = each.ground.graph.specs
        if changes:
            shown = sum(1 for change in changes if not specs[change.key].staff_only)
            found[each.ground.cohort.id] = shown, len(changes)
    return found


def people_affected(worked: Worked) -> int:
    """How many people there are for whom something changes. One statement."""
    dates = _dates(worked)
    learners = sa.select(Place.person_id).where(
        Place.cohort_id.in_([cohort_id for cohort_id, (shown, _all) in dates.items() if shown]),
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


def _staff(cohort: str, lines: Iterable[StaffLine], dates: int) -> Iterable[Affected]:
    tasks: dict[int, list[str]] = {}
    known = {}
    for line in lines:
        known[line.person_id] = line
        role = line.role.value
        if role not in tasks.setdefault(line.person_id, []):
            tasks[line.person_id].append(role)
    for person_id, line in known.items():
        what = ", ".join(tasks[person_id])
        yield Affected(line.name, line.name.casefold(), cohort, what, line.zone, "", dates, person_id)


def in_two(people: Iterable[Affected]) -> list[str]:
    """The names of those who are affected in more than one cohort."""
    cohorts_of: dict[int, set[str]] = {}
    names: dict[int, str] = {}
    for one in people:
        cohorts_of.setdefault(one.person_id, set()).add(one.cohort)
        names[one.person_id] = one.name
    return sorted(names[who] for who, found in cohorts_of.items() if len(found) > 1)
