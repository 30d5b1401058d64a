"""Writes of completion: recording what was reached, and keeping every roll-up in the same transaction."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from lms.completion import queries, rules
from lms.completion.events import ModuleCompleted
from lms.completion.models import ActivityDone, CompletionFact, ModuleProgress, PlaceProgress
from lms.completion.queries import Reached as Found
from lms.completion.rules import Fact, FactKind, Known
from lms.core import events
from lms.core.db import db, insert_ignoring, upsert
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ActivityLine, ModuleLine, Outline
from lms.enrolment.models import Place

BATCH = 400
FEW = 4


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A thing a learner reached, or (reached=False) that was taken back."""

    place_id: int
    activity_id: int
    kind: FactKind
    reached: bool = True
    value: float | None = None


def record(fact: Reached, *, now: dt.datetime) -> None:
    """Record one fact and bring every roll-up that depends on it up to date."""
    record_many([fact], now=now)


_gathered: ContextVar[list[tuple[Reached, dt.datetime]] | None] = ContextVar("gathered_facts", default=None)


@contextmanager
def gathering() -> Iterator[None]:
    """Inside, facts are only noted; they are recorded together at the end, each at its own instant.

    For those who do a great deal in one unit of work: a roll-up is then judged once, not once for each fact.
    """
    noted: list[tuple[Reached, dt.datetime]] = []
    token = _gathered.set(noted)
    try:
        yield
    finally:
        _gathered.reset(token)
    _record(noted)


def record_many(facts: Sequence[Reached], *, now: dt.datetime) -> None:
    """Record facts of many learners at once: a fixed number of statements for each few hundred."""
    noted = _gathered.get()
    pairs = [(fact, now) for fact in facts]
    if noted is not None:
        noted.extend(pairs)
    else:
        _record(pairs)


def _record(noted: list[tuple[Reached, dt.datetime]]) -> None:
    if not noted:
        return
    latest = {(fact.place_id, fact.activity_id, fact.kind): (fact, at) for fact, at in noted}
    now = max(at for _fact, at in noted)
    upsert(
        CompletionFact.__table__,
        [
            {
                "place_id": fact.place_id,
                "activity_id": fact.activity_id,
                "kind": fact.kind,
                "reached": fact.reached,
                "value": fact.value,
                "at": at,
            }
            for fact, at in latest.values()
        ],
        keys=("place_id", "activity_id", "kind"),
    )
    touched: dict[int, set[int]] = defaultdict(set)
    for fact, _at in latest.values():
        touched[fact.place_id].add(fact.activity_id)
    _roll_up(touched, now=now)


def begin(place_ids: Iterable[int], *, now: dt.datetime) -> None:
    """Give new places their roll-ups: everything still to do."""
    _roll_up(dict.fromkeys(place_ids), now=now)


def rebuild(cohort_id: int, *, now: dt.datetime) -> None:
    """Compute all roll-ups of a cohort anew from the facts; changes nothing when they were right."""
    place_ids = db.session.scalars(sa.select(Place.id).where(Place.cohort_id == cohort_id)).all()
    begin(place_ids, now=now)


def _roll_up(touched: dict[int, set[int] | None] | dict[int, set[int]], *, now: dt.datetime) -> None:
    """Judge the modules that the touched activities bear on (all, for None) and keep the results."""
    found = queries.reached(touched, _bearing(touched))
    progress: list[dict[str, Any]] = []
    blank: dict[int, list[dict[str, Any]]] = {}
    for place_id, activity_ids in touched.items():
        outline, mine = curriculum.outline(found[place_id].version_id), found[place_id].facts
        if not mine and activity_ids is None and outline.version_id in blank:
            progress.extend({**row, "place_id": place_id} for row in blank[outline.version_id])
            continue
        judged = [
            _judged(place_id, module, outline, mine, now) for module in _affected(outline, activity_ids)
        ]
        progress.extend(judged)
        if not mine and activity_ids is None:  # whoever has reached nothing yet stands where everybody began
            blank[outline.version_id] = judged
    _keep_done(touched, found, now)
    fresh = _newly_complete(progress)
    upsert(
        ModuleProgress.__table__,
        progress,
        keys=("place_id", "module_id"),
        keep_when_set=("completed_at",),
    )
    _keep_totals(list(touched), now)
    for place_id, module_id in fresh:
        events.record(ModuleCompleted(place_id=place_id, module_id=module_id, at=now))


@lru_cache(maxsize=64)
def _untouched(version_id: int) -> dict[int, dict[int, Known]]:
    """What each module's rule is judged by, as whoever has reached nothing knows it: module → activity → known.

    Cached, since a version never changes.
    """
    outline = curriculum.outline(version_id)
    found: dict[int, dict[int, Known]] = {}
    for module_id, bearing in _bears_on(version_id).items():
        module = outline.modules[module_id]
        own = {line.id for line in module.activities if line.required}
        found[module_id] = {
            line.id: Known(
                key=line.key,
                title=line.title,
                kind=line.kind.value,
                facts={},
                module_key=module.key if line.id in own else "",
            )
            for line in outline.activities.values()
            if line.id in bearing
        }
    return found


def _affected(outline: Outline, activity_ids: set[int] | None) -> list[ModuleLine]:
    if activity_ids is None:
        return list(outline.modules.values())
    return [outline.modules[key] for key in _modules_of(outline.version_id, frozenset(activity_ids))]


@lru_cache(maxsize=4096)
def _modules_of(version_id: int, activity_ids: frozenset[int]) -> tuple[int, ...]:
    """The modules whose rule some activities bear on: cached, since a version never changes."""
    bearing = _bears_on(version_id)
    return tuple(
        module_id for module_id in curriculum.outline(version_id).modules if bearing[module_id] & activity_ids
    )


