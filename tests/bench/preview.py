"""How long a preview takes: a year of 400 items on its own, and the same in the database with all its checks.

Budgets, not ratios: nobody waits longer than this for what an edit does. They hold on a machine that does nothing else.
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import sqlalchemy as sa
from flask import Flask

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.db import db
from lms.scheduling import queries, rules
from lms.scheduling.models import ScheduledItem
from lms.scheduling.queries import EditLine
from lms.scheduling.rules import Edit, EditKind, ItemKind, ItemSpec
from tests.scheduling.graphs import graph_of, shipped
from tests.support.statements import statements

ROUNDS, ITEMS, LIMIT = 9, 400, 0.2


def large() -> dict[str, ItemSpec]:
    """The shipped programme with as many tasks more, each due with a lecture, as make 400 items."""
    specs = dict(shipped())
    lectures = _lectures(specs)
    due = next(spec for spec in specs.values() if spec.ends is not None and spec.ends.target in lectures)
    assert due.ends is not None
    for number in range(ITEMS - len(specs)):
        key, target = f"more-{number}", lectures[number % len(lectures)]
        specs[key] = replace(due, key=key, activity_key=key, ends=replace(due.ends, target=target))
    return specs


def _lectures(keys: Sequence[str] | dict[str, ItemSpec]) -> list[str]:
    return [key for key in keys if key.startswith("s") and key[1:].isdecimal()]


def measure(app: Flask) -> None:
    """Print a line for each: the median of some rounds, the statements, and what is asked."""
    graph = graph_of(large())
    week = dt.timedelta(weeks=1)
    moved = graph.standing["s12"]
    now = moved.starts_at - 3 * week
    wanted = {"s12": rules.Setting(starts_at=moved.starts_at + week)}
    _line(f"plan {len(graph.specs)}", lambda: rules.plan(graph, wanted, now=now), "pure, one lecture moved")
    with app.app_context():
        views = [cohorts.by_id(each) for each in db.session.scalars(sa.select(Cohort.id).order_by(Cohort.id))]
        running = sorted(views, key=lambda view: -len(_ahead(view)))[:2]
        for view in running:
            _fill_up(view)
        _line("preview 400", lambda: _preview(running[:1]), "read, worked out, all clashes looked for")
        note = f"the same of {len(running)} cohorts in one draft"
        _line("group", lambda: _preview(running), note, LIMIT * len(running))
        db.session.rollback()


def _ahead(cohort: CohortView) -> list[str]:
    return _lectures([line.key for line in queries.items(cohort.id, since=clock.now())])[1:]


def _fill_up(cohort: CohortView) -> None:
    """Give a cohort tasks more, each due with a lecture ahead, until it has 400 items; nothing is committed."""
    lines = queries.items(cohort.id)
    activity_id, lectures = lines[0].activity_id, [line for line in lines if line.key in _ahead(cohort)]
    for number in range(ITEMS - len(lines)):
        due = lectures[number % len(lectures)]
        db.session.add(
            ScheduledItem(
                cohort_id=cohort.id,
                key=f"more-{number}",
                activity_id=activity_id,
                kind=ItemKind.WINDOW,
                label=f"part {number}",
                starts_anchor="teach 1 Mon 09:00",
                ends_anchor=f"session({due.key}).start",
                starts_at=lines[0].starts_at,
                ends_at=due.starts_at,
            )
        )
    db.session.flush()


def _preview(views: list[CohortView]) -> None:
    """A draft with three edits, as the studio works it out: all lectures ahead pushed, one shifted, a break moved."""
    edits = []
    for view in views:
        later, week = _ahead(view), max(view.breaks)
        for edit in (
            Edit(EditKind.PUSH, view.id, later[1], days=7, kinds=frozenset({"live_session"})),
            Edit(EditKind.SHIFT, view.id, later[3], days=1),
            Edit(EditKind.SWAP, view.id, week=week, to_week=week + 1),
        ):
            edits.append(EditLine(len(edits), len(edits), edit, "", clock.now(), {}))
    worked = queries.work_out_draft(views, edits, now=clock.now())
    looked = queries.looked_at_draft(worked)
    if worked.refused or not all(each.findings for each in looked.values()):
        raise SystemExit("The bench's draft does not do what it is there for.")


def _line(name: str, act: Callable[[], object], note: str, limit: float = LIMIT) -> None:
    act()
    with statements() as seen:
        act()
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    found = statistics.median(taken)
    verdict = "aim" if found < limit else "ABOVE"
    sys.stdout.write(
        f"{name:12}{found * 1000:9.1f} ms of {limit * 1000:.0f} {verdict:6}SQL {len(seen)}   {note}\n"
    )
    sys.stdout.flush()
