"""Work brought, judged, finished, released, corrected, against a database, by real rubrics of the programme."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.assessment import actions, queries
from lms.assessment.actions import Unfinished
from lms.assessment.models import Mark, MarkingTask, MarkVersion
from lms.assessment.rules import AssessmentRefusal, Judgement, MarkState, TaskState
from lms.cohorts.queries import CohortView
from lms.completion import queries as completion
from lms.completion.rules import FactKind
from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum.models import Activity
from lms.people.models import Person
from lms.people.rules import Role
from lms.scheduling import queries as scheduling
from tests.factories import assessment as make
from tests.factories import world

pytestmark = pytest.mark.db


@pytest.fixture
def cohort(session) -> CohortView:
    return world.cohort(weeks_in=10)


@pytest.fixture
def marker(cohort: CohortView) -> Person:
    return make.marker(cohort, "Mara Marker")


@pytest.fixture
def coordinator(cohort: CohortView) -> Person:
    return world.granted(Role.COORDINATOR, cohort)


def fresh(task: MarkingTask) -> MarkingTask:
    return db.session.get_one(MarkingTask, task.id, populate_existing=True)


def versions(place: int) -> list[tuple[int, str, str]]:
    rows = db.session.execute(
        sa.select(MarkVersion.number, MarkVersion.state, MarkVersion.numerator, MarkVersion.denominator)
        .join(Mark, Mark.id == MarkVersion.mark_id)
        .where(Mark.place_id == place)
        .order_by(MarkVersion.number)
    )
    return [(number, state.value, str(Fraction(n, d))) for number, state, n, d in rows]


def seen(place: int, key: str = "a-1", part: str = "") -> Fraction | None:
    mark = queries.released_marks(place).get((make.activity_id(key), part))
    return mark.value if mark else None


# Bringing -----------------------------------------------------------------------------------------------------------


def test_work_goes_to_the_one_of_the_course_with_the_fewest_pieces(cohort: CohortView) -> None:
    anywhere = make.marker(cohort, "For All Courses")
    first = make.marker(cohort, "First Of Core", role=Role.MARKER, course="core")
    second = make.marker(cohort, "Second Of Core", course="core")
    make.marker(cohort, "Of Leadership", course="leadership")
    places = [world.place(cohort, world.person()) for _ in range(4)]
    by = [make.bring(cohort, [place]).marker_id for place in places]
    assert by == [first.id, second.id, first.id, second.id]
    assert make.bring(cohort, [places[0]], key="b-1").marker_id == anywhere.id


def test_without_anybody_to_mark_it_waits_for_somebody(cohort: CohortView) -> None:
    task = make.bring(cohort, [world.place(cohort, world.person())])
    assert (task.marker_id, task.state) == (None, TaskState.WAITING)


def test_the_promise_runs_from_the_deadline_or_the_handing_in(cohort: CohortView, marker: Person) -> None:
    place = world.place(cohort, world.person())
    due = scheduling.item(cohort.id, "a-1").ends_at
    early = make.bring(cohort, [place])
    assert early.promised_at == max(due, early.handed_in_at) + dt.timedelta(days=14)
    ahead = make.bring(cohort, [place], key="c-2")
    assert ahead.promised_at == scheduling.item(cohort.id, "c-2").ends_at + dt.timedelta(days=14)


def test_what_has_no_rubric_is_not_marked(cohort: CohortView) -> None:
    place = world.place(cohort, world.person())
    with unit_of_work() as work:
        brought = actions.bring_work(
            actions.Work(
                cohort_id=cohort.id, activity_id=make.activity_id("m6a"), source="x", source_id=1, title="x",
                place_ids=(place,), handed_in_at=work.now,
            ),
            now=work.now,
        )  # fmt: skip
    assert brought is None


def test_a_newer_version_takes_the_place_of_a_waiting_one(cohort: CohortView, marker: Person) -> None:
    place, other = (world.place(cohort, world.person()) for _ in range(2))
    old, theirs = make.bring(cohort, [place]), make.bring(cohort, [other])
    new = make.bring(cohort, [place])
    assert [fresh(task).state for task in (old, theirs, new)] == [
        TaskState.SUPERSEDED,
        TaskState.WAITING,
        TaskState.WAITING,
    ]
    assert new.marker_id == old.marker_id
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.save_draft(
            old.id, Judgement(), version=fresh(old).version, actor=world.actor(marker), now=work.now
        )
    assert refused.value.reason is AssessmentRefusal.SUPERSEDED


def test_a_draft_goes_with_the_newer_version(cohort: CohortView, marker: Person) -> None:
    place = world.place(cohort, world.person())
    old = make.bring(cohort, [place])
    with unit_of_work() as work:
        actions.save_draft(
            old.id, Judgement({"vision": 4}), version=0, actor=world.actor(marker), now=work.now
        )
    new = make.bring(cohort, [place])
    assert (new.state, new.draft["levels"], new.draft["carried"]) == (TaskState.DRAFT, {"vision": 4}, True)


def test_a_finished_mark_of_an_older_version_is_never_released(
    cohort: CohortView, marker: Person, coordinator: Person
) -> None:
    place = world.place(cohort, world.person())
    make.finish(make.bring(cohort, [place]), marker)
    new = make.bring(cohort, [place])
    assert versions(place) == [(1, "replaced", "72")]
    with pytest.raises(RuleViolation) as refused:
        make.release(cohort, coordinator)
    assert refused.value.reason is AssessmentRefusal.NOTHING_TO_RELEASE
    make.finish(new, marker, 4)
    make.release(cohort, coordinator)
    assert seen(place) == 90


def test_the_same_version_again_only_brings_its_lateness_up_to_date(
    cohort: CohortView, marker: Person, coordinator: Person
) -> None:
    place = world.place(cohort, world.person())
    task = make.bring(cohort, [place], late_days=2, source_id=900)
    assert make.bring(cohort, [place], late_days=1, source_id=900).id == task.id
    make.finish(task, marker)
    assert versions(place)[-1] == (1, "finalised", str(72 * Fraction(19, 20)))
    make.bring(cohort, [place], late_days=0, source_id=900)
    assert versions(place) == [(1, "replaced", "342/5"), (2, "finalised", "72")]
    make.release(cohort, coordinator)
    make.bring(cohort, [place], late_days=1, source_id=900)
    assert seen(place) == 72
    make.release(cohort, coordinator)
    assert seen(place) == Fraction(342, 5)
    last = db.session.scalar(sa.select(MarkVersion).order_by(MarkVersion.number.desc()))
    assert (last.reason, last.entered_by_id) == ("Days late changed from 0 to 1.", marker.id)


# Judging ------------------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_with_its_version_and_is_nobodys_mark(cohort: CohortView, marker: Person) -> None:
    place = world.place(cohort, world.person())
    task = make.bring(cohort, [place])
    judgement = Judgement(
        {"vision": 3, "unheard-of": 4}, {"vision": 70}, {"vision": "Sharp."}, "So far good."
    )
    with unit_of_work() as work:
        actions.save_draft(task.id, judgement, version=0, actor=world.actor(marker), now=work.now)
    kept = fresh(task)
    assert (kept.version, kept.state, kept.saved_by_id) == (1, TaskState.DRAFT, marker.id)
    assert kept.draft == {
        "levels": {"vision": 3},
        "points": {"vision": 70},
        "comments": {"vision": "Sharp."},
        "overall": "So far good.",
    }
    assert versions(place) == []


def test_the_second_of_two_is_told_and_nothing_is_overwritten(cohort: CohortView, marker: Person) -> None:
    second = make.marker(cohort, "Sam Second")
    task = make.bring(cohort, [world.place(cohort, world.person())])
    with unit_of_work() as work:
        actions.save_draft(
            task.id, Judgement({"vision": 4}), version=0, actor=world.actor(marker), now=work.now
        )
    for write in (actions.save_draft, actions.finalise):
        with pytest.raises(Conflict) as conflict, unit_of_work() as work:
            write(task.id, make.judgement(task, 2), version=0, actor=world.actor(second), now=work.now)
        assert conflict.value.current == Judgement({"vision": 4})
        assert (
            conflict.value.message
            == "Mara Marker saved this piece of work after you opened it. Nothing was overwritten."
        )
    assert fresh(task).draft["levels"] == {"vision": 4}


def test_work_is_finished_only_with_every_row_and_a_word_to_the_author(
    cohort: CohortView, marker: Person
) -> None:
    place = world.place(cohort, world.person())
    task = make.bring(cohort, [place])
    with pytest.raises(Unfinished) as unfinished, unit_of_work() as work:
        actions.finalise(
            task.id, Judgement({"vision": 4}), version=0, actor=world.actor(marker), now=work.now
        )
    assert set(unfinished.value.problems) == {"play", "rival", "bet", "reader", ""}
    assert versions(place) == []


def test_finishing_gives_every_learner_of_a_team_the_mark_with_its_feedback(
    cohort: CohortView, marker: Person
) -> None:
    places = [world.place(cohort, world.person()) for _ in range(4)]
    task = make.bring(cohort, places, key="g1")
    rubric = queries.rubric_view(cohort.version_id, task.activity_id)
    key = rubric.words[0].key
    judgement = make.judgement(task, 4, overall="*Clear* <script>alert(1)</script>")
    with unit_of_work() as work:
        actions.finalise(
            task.id,
            Judgement(judgement.levels, {}, {key: "Why **this** one?"}, judgement.overall),
            version=0,
            actor=world.actor(marker),
            now=work.now,
        )
    assert [versions(place) for place in places] == [[(1, "finalised", "90")]] * 4
    feedback = db.session.scalars(sa.select(MarkVersion.feedback)).first()
    assert feedback["overall"] == "<p><em>Clear</em> &lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
    first = feedback["criteria"][0]
    assert (first["level"], first["level_title"], first["points"]) == (4, "Excellent", "90")
    assert first["words"] == rubric.words[0].levels[3]
    assert first["comment"] == "<p>Why <strong>this</strong> one?</p>\n"
    assert feedback["comments"] == 2


def test_finished_work_is_closed_until_it_is_reopened(
    cohort: CohortView, marker: Person, coordinator: Person
) -> None:
    place = world.place(cohort, world.person())
    task = make.finish(make.bring(cohort, [place]), marker)
    with pytest.raises(RuleViolation) as refused:
        make.finish(task, marker, 4)
    assert refused.value.reason is AssessmentRefusal.FINALISED
    with unit_of_work() as work:
        actions.reopen(task.id, actor=world.actor(marker), now=work.now)
    assert versions(place) == [(1, "replaced", "72")]
    with pytest.raises(RuleViolation):
        make.release(cohort, coordinator)
    make.finish(task, marker, 4)
    assert versions(place) == [(1, "replaced", "72"), (2, "finalised", "90")]


def test_formative_work_is_released_by_finishing_it(cohort: CohortView, marker: Person) -> None:
    with unit_of_work():
        db.session.execute(sa.update(Activity).where(Activity.key == "a-1").values(group_key=""))
    place = world.place(cohort, world.person())
    task = make.finish(make.bring(cohort, [place]), marker)
    assert fresh(task).state is TaskState.RELEASED
    assert seen(place) == 72


# Releasing ----------------------------------------------------------------------------------------------------------


def test_a_release_is_seen_counted_completed_and_written_down(
    cohort: CohortView, marker: Person, coordinator: Person
) -> None:
    place = world.place(cohort, world.person())
    task = make.finish(make.bring(cohort, [place]), marker)
    assert seen(place) is None
    make.release(cohort, coordinator)
    assert (seen(place), fresh(task).state) == (72, TaskState.RELEASED)
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
    assert seen(done) is None
    make.release(cohort, coordinator, partial=True)
    assert (seen(done), seen(waiting)) == (72, None)


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
    assert (seen(mine), seen(theirs)) == (72, 72)


def test_only_what_was_looked_at_is_released(cohort: CohortView, marker: Person, coordinator: Person) -> None:
    places = [world.place(cohort, world.person()) for _ in range(2)]
    tasks = [make.finish(make.bring(cohort, [place]), marker) for place in places]
    view = queries.batch_visible_to(world.actor(coordinator), cohort.slug, "a-1")
    stamps = {line.place_id: line.stamp for line in queries.batch(view)[0]}

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
    assert [seen(place) for place in places] == [72, None]
    with unit_of_work() as work:
        actions.reopen(tasks[1].id, actor=world.actor(marker), now=work.now)
    make.finish(tasks[1], marker, 4)
    for stamp in (stamps[places[1]], stamps[places[0]], "not-there.1"):
        with pytest.raises(Conflict) as conflict:
            release(stamp)
        assert conflict.value.reason is AssessmentRefusal.CHANGED_SINCE
    assert seen(places[1]) is None


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
    assert seen(place) == 72
    make.finish(task, marker, 4)
    assert seen(place) == 72
    make.release(cohort, coordinator)
    assert seen(place) == 90
    assert versions(place) == [(1, "replaced", "72"), (2, "released", "90")]
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
    assert (seen(place, "m6a", "report"), seen(place, "m6a", "reflection")) == (90, None)
    make.release(cohort, coordinator, key="m6a", part="reflection")
    fact = completion.facts_of([place])[place][make.activity_id("m6a")][FactKind.MARKED]
    assert fact.value == float((28 * Fraction(90) + 7 * Fraction(57)) / 35)


# Recording ----------------------------------------------------------------------------------------------------------


def test_a_quiz_is_released_at_once_and_the_same_result_again_changes_nothing(cohort: CohortView) -> None:
    place = world.place(cohort, world.person())
    make.quiz_mark(cohort, place, "q1", Fraction(200, 3))
    make.quiz_mark(cohort, place, "q1", Fraction(200, 3))
    assert (seen(place, "q1"), versions(place)) == (Fraction(200, 3), [(1, "released", "200/3")])
    make.quiz_mark(cohort, place, "q1", Fraction(70))
    assert versions(place) == [(1, "replaced", "200/3"), (2, "released", "70")]


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
    assert versions(place) == []


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
    assert (fresh(task).marker_id, fresh(task).draft["levels"]) == (second.id, {"vision": 4})
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
