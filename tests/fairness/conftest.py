"""A cohort in its twentieth week with a marker, a coordinator, and a team of four."""

from __future__ import annotations

import pytest

from lms.cohorts.queries import CohortView
from lms.people.models import Person
from lms.people.rules import Role
from tests.factories import assessment, world
from tests.factories import fairness as make


@pytest.fixture
def cohort(session) -> CohortView:
    return world.cohort(weeks_in=20)


@pytest.fixture
def marker(cohort: CohortView) -> Person:
    return assessment.marker(cohort, "Mara Marker")


@pytest.fixture
def coordinator(cohort: CohortView) -> Person:
    return world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")


@pytest.fixture
def team(cohort: CohortView) -> make.Team:
    return make.team(cohort, 4)
