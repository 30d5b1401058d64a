"""A cohort and two of its learners, far apart."""

from __future__ import annotations

import pytest

from tests.factories import world


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=1)


@pytest.fixture
def rhea(cohort):
    return world.learner(cohort, "Rhea Menon", zone="Asia/Dubai")


@pytest.fixture
def sanjay(cohort):
    return world.learner(cohort, "Sanjay Kulkarni", zone="America/New_York")
