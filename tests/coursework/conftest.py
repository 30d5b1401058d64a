"""Fixtures of the tests of coursework."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from lms.core import clock
from tests.factories import coursework as make
from tests.factories import world
from tests.support.pages import Visitor

JSON = {"Accept": "application/json"}


@pytest.fixture
def send() -> Callable[..., TestResponse]:
    """Post as a script or a forged form would: with the visitor's own token, and nothing else of a page."""

    def post(
        at: Visitor, url: str, data: dict[str, Any] | None = None, *, script: bool = False
    ) -> TestResponse:
        token = at.get("/no-such-page", status=404).soup.select_one("[name=csrf_token]")
        assert token is not None
        headers = {
            "X-CSRFToken": token["value"],
            "Referer": f"http://localhost{url}",
            **(JSON if script else {}),
        }
        return at.open("POST", url, data=data or {}, headers=headers)

    return post


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
