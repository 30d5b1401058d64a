"""A cohort and two of its learners, far apart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lms.core import calls
from lms.notifications import actions, jobs
from tests.factories import world
from tests.notifications.doubles import SECRET, Double


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=1)


@pytest.fixture
def rhea(cohort):
    return world.learner(cohort, "Rhea Menon", zone="Asia/Dubai")


@pytest.fixture
def sanjay(cohort):
    return world.learner(cohort, "Sanjay Kulkarni", zone="America/New_York")


@pytest.fixture
def double() -> Iterator[Double]:
    found = Double()
    token = calls.near.set(True)
    yield found
    calls.near.reset(token)
    found.server.shutdown()
    found.server.server_close()
    found.thread.join(5)


@pytest.fixture
def with_texts(double, monkeypatch):
    monkeypatch.setitem(jobs._settings, "gateway_url", f"{double.url}/texts")
    monkeypatch.setitem(jobs._settings, "gateway_secret", SECRET)
    actions.configure(secret="x" * 32, push_secret="p" * 32, texts=True)
    yield double
    actions.configure(secret="x" * 32, push_secret="p" * 32, texts=False)
