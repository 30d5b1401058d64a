"""`python -m tests.bench`: requests per second of our pages ÷ those of the bare ones, interleaved A B A B.

The machine's mood cancels out in the ratio. Statements and bytes, which do not depend on the clock, stand beside it.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from lms.cohorts.models import Cohort
from lms.core.db import db
from lms.people.models import Person
from tests.bench.bare import bare_app
from tests.browser.shots import demonstration
from tests.support.pages import Visitor
from tests.support.statements import statements

ROUNDS, REQUESTS = 7, 12
PAGES = (
    ("desk", "learner", "/cohorts/cohort-14"),
    ("module", "learner", "/cohorts/cohort-14/modules/a1-strategy-and-vision"),
    ("schedule", "learner", "/cohorts/cohort-14/schedule?show=month"),
    ("board", "coordinator", "/cohorts/cohort-14/board"),
    ("people", "coordinator", "/cohorts/cohort-14/people"),
)


def rate(ask: Callable[[], object]) -> float:
    """Requests per second over a short run."""
    began = time.perf_counter()
    for _ in range(REQUESTS):
        ask()
    return REQUESTS / (time.perf_counter() - began)


def measure(app: Flask, bare: Flask) -> None:
    """Print a line for each page."""
    plain = bare.test_client()
    sys.stdout.write(f"{'page':10}{'ours/s':>9}{'bare/s':>9}{'ratio':>8}{'SQL':>6}{'KB':>7}\n")
    for name, who, path in PAGES:
        with app.app_context():
            person = db.session.scalars(sa.select(Person).where(Person.email == f"{who}@cadre.example")).one()
            visitor = Visitor(app).signed_in(person)
            db.session.commit()
        client = visitor.client
        client.get(path)  # what is cached for the life of the process is read now
        with statements() as seen:
            body = client.get(path).get_data()
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(rate(lambda client=client, path=path: client.get(path)))
            theirs.append(rate(lambda name=name: plain.get(f"/{name}")))
        mine, other = statistics.median(ours), statistics.median(theirs)
        sys.stdout.write(
            f"{name:10}{mine:9.0f}{other:9.0f}{mine / other:8.2f}{len(seen):6}{len(body) / 1024:7.1f}\n"
        )


def main() -> None:
    """Build the demonstration in a temporary folder and measure."""
    with tempfile.TemporaryDirectory() as folder:
        app = demonstration(Path(folder))
        with app.app_context():
            cohort_id = db.session.scalars(sa.select(Cohort.id).where(Cohort.slug == "cohort-14")).one()
        measure(app, bare_app(f"sqlite:///{folder}/cadre.db", cohort_id))


if __name__ == "__main__":
    main()
