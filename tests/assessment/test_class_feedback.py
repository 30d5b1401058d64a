"""Class feedback: drafted, written by two at once, approved, let go with the marks and never before, corrected."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.assessment import actions, queries
from lms.assessment.models import MarkingTask
from lms.assessment.ports import Batch
from lms.assessment.rules import Judgement
from lms.assessment.rules.class_feedback import ClassFeedbackRefusal
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment.models import Place
from lms.notifications.models import Notice
from lms.people.models import Person
from lms.people.rules import Role
from tests.factories import assessment as make
from tests.factories import enrolment, world
from tests.support.statements import statements

pytestmark = pytest.mark.db
OWN = "Only you forgot the lake."
BANK = "Say what you would stop."


@pytest.fixture
def batch(cohort) -> Batch:
    return Batch(cohort.id, make.activity_id("a-1"), "")


@pytest.fixture
def learner(cohort):
    return world.person("Asha Rao")


def said(batch, by, text, *, version, verb=actions.save_class_feedback, **more):
    with unit_of_work() as work:
        row = verb(batch, text, version=version, actor=world.actor(by), now=work.now, **more)
        return row.version


def finish_with(task: MarkingTask, by, snippet: str, *, own: str = "") -> None:
    """Judge with a comment of the bank in it."""
    judged = make.judgement(task)
    words = Judgement(judged.levels, {}, {"vision": f"{BANK} {own}".strip()}, "Read it again.")
    with unit_of_work() as work:
        actions.save_draft(task.id, words, version=0, actor=world.actor(by), now=work.now, snippet=snippet)
        actions.finalise(task.id, words, version=1, actor=world.actor(by), now=work.now)


def test_it_is_drafted_approved_let_go_with_the_marks_and_corrected(
    cohort, marker, coordinator, batch, learner, visit
) -> None:
    places = [world.place(cohort, learner), *enrolment.many(cohort, 4)]
    tasks = [make.bring(cohort, [place]) for place in places]
    with unit_of_work() as work:
        snippet = actions.keep_snippet(
            BANK,
            activity_key="a-1",
            criterion="vision",
            shared_with=None,
            actor=world.actor(marker),
            now=work.now,
        ).public_id
    for task in tasks[:4]:
        finish_with(task, marker, snippet, own=OWN)
    here = f"/cohorts/{cohort.slug}/activities/a-1/class-feedback"
    editor = visit(marker)
    few = editor.get(here)
    assert "4 pieces of at least 5 are finished" in few.text()
    with pytest.raises(RuleViolation) as refused:
        said(batch, marker, "", version=0, verb=actions.draft_class_feedback)
    assert "4 of 5 pieces" in refused.value.message
    finish_with(tasks[4], marker, snippet)
    page = editor.get(editor.get(f"/cohorts/{cohort.slug}/activities/a-1/marks").link("Write it"))
    drafted = editor.submit(page, "#to-class", {"text": "Thank you all."}, press="Draft from what was marked")
    text = db.session.scalar(sa.text("select text from class_feedback"))
    assert text.startswith("Thank you all.\n\n## On the whole")
    assert BANK in text
    assert OWN not in text
    assert "Read it again" not in text
    shown = editor.submit(drafted, "#to-class", press="Preview")
    assert BANK in shown.text("[data-html=preview]")

    reader = visit(learner)
    mark = f"/cohorts/{cohort.slug}/marks/{make.assessment_page(places[0], 'a-1')}"
    approved = editor.submit(shown, "#to-class", press="Approve it")
    assert "goes out with the first marks" in approved.messages[0]
    assert queries.seen_class_feedback(places[0], batch.activity_id) is None
    reader.refused(mark, status=404)
    reader.refused(here, status=403)
    assert "Thank you all" not in reader.get(f"/cohorts/{cohort.slug}/assignments/a-1").text()
    releasing = visit(coordinator).get(f"/cohorts/{cohort.slug}/activities/a-1/marks/release")
    assert "The feedback to the class goes out with these marks." in releasing.text()

    with unit_of_work() as work:
        stamps = frozenset(
            f"{queries.standing_marks(cohort.id)[place, batch.activity_id, ''].public_id}.1"
            for place in places[:4]
        )
        actions.release(
            actions.Release(cohort_id=cohort.id, activity_id=batch.activity_id, stamps=stamps, partial=True),
            actor=world.actor(coordinator),
            now=work.now,
        )
    for address in (
        mark,
        f"/cohorts/{cohort.slug}/assignments/a-1",
        f"/cohorts/{cohort.slug}/assignments/a-1/feedback",
    ):
        assert "Thank you all." in reader.get(address).text(), address
    assert queries.seen_class_feedback(places[4], batch.activity_id) is None
    told = db.session.scalar(
        sa.select(Notice.text).where(Notice.person_id == learner.id, Notice.title.like("%came back"))
    )
    assert "There is feedback to the whole class, too." in told

    fresh = editor.get(here)
    assert "Learners who see their mark read it." in fresh.text()
    edited = editor.submit(fresh, "#to-class", {"text": "Thank you, all of you."}, press="Save")
    assert "Thank you all." in reader.get(mark).text()
    wanting = editor.submit(edited, "#to-class", press="Approve the correction", status=422)
    assert "Say why it is corrected" in wanting.text()
    editor.submit(wanting, "#to-class", press="Approve the correction", reason="A word too many.")
    corrected = reader.get(mark).text()
    assert "Thank you, all of you." in corrected
    assert "Corrected on" in corrected
    assert "A word too many" not in corrected
    assert "A word too many" in editor.get(here).text()
    make.counted(editor, here, most=14)
    make.counted(reader, mark, f"/cohorts/{cohort.slug}/assignments/a-1/feedback", most=10)


def test_two_who_write_lose_nothing_and_other_words_take_the_approval_back(
    cohort, marker, coordinator, batch, visit
) -> None:
    second = make.marker(cohort, "Sam Second")
    version = said(batch, marker, "First.", version=0)
    with pytest.raises(Conflict) as conflict:
        said(batch, second, "Second.", version=0)
    assert conflict.value.current == "First."
    assert (
        conflict.value.message == "Mara Marker saved this text after you opened it. Nothing was overwritten."
    )
    version = said(batch, marker, "First.", version=version, verb=actions.approve_class_feedback, reason="")
    with pytest.raises(RuleViolation) as refused:
        said(batch, marker, "First.", version=version, verb=actions.approve_class_feedback, reason="")
    assert refused.value.reason is ClassFeedbackRefusal.APPROVED
    said(batch, second, "First and second.", version=version)
    (task,) = make.works(cohort)
    make.finish(task, marker)
    make.release(cohort, coordinator)
    place = task.place_ids["places"][0]
    assert queries.seen_class_feedback(place, batch.activity_id) is None, "what is not approved stays back"
    here = f"/cohorts/{cohort.slug}/activities/a-1/class-feedback"
    approver = visit(coordinator)
    approver.submit(approver.get(here), "main form", press="Approve it")
    assert "First and second." in queries.seen_class_feedback(place, batch.activity_id).html
    writer = visit(second)
    page = writer.get(here)
    said(batch, marker, "Third.", version=int(page.one("#to-class [name=version]")["value"]))
    stale = writer.submit(page, "#to-class", {"text": "Mine."}, press="Save", status=409)
    assert "Third." in stale.text()
    assert stale.text("#text") == "Mine."


def test_who_may_write_read_and_approve(cohort, marker, coordinator, visit) -> None:
    here = f"/cohorts/{cohort.slug}/activities/a-1/class-feedback"
    own, other = (make.marker(cohort, role=Role.MARKER) for _ in range(2))
    make.bring(cohort, [world.place(cohort, world.person())], marker_id=own.id)
    assert "Draft" not in visit(own).get(here).text()
    visit(other).refused(here, status=403)
    assert not visit(coordinator).get(here).has("#to-class")
    visit(world.granted(Role.LEARNER, cohort)).refused(here, status=403)
    elsewhere = make.marker(world.cohort(weeks_in=3), "Else Where")
    visit(elsewhere).refused(here, status=404)


@pytest.mark.slow
def test_pages_take_as_many_statements_for_many_pieces_and_versions_as_for_few(
    cohort, marker, coordinator, batch, visit
) -> None:
    here = f"/cohorts/{cohort.slug}/activities/a-1"
    tasks = make.works(cohort, 5)
    editor, releaser = visit(marker), visit(coordinator)
    place = tasks[0].place_ids["places"][0]
    learner = visit(db.session.get_one(Person, db.session.get_one(Place, place).person_id))
    for task in tasks:
        make.finish(task, marker)
    version = said(batch, marker, "First.", version=0, verb=actions.approve_class_feedback, reason="")
    make.release(cohort, coordinator)
    mark = f"/cohorts/{cohort.slug}/marks/{make.assessment_page(place, 'a-1')}"

    def sent() -> list[int]:
        return [
            *make.counted(editor, f"{here}/class-feedback", f"{here}/marks", most=14),
            *make.counted(releaser, f"{here}/class-feedback", f"{here}/marks/release", most=14),
            *make.counted(learner, mark, f"/cohorts/{cohort.slug}/assignments/a-1", most=10),
        ]

    for task in make.works(cohort, 7):
        make.finish(task, marker)  # a sample is drawn: its line is on the page from here on
    few = sent()
    for number, task in enumerate(make.works(cohort, 30)):
        make.finish(task, marker if number else make.marker(cohort))
    for number in range(12):
        text = f"Correction {number}."
        version = said(
            batch, marker, text, version=version, verb=actions.approve_class_feedback, reason="A word."
        )
    with statements() as drafting:
        said(batch, marker, "", version=version, verb=actions.draft_class_feedback)
    assert len(drafting) <= 14
    assert sent() == few
