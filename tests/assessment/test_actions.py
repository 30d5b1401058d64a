"""Work brought, judged, finished, released, corrected, against a database, by real rubrics of the programme."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.assessment import actions, queries
from lms.assessment.actions import Unfinished
from lms.assessment.models import MarkVersion
from lms.assessment.rules import AssessmentRefusal, Judgement, TaskState
from lms.cohorts.queries import CohortView
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
    assert [make.fresh(task).state for task in (old, theirs, new)] == [
        TaskState.SUPERSEDED,
        TaskState.WAITING,
        TaskState.WAITING,
    ]
    assert new.marker_id == old.marker_id
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.save_draft(
            old.id, Judgement(), version=make.fresh(old).version, actor=world.actor(marker), now=work.now
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
    assert make.versions(place) == [(1, "replaced", "72")]
    with pytest.raises(RuleViolation) as refused:
        make.release(cohort, coordinator)
    assert refused.value.reason is AssessmentRefusal.NOTHING_TO_RELEASE
    make.finish(new, marker, 4)
    make.release(cohort, coordinator)
    assert make.seen(place) == 90


def test_the_same_version_again_only_brings_its_lateness_up_to_date(
    cohort: CohortView, marker: Person, coordinator: Person
) -> None:
    place = world.place(cohort, world.person())
    task = make.bring(cohort, [place], late_days=2, source_id=900)
    assert make.bring(cohort, [place], late_days=1, source_id=900).id == task.id
    make.finish(task, marker)
    assert make.versions(place)[-1] == (1, "finalised", str(72 * Fraction(19, 20)))
    make.bring(cohort, [place], late_days=0, source_id=900)
    assert make.versions(place) == [(1, "replaced", "342/5"), (2, "finalised", "72")]
    make.release(cohort, coordinator)
    make.bring(cohort, [place], late_days=1, source_id=900)
    assert make.seen(place) == 72
    make.release(cohort, coordinator)
    assert make.seen(place) == Fraction(342, 5)
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
    kept = make.fresh(task)
    assert (kept.version, kept.state, kept.saved_by_id) == (1, TaskState.DRAFT, marker.id)
    assert kept.draft == {
        "levels": {"vision": 3},
        "points": {"vision": 70},
        "comments": {"vision": "Sharp."},
        "overall": "So far good.",
    }
    assert make.versions(place) == []


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
    assert make.fresh(task).draft["levels"] == {"vision": 4}


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
    assert make.versions(place) == []


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
    assert [make.versions(place) for place in places] == [[(1, "finalised", "90")]] * 4
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
    assert make.versions(place) == [(1, "replaced", "72")]
    with pytest.raises(RuleViolation):
        make.release(cohort, coordinator)
    make.finish(task, marker, 4)
    assert make.versions(place) == [(1, "replaced", "72"), (2, "finalised", "90")]


def test_formative_work_is_released_by_finishing_it(cohort: CohortView, marker: Person) -> None:
    with unit_of_work():
        db.session.execute(sa.update(Activity).where(Activity.key == "a-1").values(group_key=""))
    place = world.place(cohort, world.person())
    task = make.finish(make.bring(cohort, [place]), marker)
    assert make.fresh(task).state is TaskState.RELEASED
    assert make.seen(place) == 72