@lru_cache(maxsize=64)
def _bears_on(version_id: int) -> dict[int, frozenset[int]]:
    """The activities that bear on each module's rule, its own among them: cached, since a version never changes."""
    outline, written = curriculum.outline(version_id), queries.module_rules(version_id)
    lines = list(outline.activities.values())
    found = {}
    for module in outline.modules.values():
        rule = json.dumps(written[module.id])
        found[module.id] = frozenset(
            line.id
            for line in lines
            if line.module_id == module.id or any(mark in rule for mark in _marks(line))
        )
    return found


def _marks(line: ActivityLine) -> tuple[str, ...]:
    """How a rule names an activity."""
    own = f'"{line.key}"'
    return (own, f'"id": "{line.key.split("-")[0]}"') if line.kind.value == "simulation" else (own,)


def _bearing(touched: dict[int, set[int] | None] | dict[int, set[int]]) -> set[int] | None:
    """The activities whose facts are needed to judge what the touched ones bear on: of a year, mostly a handful.

    None, for all of them, where so few learners are touched that to ask for their versions first takes longer.
    """
    if len(touched) < FEW:
        return None
    needed: set[int] = set()
    version_of = queries.versions(touched)
    for place_id, activity_ids in touched.items():
        if activity_ids is None:
            return None
        bearing = _bears_on(version_of[place_id])
        needed |= activity_ids
        for module_id in _modules_of(version_of[place_id], frozenset(activity_ids)):
            needed |= bearing[module_id]
    return needed


def _judged(
    place_id: int,
    module: ModuleLine,
    outline: Outline,
    mine: dict[int, dict[FactKind, Fact]],
    now: dt.datetime,
) -> dict[str, Any]:
    seen = {
        known.key: replace(known, facts=mine[activity_id]) if activity_id in mine else known
        for activity_id, known in _untouched(outline.version_id)[module.id].items()
    }
    required = [line for line in module.activities if line.required and line.kind.value != "event"]
    done = [line for line in required if rules.is_done(line.kind.value, mine.get(line.id, {}))]
    verdict = rules.judge(queries.module_rules(outline.version_id)[module.id], seen)
    return {
        "place_id": place_id,
        "module_id": module.id,
        "course_id": module.course_id,
        "done": len(done),
        "total": len(required),
        "minutes_done": sum(line.minutes for line in done),
        "minutes_total": sum(line.minutes for line in required),
        "complete": verdict.holds,
        "completed_at": now if verdict.holds else None,
        "trace": verdict.document(),
        "updated_at": now,
    }


def _keep_done(
    touched: dict[int, set[int] | None] | dict[int, set[int]],
    found: dict[int, Found],
    now: dt.datetime,
) -> None:
    whole = [place_id for place_id, activity_ids in touched.items() if activity_ids is None]
    present = queries.done_of(whole) if whole else {}
    added: list[dict[str, Any]] = []
    gone: list[tuple[int, int]] = []
    for place_id, activity_ids in touched.items():
        mine = found[place_id]
        outline = curriculum.outline(mine.version_id)
        before = mine.done if activity_ids is not None else present.get(place_id, frozenset())
        for activity_id in (
            activity_ids
            if activity_ids is not None
            else (before | mine.facts.keys()) & outline.activities.keys()
        ):
            line = outline.activities[activity_id]
            is_done = rules.is_done(line.kind.value, mine.facts.get(activity_id, {}))
            was_done = activity_id in before
            if is_done and not was_done:
                added.append({"place_id": place_id, "activity_id": activity_id, "key": line.key, "at": now})
            elif was_done and not is_done:
                gone.append((place_id, activity_id))
    insert_ignoring(ActivityDone.__table__, added)
    for place_id, activity_id in gone:
        db.session.execute(
            sa.delete(ActivityDone).where(
                ActivityDone.place_id == place_id, ActivityDone.activity_id == activity_id
            )
        )


def _newly_complete(progress: list[dict[str, Any]]) -> list[tuple[int, int]]:
    complete = [(row["place_id"], row["module_id"]) for row in progress if row["complete"]]
    if not complete:
        return []
    before = set(
        db.session.execute(
            sa.select(ModuleProgress.place_id, ModuleProgress.module_id).where(
                ModuleProgress.place_id.in_({place for place, _module in complete}),
                ModuleProgress.complete.is_(True),
            )
        ).all()
    )
    return [pair for pair in complete if pair not in before]


def _keep_totals(place_ids: list[int], now: dt.datetime) -> None:
    totals = _totals(db.session.get_bind().dialect.name)
    for start in range(0, len(place_ids), BATCH):
        db.session.execute(totals, {"places": place_ids[start : start + BATCH], "now": now})


_SUMMED = ("done", "total", "minutes_done", "minutes_total")


@lru_cache(maxsize=2)
def _totals(dialect: str) -> Any:
    """Sums the modules of some learners and keeps them, a version further: one statement that the database does."""
    table, modules = cast("sa.Table", PlaceProgress.__table__), ModuleProgress.__table__.c
    sums = (
        sa.select(
            modules.place_id,
            *(sa.func.sum(modules[name]) for name in _SUMMED),
            sa.literal(1),
            sa.bindparam("now", type_=table.c.updated_at.type),
        )
        .where(modules.place_id.in_(sa.bindparam("places", type_=sa.Integer, expanding=True)))
        .group_by(modules.place_id)
    )
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table).from_select(
        ["place_id", *_SUMMED, "version", "updated_at"], sums
    )
    changed: dict[str, Any] = {name: statement.excluded[name] for name in (*_SUMMED, "updated_at")}
    return statement.on_conflict_do_update(
        index_elements=["place_id"], set_={**changed, "version": table.c.version + 1}
    )
