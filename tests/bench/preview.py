"""How long a preview takes: a graph of 400 items on its own, and the demonstration's with all its checks."""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import sqlalchemy as sa
from flask import Flask

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.core import clock
from lms.core.db import db
from lms.scheduling import queries, rules
from lms.scheduling.queries import EditLine
from lms.scheduling.rules import Edit, EditKind, ItemKind, ItemSpec
from tests.scheduling.graphs import graph_of, shipped

ROUNDS, ITEMS, LIMIT = 9, 400, 0.2


def large() -> dict[str, ItemSpec]:
    """The shipped programme with as many tasks more, each hanging on a lecture, as make 400 items."""
    specs = dict(shipped())
    lectures = [key for key in specs if key.startswith("s") and key[1:].isdecimal()]
    due = next(
        spec for spec in specs.values() if spec.kind is ItemKind.WINDOW and spec.starts.target in lectures
    )
    for number in range(ITEMS - len(specs)):
        target = lectures[number % len(lectures)]
        starts = replace(due.starts, target=target)
        ends = replace(due.ends, target=target) if due.ends else None
        key = f"more-{number}"
        specs[key] = replace(due, key=key, activity_key=key, starts=starts, ends=ends)
    return specs


def measure(app: Flask) -> None:
    """Print a line for each: the median of some rounds, and what is asked."""
    graph = graph_of(large())
    week = dt.timedelta(weeks=1)
    moved = graph.standing["s12"]
    now = moved.starts_at - 3 * week
    wanted = {"s12": rules.Setting(starts_at=moved.starts_at + week)}
    _line(f"plan {len(graph.specs)}", lambda: rules.plan(graph, wanted, now=now), "pure, one lecture moved")
    with app.app_context():
        cohort_id = db.session.scalar(sa.select(Cohort.id).where(Cohort.slug == "cohort-15"))
        cohort = cohorts.by_id(cohort_id or 0)
        later = [line.key for line in queries.items(cohort.id, since=clock.now()) if line.key[1:].isdecimal()]
        edits = [
            EditLine(1, 1, Edit(EditKind.PUSH, cohort.id, later[1], days=7), "", clock.now(), {}),
            EditLine(2, 2, Edit(EditKind.SHIFT, cohort.id, later[3], days=1), "", clock.now(), {}),
        ]

        def preview() -> None:
            worked = queries.work_out_draft([cohort], edits, now=clock.now())
            mine = worked.of(cohort.id)
            queries.findings(mine.cohort, mine.preview)

        _line(
            "preview", preview, f"the demonstration's {len(queries.items(cohort.id))} items, read and checked"
        )
        db.session.rollback()


def _line(name: str, act: Callable[[], object], note: str) -> None:
    act()
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    found = statistics.median(taken)
    verdict = "aim" if found < LIMIT else "ABOVE"
    sys.stdout.write(f"{name:12}{found * 1000:9.1f} ms of {LIMIT * 1000:.0f} {verdict:6}{note}\n")
    sys.stdout.flush()
