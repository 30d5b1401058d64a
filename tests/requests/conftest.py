"""A cohort in its week 26 with Lea, Mira, Cora who coordinates and Fred who teaches it since its start."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.core import clock
from lms.people.rules import Role
from tests.factories import world


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=26)


@pytest.fixture
def lea(cohort, people):
    return people["lea"]


@pytest.fixture
def mira(cohort, people):
    return people["mira"]


@pytest.fixture
def cora(cohort, people):
    return people["cora"]


@pytest.fixture
def fred(cohort, people):
    return people["fred"]


@pytest.fixture
def people(cohort):
    with clock.at(dt.datetime.combine(cohort.starts_on, dt.time(6), dt.UTC)):
        return {
            "lea": world.learner(cohort, "Lea Learner"),
            "mira": world.learner(cohort, "Mira Mate"),
            "cora": world.granted(Role.COORDINATOR, cohort, "Cora Coordinator"),
            "fred": world.granted(Role.FACULTY, cohort, "Fred Faculty"),
        }
