"""What journeys share: somebody with a browser who gets about by links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.people.models import Person
from tests.support.walker import Walker

Walk = Callable[..., Walker]


@pytest.fixture
def walk(app: Flask, session: Any) -> Walk:
    """Let somebody sign in and stand at the front door; nobody: a browser without a sign-in."""

    def as_(person: Person | None = None) -> Walker:
        return Walker(app, person)

    return as_
