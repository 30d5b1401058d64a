"""Who is affected when dates change: learners and staff of the cohorts, each with how many of their dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.enrolment import queries as enrolment
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
    """Everybody in the cohorts that change, learners first, by name. Two statements for each cohort."""
    found: list[Affected] = []
    for each in worked.cohorts:
        changes = [change for change in each.preview.plan.changes if change.visible]
        if not changes:
            continue
        cohort, specs = each.ground.cohort, each.ground.graph.specs
        shown = sum(1 for change in changes if not specs[change.key].staff_only)
        found += _learners(cohort, shown) if shown else ()
        found += _staff(cohort, len(changes))
    return sorted(found, key=lambda one: (one.what != "learner", one.sort_name, one.cohort))


def _learners(cohort: CohortView, dates: int) -> Iterable[Affected]:
    for line in enrolment.roster(cohort.id, TOLD):
        team = line.working_team or line.capstone_team
        yield Affected(
            line.name, line.sort_name, cohort.name, "learner", line.zone, team, dates, line.person_id
        )


def _staff(cohort: CohortView, dates: int) -> Iterable[Affected]:
    tasks: dict[int, list[str]] = {}
    known = {}
    for line in cohorts.staff(cohort.id):
        known[line.person_id] = line
        role = line.role.value
        if role not in tasks.setdefault(line.person_id, []):
            tasks[line.person_id].append(role)
    for person_id, line in known.items():
        what = ", ".join(tasks[person_id])
        yield Affected(line.name, line.name.casefold(), cohort.name, what, line.zone, "", dates, person_id)


def in_two(people: Iterable[Affected]) -> list[str]:
    """The names of those who are affected in more than one cohort."""
    cohorts_of: dict[int, set[str]] = {}
    names: dict[int, str] = {}
    for one in people:
        cohorts_of.setdefault(one.person_id, set()).add(one.cohort)
        names[one.person_id] = one.name
    return sorted(names[who] for who, found in cohorts_of.items() if len(found) > 1)
