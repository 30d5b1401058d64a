"""Two real connections at the same work: nobody's judgement is lost silently, no mark is made or released twice."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import actions, queries
from lms.assessment.models import Mark, MarkingTask, MarkVersion
from lms.assessment.rules import Judgement, TaskState
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.gradebook import queries as gradebook
from lms.people.rules import Role
from tests.factories import assessment as make
from tests.factories import world

pytestmark = pytest.mark.db


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """Run acts in threads, each with a connection of its own; returns what each gave or raised.

    Acts take plain ids: a row of this thread would be refreshed by this thread's session.
    """
    gate, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                found[number] = act()
            except Exception as refused:  # noqa: BLE001 - compared below
                found[number] = refused
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()  # this thread looks anew
    return found


@pytest.fixture
def scene(app: Flask, fresh_database: str):
    cohort = world.cohort(weeks_in=10)
    markers = [make.marker(cohort, name) for name in ("Mara One", "Sam Two")]
    coordinator = world.granted(Role.COORDINATOR, cohort)
    place = world.place(cohort, world.person())
    return cohort, [world.actor(one) for one in markers], world.actor(coordinator), place


CONTESTED = 500


@pytest.mark.slow
def test_of_500_contested_pairs_every_loser_is_told_and_nothing_written_is_lost(app: Flask, scene) -> None:
    """Two graders save the same version at once, 500 times; whoever is told puts the two together and saves again."""
    cohort, markers, _coordinator, place = scene
    task_id = make.bring(cohort, [place]).id
    db.session.rollback()
    gate = threading.Barrier(2)
    told: list[list[tuple[int, str, str]]] = [[], []]
    broken: list[Exception] = []

    def save(number: int, text: str, version: int) -> int:
        with unit_of_work() as work:
            return actions.save_draft(
                task_id, Judgement(overall=text), version=version, actor=markers[number], now=work.now
            ).version

    def stands() -> tuple[int, str]:
        row = db.session.execute(
            sa.select(MarkingTask.version, MarkingTask.draft).where(MarkingTask.id == task_id)
        ).one()
        db.session.rollback()
        return row.version, row.draft.get("overall", "")

    def grade(number: int) -> None:
        with app.app_context():
            try:
                for turn in range(CONTESTED):
                    version, text = stands()
                    gate.wait()
                    mine = f"{number}.{turn}"
                    try:
                        save(number, f"{text} {mine}", version)
                    except Conflict as conflict:
                        found = conflict.current.overall
                        told[number].append((turn, mine, found))
                        save(number, f"{found} {mine}", version + 1)
                    gate.wait()
            except Exception as wrong:  # noqa: BLE001 - asserted below
                broken.append(wrong)
                gate.abort()
            finally:
                db.session.remove()

    threads = [threading.Thread(target=grade, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken
    version, text = stands()
    written = text.split()
    assert version == 2 * CONTESTED
    assert sorted(written) == sorted(f"{number}.{turn}" for number in (0, 1) for turn in range(CONTESTED))
    losses = sorted(told[0] + told[1])
    assert [turn for turn, _mine, _found in losses] == list(range(CONTESTED)), "one of each pair, never both"
    for turn, mine, found in losses:
        other = f"{1 - int(mine[0])}.{turn}"
        assert found.split()[-1] == other, "the loser was shown what the winner had just written"


def test_of_two_who_finish_at_once_one_mark_stands(app: Flask, scene) -> None:
    cohort, markers, _coordinator, place = scene
    task = make.bring(cohort, [place])
    task_id = task.id
    judgements = [make.judgement(task, level) for level in (3, 4)]
    db.session.rollback()

    def finish(number: int) -> Callable[[], object]:
        def act() -> object:
            with unit_of_work() as work:
                return actions.finalise(
                    task_id, judgements[number], version=0, actor=markers[number], now=work.now
                ).state

        return act

    found = at_once(app, finish(0), finish(1))
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "TaskState"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MarkVersion)) == 1


def test_the_first_mark_of_a_learner_is_made_once_by_two_quizzes_at_once(app: Flask, scene) -> None:
    cohort, _markers, _coordinator, place = scene
    keys = ["q1", "q1", "q2", "q3"]
    found = at_once(
        app,
        *[lambda key=key, at=at: make.quiz_mark(cohort, place, key, 60 + at) for at, key in enumerate(keys)],
    )
    assert found == [None] * 4
    rows = db.session.execute(sa.select(Mark.latest_version, Mark.released_version)).all()
    assert sorted(tuple(row) for row in rows) == [(1, 1), (1, 1), (2, 2)]
    released = queries.released_marks_of([place])[place]
    core = gradebook.results(place)["core"]
    assert core.value == sum(released.values()) / 3
    assert len(released) == 3


def test_two_who_release_at_once_release_once(app: Flask, scene) -> None:
    cohort, markers, coordinator, place = scene
    task = make.bring(cohort, [place])
    with unit_of_work() as work:
        actions.finalise(task.id, make.judgement(task, 3), version=0, actor=markers[0], now=work.now)

    task_id, activity_id = task.id, task.activity_id
    db.session.rollback()

    def release(who) -> Callable[[], object]:
        def act() -> object:
            with unit_of_work() as work:
                return actions.release(
                    actions.Release(cohort_id=cohort.id, activity_id=activity_id),
                    actor=who,
                    now=work.now,
                ).place_ids

        return act

    found = at_once(app, release(coordinator), release(markers[1]))
    assert sorted(map(str, found)) == sorted([str((place,)), "There is no finished mark to release here."])
    assert any(isinstance(one, RuleViolation) for one in found)
    stands = db.session.get_one(MarkingTask, task_id, populate_existing=True)
    assert stands.state is TaskState.RELEASED
