"""Facts and roll-ups against a database."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.completion import actions, queries
from lms.completion.actions import Reached
from lms.completion.models import ModuleProgress, PlaceProgress
from lms.completion.rules import FactKind
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from tests.factories import world

pytestmark = pytest.mark.db


def _reach(
    place: int, key: str, kind: FactKind = FactKind.DONE, value: float | None = None, *, reached: bool = True
) -> None:
    line = curriculum.outline(world.version_id()).by_key[key]
    with unit_of_work() as work:
        actions.record(
            Reached(place_id=place, activity_id=line.id, kind=kind, value=value, reached=reached),
            now=work.now,
        )


def _rollups() -> list[tuple]:
    modules = db.session.execute(
        sa.select(
            ModuleProgress.place_id, ModuleProgress.module_id, ModuleProgress.done, ModuleProgress.complete
        ).order_by(ModuleProgress.place_id, ModuleProgress.module_id)
    ).all()
    places = db.session.execute(sa.select(PlaceProgress.place_id, PlaceProgress.minutes_done)).all()
    return [tuple(row) for row in (*modules, *places)]


@pytest.fixture
def place(session) -> int:
    return world.place(world.cohort(), world.person("Lea Learner"))


def test_a_new_place_begins_with_everything_to_do(place: int) -> None:
    standing = queries.place(place)
    assert (standing.done, standing.percent) == (0, 0)
    assert standing.total > 100
    assert len(queries.modules(place)) == 13
    assert queries.done(place) == frozenset()


def test_a_fact_counts_once_and_can_be_taken_back(place: int) -> None:
    line = curriculum.outline(world.version_id()).by_key["r-a0-five-shifts"]
    _reach(place, "r-a0-five-shifts")
    _reach(place, "r-a0-five-shifts")
    assert queries.done(place) == {line.id}
    assert queries.modules(place)[line.module_id].done == 1
    _reach(place, "r-a0-five-shifts", reached=False)
    assert queries.done(place) == frozenset()
    assert queries.place(place).done == 0


def test_the_stored_trace_is_what_was_judged(place: int) -> None:
    line = curriculum.outline(world.version_id()).by_key["s1"]
    _reach(place, "s1", FactKind.ATTENDED, 1.0)
    trace = queries.module_trace(place, line.module_id)
    assert trace["holds"] is False
    assert "done" in [node["found"] for node in _leaves(trace)]


def _leaves(node: dict) -> list[dict]:
    return [node] if not node["children"] else [leaf for child in node["children"] for leaf in _leaves(child)]


def test_a_round_bears_on_later_modules_whose_rule_counts_rounds(place: int) -> None:
    outline = curriculum.outline(world.version_id())
    a4 = next(module for module in outline.modules.values() if module.code == "A4")
    before = queries.module_trace(place, a4.id)
    _reach(place, "ps-r1", FactKind.PLAYED)
    after = queries.module_trace(place, a4.id)
    rounds = [node["found"] for node in _leaves(after) if "rounds" in node["says"]]
    assert (rounds, before == after) == (["1 rounds"], False)


def test_a_completed_module_keeps_its_first_date_and_loses_it_when_taken_back(place: int) -> None:
    outline = curriculum.outline(world.version_id())
    module = next(module for module in outline.modules.values() if module.code == "A0")
    for line in module.activities:
        kind = FactKind.ATTENDED if line.kind.value in ("live_session", "masterclass") else FactKind.DONE
        _reach(place, line.key, kind, 1.0)
    first = queries.modules(place)[module.id]
    assert first.complete
    _reach(place, "th0")
    assert queries.modules(place)[module.id].completed_at == first.completed_at
    _reach(place, "honour-pledge", reached=False)
    assert queries.modules(place)[module.id].completed_at is None


def test_rebuilt_equals_incremental(place: int) -> None:
    for key in ("r-a0-five-shifts", "th0", "q1"):
        _reach(place, key)
    _reach(place, "s2", FactKind.ATTENDED, 0.5)
    _reach(place, "ps-r1", FactKind.PLAYED)
    incremental = _rollups()
    cohort_id = db.session.scalar(sa.text("select cohort_id from place"))
    with unit_of_work() as work:
        actions.rebuild(cohort_id, now=work.now)
    assert _rollups() == incremental
