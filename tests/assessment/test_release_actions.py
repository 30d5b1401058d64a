"""Marks released, corrected, recorded; work handed over: against a database."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.assessment import actions, queries
from lms.assessment.models import Mark, MarkVersion
from lms.assessment.rules import AssessmentRefusal, Judgement, MarkState, TaskState
from lms.cohorts.queries import CohortView
from lms.completion import queries as completion
from lms.completion.rules import FactKind
from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.people.models import Person
from tests.factories import assessment as make
from tests.factories import world

pytestmark = pytest.mark.db


# Releasing ----------------------------------------------------------------------------------------------------------


def test_a_release_is_seen_counted_completed_and_written_down(
    cohort: CohortView, marker: Person, coordinator: Person
) -> None:
    place = world.place(cohort, world.person())
    task = make.finish(make.bring(cohort, [place]), marker)
    assert make.seen(place) is None
    make.release(cohort, coordinator)
    assert (make.seen(place), make.fresh(task).state) == (72, TaskState.RELEASED)
    facts = completion.facts_of([place])[place][make.activity_id("a-1")]
    assert facts[FactKind.MARKED].value == 72
    version = db.session.scalar(sa.select(MarkVersion))
    assert (version.state, version.released_by_id) == (MarkState.RELEASED, coordinator.id)
    rows = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.subject == "mark").order_by(AuditEntry.id)
    ).all()
    assert [(row.action, row.actor_id, row.after["mark"]) for row in rows] == [
        ("assessment.enter_mark", marker.id, "72"),
        ("assessment.release", coordinator.id, "72"),
    ]


def test_nothing_is_released_until_the_batch_is_complete_unless_one_says_so(
    cohort: CohortView, marker: Person, coordinator: Person
) -> None:
    done, waiting = (world.place(cohort, world.person()) for _ in range(2))
    make.finish(make.bring(cohort, [done]), marker)
    make.bring(cohort, [waiting])
    with pytest.raises(RuleViolation) as refused:
        make.release(cohort, coordinator, partial=False)
    assert refused.value.message == (
        "1 of this batch are still to be marked. Wait for them, or choose to release only the finished ones."
    )
    assert make.seen(done) is None
    make.release(cohort, coordinator, partial=True)
    assert (make.seen(done), make.seen(waiting)) == (72, None)


def test_a_marker_does_not_release_what_they_alone_entered_but_a_second_one_does(
    cohort: CohortView, marker: Person
) -> None:
    second = make.marker(cohort, "Sam Second")
    mine, theirs = (world.place(cohort, world.person()) for _ in range(2))
    make.finish(make.bring(cohort, [mine]), marker)
    with pytest.raises(RuleViolation) as refused:
        make.release(cohort, marker)
    assert refused.value.reason is AssessmentRefusal.ENTERED_ALONE
    make.finish(make.bring(cohort, [theirs]), second)
    with unit_of_work() as work:
        done = actions.release(
            actions.Release(cohort_id=cohort.id, activity_id=make.activity_id("a-1")),
            actor=world.actor(marker),
            now=work.now,
        )
    assert (done.place_ids, done.held_back) == ((theirs,), 1)
    make.release(cohort, second)
    assert (make.seen(mine), make.seen(theirs)) == (72, 72)


def test_only_what_was_looked_at_is_released(cohort: CohortView, marker: Person, coordinator: Person) -> None:
    places = [world.place(cohort, world.person()) for _ in range(2)]
    tasks = [make.finish(make.bring(cohort, [place]), marker) for place in places]
    view = queries.batch_visible_to(world.actor(coordinator), cohort.slug, "a-1")
    stamps = {line.place_id: line.stamp for line in queries.batch(view, world.actor(coordinator))[0]}

    def release(*wanted: str) -> None:
        with unit_of_work() as work:
            actions.release(
                actions.Release(
                    cohort_id=cohort.id, activity_id=make.activity_id("a-1"), stamps=frozenset(wanted)
                ),
                actor=world.actor(coordinator),
                now=work.now,
            )

    release(stamps[places[0]])
    assert [make.seen(place) for place in places] == [72, None]
    with unit_of_work() as work:
        actions.reopen(tasks[1].id, actor=world.actor(marker), now=work.now)
    make.finish(tasks[1], marker, 4)
    for stamp in (stamps[places[1]], stamps[places[0]], "not-there.1"):
        with pytest.raises(Conflict) as conflict:
            release(stamp)
        assert conflict.value.reason is AssessmentRefusal.CHANGED_SINCE
    assert make.seen(places[1]) is None


def test_a_correction_keeps_the_old_value_and_is_seen_only_when_it_is_released(
    cohort: CohortView, marker: Person, coordinator: Person
) -> None:
    place = world.place(cohort, world.person())
    task = make.finish(make.bring(cohort, [place]), marker)
    make.release(cohort, coordinator)
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.correct(task.id, reason=" ", actor=world.actor(marker), now=work.now)
    assert refused.value.reason is AssessmentRefusal.NO_REASON
    with unit_of_work() as work:
        actions.correct(task.id, reason="I misread page 2.", actor=world.actor(marker), now=work.now)
    assert make.seen(place) == 72
    make.finish(task, marker, 4)
    assert make.seen(place) == 72
    make.release(cohort, coordinator)
    assert make.seen(place) == 90
    assert make.versions(place) == [(1, "replaced", "72"), (2, "released", "90")]
    mark = db.session.scalar(sa.select(Mark).where(Mark.place_id == place))
    history = queries.history_visible_to(world.actor(coordinator), cohort.slug, mark.public_id)
    assert [(line.number, line.reason, line.seen) for line in history.versions] == [
        (2, "I misread page 2.", True),
        (1, "", False),
    ]


def test_a_part_of_a_milestone_has_its_own_mark_and_the_whole_is_weighed(
    cohort: CohortView, marker: Person, coordinator: Person
) -> None:
    place = world.place(cohort, world.person())
    make.finish(make.bring(cohort, [place], key="m6a", part="report"), marker, 4)
    make.finish(make.bring(cohort, [place], key="m6a", part="reflection"), marker, 2)
    make.release(cohort, coordinator, key="m6a", part="report")
    assert (make.seen(place, "m6a", "report"), make.seen(place, "m6a", "reflection")) == (90, None)
    make.release(cohort, coordinator, key="m6a", part="reflection")
    fact = completion.facts_of([place])[place][make.activity_id("m6a")][FactKind.MARKED]
    assert fact.value == float((28 * Fraction(90) + 7 * Fraction(57)) / 35)


# Recording ----------------------------------------------------------------------------------------------------------


def test_a_quiz_is_released_at_once_and_the_same_result_again_changes_nothing(cohort: CohortView) -> None:
    place = world.place(cohort, world.person())
    make.quiz_mark(cohort, place, "q1", Fraction(200, 3))
    make.quiz_mark(cohort, place, "q1", Fraction(200, 3))
    assert (make.seen(place, "q1"), make.versions(place)) == (Fraction(200, 3), [(1, "released", "200/3")])
    make.quiz_mark(cohort, place, "q1", Fraction(70))
    assert make.versions(place) == [(1, "replaced", "200/3"), (2, "released", "70")]


@pytest.mark.parametrize("value", [Fraction(-1, 10), Fraction(1001, 10)])
def test_marks_lie_between_0_and_100(cohort: CohortView, value: Fraction) -> None:
    place = world.place(cohort, world.person())
    with pytest.raises(RuleViolation) as refused:
        make.quiz_mark(cohort, place, "q1", value)
    assert refused.value.reason is AssessmentRefusal.OUT_OF_RANGE


def test_a_mark_that_a_person_entered_never_passes_the_gate_by_the_way(
    cohort: CohortView, coordinator: Person
) -> None:
    place = world.place(cohort, world.person())
    recorded = actions.Recorded(
        place_id=place, cohort_id=cohort.id, activity_id=make.activity_id("a-1"), value=Fraction(80),
        origin="external", released=True,
    )  # fmt: skip
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.record_mark(recorded, actor=world.actor(coordinator), now=work.now)
    assert refused.value.reason is AssessmentRefusal.NOT_THROUGH_THE_GATE
    assert make.versions(place) == []


# Handing over -------------------------------------------------------------------------------------------------------


def test_work_goes_to_another_marker_with_its_draft(
    cohort: CohortView, marker: Person, coordinator: Person
) -> None:
    second = make.marker(cohort, "Sam Second")
    outsider = world.person()
    task = make.bring(cohort, [world.place(cohort, world.person())], marker_id=marker.id)
    with unit_of_work() as work:
        actions.save_draft(
            task.id, Judgement({"vision": 4}), version=0, actor=world.actor(marker), now=work.now
        )
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.reassign([task.id], outsider.id, actor=world.actor(coordinator), now=work.now)
    assert refused.value.reason is AssessmentRefusal.NOT_A_MARKER
    with unit_of_work() as work:
        actions.reassign([task.id], second.id, reason="Leave.", actor=world.actor(coordinator), now=work.now)
    assert (make.fresh(task).marker_id, make.fresh(task).draft["levels"]) == (second.id, {"vision": 4})
    make.finish(task, second)
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.reassign([task.id], marker.id, actor=world.actor(coordinator), now=work.now)
    assert refused.value.reason is AssessmentRefusal.FINALISED


def test_the_queue_is_in_order_of_promise_and_says_how_far_it_is(cohort: CohortView, marker: Person) -> None:
    places = [world.place(cohort, world.person()) for _ in range(3)]
    later = [make.bring(cohort, [place], key="a-3") for place in places]
    sooner = [make.bring(cohort, [place], key="a-1") for place in places]
    make.finish(sooner[0], marker)
    groups = queries.my_queue(world.actor(marker))
    assert [(group.first.activity_key, len(group.open), group.done) for group in groups] == [
        ("a-1", 2, 1),
        ("a-3", 3, 0),
    ]
    assert queries.waiting_count(marker.id) == 5
    task = queries.task_visible_to(world.actor(marker), later[1].public_id)
    assert [line.id for line in queries.queue_of(task)] == [task.id for task in later]
    assert clock.now() > task.handed_in_at
