"""The pages that are opened all day cost the same for 5 and for 60 learners, on both databases."""

from __future__ import annotations

import pytest

from lms.people.rules import Role
from tests.factories import enrolment, world
from tests.factories.assessment import works
from tests.support.statements import statements

LEARNER, STAFF = 10, 14
pytestmark = [pytest.mark.db, pytest.mark.slow]


@pytest.fixture
def cost(visit):
    """The statements of a page that was opened before, for somebody."""

    def count(who, address: str) -> int:
        visitor = visit(who)
        visitor.get(address)
        with statements() as seen:
            visitor.get(address)
        return len(seen)

    return count


@pytest.mark.parametrize("rest", ["", "/modules/a1-strategy-and-vision", "/schedule", "/learn", "/progress"])
def test_a_learners_page(session, cost, rest: str) -> None:
    cohort = world.cohort(weeks_in=10, seats=80)
    lea = world.learner(cohort)
    address = f"/cohorts/{cohort.slug}{rest}"
    enrolment.many(cohort, 4)
    few = cost(lea, address)
    enrolment.many(cohort, 55)
    assert cost(lea, address) == few
    assert few <= LEARNER


@pytest.mark.parametrize("rest", ["/board", "/people", "/teams", "/gradebook"])
def test_a_coordinators_page(session, cost, rest: str) -> None:
    cohort = world.cohort(weeks_in=10, seats=80)
    coordinator = world.granted(Role.COORDINATOR, cohort)
    address = f"/cohorts/{cohort.slug}{rest}"
    enrolment.many(cohort, 5)
    few = cost(coordinator, address)
    enrolment.many(cohort, 55)
    assert cost(coordinator, address) == few
    assert few <= STAFF


@pytest.mark.parametrize("address", ["/teaching", "/marking"])
def test_a_desk_with_work_to_mark(session, cost, address: str) -> None:
    cohort = world.cohort(weeks_in=10, seats=80)
    faculty = world.granted(Role.FACULTY, cohort)
    works(cohort, 5)
    few = cost(faculty, address)
    works(cohort, 55)
    assert cost(faculty, address) == few
    assert few <= STAFF
