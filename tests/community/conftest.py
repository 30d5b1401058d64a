"""People of a cohort who talk. Each module says in which week its cohort is."""

from __future__ import annotations

import pytest

from lms.people.rules import Role
from tests.factories import world


@pytest.fixture
def rhea(cohort):
    return world.learner(cohort, "Rhea Menon", zone="Asia/Dubai")


@pytest.fixture
def sanjay(cohort):
    return world.learner(cohort, "Sanjay Kulkarni")


@pytest.fixture
def faculty(cohort):
    return world.granted(Role.FACULTY, cohort, "Faye Faculty")


@pytest.fixture
def coordinator(cohort):
    return world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")
