"""Two real connections at the same work: one attempt, one version, nothing overwritten."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.coursework import actions, queries
from lms.coursework.actions import DraftChange
from tests.factories import coursework as make
from tests.factories import world

pytestmark = pytest.mark.db


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """Run acts in threads, each with a connection and the clock of its own; returns what each gave or raised."""
    gate, found, now = threading.Barrier(len(acts)), [None] * len(acts), clock.now()

    def run(number: int, act: Callable[[], object]) -> None:
        with app.app_context(), clock.at(now):
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
    db.session.rollback()  # what this thread reads next is what the others left
    return found


@pytest.fixture
def scene(fresh_database):
    cohort = world.cohort(weeks_in=2)
    return cohort, [world.learner(cohort, name) for name in ("Lea Ito", "Rina Mehta")]


def test_clicks_at_once_start_one_attempt(app, scene):
    cohort, (lea, _rina) = scene
    with clock.at(make.opened(cohort, "q1")):
        actor = world.actor(lea)
        visit = make.visit(lea, cohort, "q1", "quiz")

        def start() -> str:
            with unit_of_work() as work:
                return actions.start_attempt(visit, actor=actor, now=work.now)

        found = at_once(app, *[start] * 6)
        (attempt,) = queries.attempts(visit.place.place_id, visit.line.id)
        assert set(found) == {attempt.public_id}


def test_finishing_and_the_clock_at_once_count_once(app, scene):
    cohort, (lea, _rina) = scene
    with clock.at(make.opened(cohort, "q1")):
        attempt = make.started(lea, cohort)
    with clock.at(attempt.ends_at + make.MINUTE):
        actor, cohort_id = world.actor(lea), cohort.id

        def finish() -> None:
            with unit_of_work() as work:
                actions.finish_attempt(attempt.id, cohort_id, actor=actor, now=work.now)

        def close() -> int:
            with unit_of_work() as work:
                return actions.close_expired(now=work.now)

        found = at_once(app, finish, close, finish, close)
        assert all(one is None or isinstance(one, int) for one in found), found
        visit = make.visit(lea, cohort, "q1", "quiz")
        (closed,) = queries.attempts(visit.place.place_id, visit.line.id)
        assert closed.state.value == "expired"


def test_of_members_who_save_at_once_one_is_shown_the_others_words(app, scene):
    cohort, people = scene
    make.team(cohort, people)
    with clock.at(make.opened(cohort, "g1")):
        visit = make.visit(people[0], cohort, "g1")
        owner = queries.owner_of(visit)
        actors = [world.actor(one) for one in people]

        def save(number: int, version: int) -> Callable[[], object]:
            def act() -> object:
                change = DraftChange(ai="yes", ai_text=f"{number} at {version}", version=version)
                with unit_of_work() as work:
                    return actions.save_draft(owner, change, actor=actors[number], now=work.now)

            return act

        for version in range(6):
            one, other = at_once(app, save(0, version), save(1, version))
            kept, told = (one, other) if one.conflict is None else (other, one)
            assert kept.conflict is None
            assert (kept.version, told.version) == (version + 1, version + 1)
            stands = queries.work(owner).draft.ai_text
            assert told.conflict.ai_text == stands


def test_members_who_hand_in_at_once_make_one_version(app, scene):
    cohort, people = scene
    make.team(cohort, people)
    with clock.at(make.opened(cohort, "ls-l")):
        owner = queries.owner_of(make.visit(people[0], cohort, "ls-l"))
        version = make.drafted(people[0], cohort, "ls-l", text="One log for all of us.")
        pairs = [(make.visit(one, cohort, "ls-l"), world.actor(one)) for one in people]

        def hand_in(visit, actor) -> Callable[[], object]:
            def act() -> object:
                with unit_of_work() as work:
                    return actions.hand_in(
                        visit, draft_version=version, began_at=work.now, actor=actor, now=work.now
                    )

            return act

        found = at_once(app, *[hand_in(*pair) for pair in pairs])
        (only,) = queries.work(owner).versions
        assert {one.public_id for one in found} == {only.public_id}
        assert sorted(one.again for one in found) == [False, True]
        assert len(only.place_ids) == 2
