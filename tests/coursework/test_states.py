"""What desks and boards ask: where work stands, who was seen last, who has something open too late."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.core import clock
from lms.coursework import queries
from tests.factories import coursework as make
from tests.factories import world
from tests.support.statements import statements


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=2)


def places(cohort, people):
    return {who.name: make.visit_place(who, cohort) for who in people}


def test_states_of_ones_own_and_ones_teams_work(cohort):
    lea, rina = world.learner(cohort, "Lea Ito"), world.learner(cohort, "Rina Mehta")
    with clock.at(make.opened(cohort, "g1")):
        make.team(cohort, [lea, rina])
        make.drafted(lea, cohort, "g1", text="")
    with clock.at(make.due(cohort, "a-1") + dt.timedelta(hours=1)):
        make.handed_in(lea, cohort)
    mine, hers = (queries.submission_states(make.visit_place(who, cohort)) for who in (lea, rina))
    by_key = make.visit(lea, cohort, "a-1").outline.by_key
    memo, group = mine[by_key["a-1"].id], mine[by_key["g1"].id]
    assert (memo.number, memo.counted_number, memo.late_days, memo.team) == (1, 1, 1, False)
    assert (group.drafted, group.number, group.team) == (True, 0, True)
    assert set(hers) == {by_key["g1"].id}


def test_who_was_seen_last(cohort):
    lea, rina = world.learner(cohort, "Lea Ito"), world.learner(cohort, "Rina Mehta")
    at = places(cohort, [lea, rina])
    with clock.at(make.opened(cohort, "a-1")) as _now:
        make.drafted(lea, cohort)
        first = clock.now()
    assert queries.last_activity_at(at.values()) == {at["Lea Ito"]: first}
    with clock.at(make.opened(cohort, "q1")):
        make.finished(rina, cohort, right=1)
        assert queries.last_activity_at(at.values())[at["Rina Mehta"]] == clock.now()


def test_open_too_late_follows_extensions_and_what_is_done(cohort):
    lea, rina = world.learner(cohort, "Lea Ito"), world.learner(cohort, "Rina Mehta")
    cora = make.coordinator(cohort)
    at = places(cohort, [lea, rina])
    due = make.due(cohort, "a-1")
    with clock.at(due - dt.timedelta(hours=1)):
        before = queries.late_open_counts(cohort.id, clock.now())
    with clock.at(due + dt.timedelta(minutes=2)):
        after = queries.late_open_counts(cohort.id, clock.now())
        assert after[at["Lea Ito"]] > before[at["Lea Ito"]]
        make.handed_in(lea, cohort)
        make.extended(rina, cohort, "a-1", due + dt.timedelta(days=2), by=cora)
        now = queries.late_open_counts(cohort.id, clock.now())
        assert now[at["Lea Ito"]] == after[at["Lea Ito"]] - 1
        assert now[at["Rina Mehta"]] == after[at["Rina Mehta"]] - 1


def test_the_same_number_of_statements_for_one_and_for_many(cohort):
    counts = []
    queries.late_open_counts(cohort.id, clock.now())  # the schedule is known from here on
    for number in (1, 12):
        people = [world.learner(cohort) for _ in range(number)]
        at = places(cohort, people)
        with statements() as seen:
            queries.late_open_counts(cohort.id, clock.now())
            queries.last_activity_at(at.values())
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
