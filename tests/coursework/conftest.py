"""Fixtures of the tests of coursework."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from lms.core import clock
from tests.factories import coursework as make
from tests.factories import world
from tests.support import scripts


@pytest.fixture
def send() -> Callable[..., TestResponse]:
    """Post as a script or a forged form would: with the visitor's own token, and nothing else of a page."""
    return scripts.send


@pytest.fixture
def cohort(session):
    """A cohort in its second week."""
    return world.cohort(weeks_in=2)


@pytest.fixture
def lea(cohort):
    return world.learner(cohort, "Lea Ito", zone="Asia/Dubai")


@pytest.fixture
def now(cohort):
    """An hour at which A-1 is open."""
    with clock.at(make.opened(cohort, "a-1")):
        yield clock.now()
