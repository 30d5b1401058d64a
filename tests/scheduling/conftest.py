"""A cohort in its tenth week and its coordinator; modules that need another week say so."""

from __future__ import annotations

import pytest

from lms.people.rules import Role
from tests.factories import world


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=10)


@pytest.fixture
def coordinator(cohort):
    return world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")
