"""A cohort in its tenth week with a marker and a coordinator."""

from __future__ import annotations

import pytest

from lms.cohorts.queries import CohortView
from lms.people.models import Person
from lms.people.rules import Role
from tests.factories import assessment as make
from tests.factories import world


@pytest.fixture
def cohort(session) -> CohortView:
    return world.cohort(weeks_in=10)


@pytest.fixture
def marker(cohort: CohortView) -> Person:
    return make.marker(cohort, "Mara Marker")


@pytest.fixture
def coordinator(cohort: CohortView) -> Person:
    return world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")


@pytest.fixture
def author(cohort: CohortView):
    return world.person("Asha Rao")


@pytest.fixture
def lea(cohort: CohortView, author) -> int:
    """A learner with a place; its id."""
    return world.place(cohort, author)
