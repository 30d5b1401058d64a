"""Whoever looks at a piece second finds the first mark nowhere before they have given their own."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.assessment import actions as marking_actions
from lms.assessment import queries as marking
from lms.assessment.models import Mark, MarkingTask
from lms.assessment.rules import AssessmentRefusal
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment.models import Place
from lms.fairness import actions, queries
from lms.fairness.models import SecondLook
from lms.gradebook import actions as gradebook_actions
from lms.gradebook import queries as gradebook
from lms.gradebook.rules.sheets import SheetRefusal
from tests.factories import assessment as make
from tests.factories import enrolment, world
from tests.support.everywhere import pages_of, text_of

CANARY = "the first marker sang in sealed room nine"
POINTS = {"vision": 83, "play": 81, "rival": 86, "bet": 87, "reader": 97}
MARK = Fraction("85.3")
"""What the first marker saw in the piece that is looked at; all others have 72.0."""
SHOWN = ("85.3", "853/10")


@pytest.fixture
def scene(cohort, marker):
    """Nine pieces with names, marked; most of them, and the highest, a second member of faculty is to judge again."""
    second = make.marker(cohort, "Sam Second")
    tasks = [
        make.bring(cohort, [place], title=f"Work {number}")
        for number, place in enumerate(enrolment.many(cohort, 9), start=1)
    ]
    for task in tasks:
        given = make.judgement(task, 3, overall=f"Overall, {CANARY}.")
        with unit_of_work() as work:
            marking_actions.finalise(
                task.id,
                replace(given, levels={}, points=POINTS, comments={"vision": CANARY})
                if task is tasks[0]
                else given,
                version=0,
                actor=world.actor(marker),
                now=work.now,
            )
    looked_at = set(db.session.scalars(sa.select(SecondLook.task_id)))
    assert tasks[0].id in looked_at, "the highest is always looked at again"
    return second, tasks, looked_at


def names_of(task: MarkingTask) -> list[str]:
    """Every word that an address may have for a piece: work, mark, author, second look."""
    place = task.place_ids["places"][0]
    return [
        task.public_id,
        db.session.scalar(sa.select(Mark.public_id).where(Mark.place_id == place)),
        db.session.scalar(sa.select(Place.public_id).where(Place.id == place)),
        db.session.scalar(sa.select(SecondLook.public_id).where(SecondLook.task_id == task.id)),
    ]


def judge(task: MarkingTask, by) -> None:
    look = db.session.scalar(sa.select(SecondLook).where(SecondLook.task_id == task.id))
    with unit_of_work() as work:
        actions.keep_look(
            look.id,
            make.judgement(task, 1),
            finish=True,
            version=look.version,
            actor=world.actor(by),
            now=work.now,
        )


@pytest.mark.slow
def test_no_page_shows_the_first_mark_to_whoever_looks_at_the_piece_second(app, cohort, scene, visit) -> None:
    second, tasks, looked_at = scene
    words = ["a-1", "core", *names_of(tasks[0])]
    unlike = next(task for task in tasks if task.id not in looked_at)
    looked = 0
    for address, text in pages_of(app, visit(second), cohort, words):
        assert CANARY not in text, address
        for figure in SHOWN:
            assert figure not in text, address
        looked += 1
    assert looked > 200
    reader = visit(second)
    assert CANARY in reader.get(f"/marking/{unlike.public_id}").text(), (
        "what they do not look at second is as ever"
    )


def files_with(visitor, cohort, wanted: str) -> list[str]:
    """The exports of a cohort in which some text stands, workbooks and packs unzipped."""
    addresses = (
        "marks.csv",
        "gradebook.csv",
        "gradebook-marks.csv?with=unreleased",
        "gradebook-marks.xlsx?with=unreleased",
        "activities/a-1/moderation.csv",
        "activities/a-1/pack.zip",
    )
    return [
        address
        for address in addresses
        if wanted in text_of(visitor.open("GET", f"/cohorts/{cohort.slug}/{address}").get_data())
    ]


@pytest.mark.slow
@pytest.mark.db
def test_pages_and_exports_say_so_and_show_it_once_the_second_judgement_is_given(
    cohort, marker, coordinator, scene, visit
) -> None:
    second, tasks, looked_at = scene
    task = tasks[0]
    work_, mark, author, _look = names_of(task)
    here = f"/cohorts/{cohort.slug}"
    reader, overseer = visit(second), visit(coordinator)
    for figure in SHOWN:
        assert files_with(reader, cohort, figure) == []
    assert files_with(reader, cohort, marking.SECOND) == ["marks.csv"]
    assert files_with(overseer, cohort, "85.3") == [
        "marks.csv",
        "gradebook-marks.csv?with=unreleased",
        "gradebook-marks.xlsx?with=unreleased",
    ]
    pages = {
        "batch": f"{here}/activities/a-1/marks",
        "history": f"{here}/marks/{mark}/history",
        "desk": f"/marking/{work_}",
        "cell": f"{here}/gradebook/cells/{author}/a-1",
        "moderation": f"{here}/activities/a-1/moderation",
    }
    for name, address in pages.items():
        page = reader.get(address)
        assert marking.SECOND in page.text(), name
        assert "85.3" not in page.text(), name
        if name != "moderation":
            assert "85.3" in overseer.get(address).text(), name
            assert page.has("a[href='/second-looks']"), name
    batch = reader.get(pages["batch"])
    assert sum("72.0" in row for row in batch.rows('[aria-label="Marks"] table')) == 9 - len(looked_at)
    assert "among the highest" not in batch.text()
    assert "How the marks spread" not in batch.text(), "two of nine marks are too few for a picture"
    assert "yours second" in reader.get(f"{here}/gradebook/core").text()
    assert "among the highest" not in reader.get(pages["moderation"]).text()
    assert "among the highest" in overseer.get(pages["moderation"]).text()
    token = reader.get(pages["desk"]).one("#judgement input[name=csrf_token]")["value"]
    for step in ("", "/draft", "/reopen"):
        sent = {"csrf_token": token, "reason": "Let me see"}
        assert reader.open("POST", f"/marking/{work_}{step}", data=sent).status_code == 403
    judge(task, second)
    for name, address in pages.items():
        assert "85.3" in reader.get(address).text(), name
    assert files_with(reader, cohort, "85.3") == [
        "marks.csv",
        "gradebook-marks.csv?with=unreleased",
        "gradebook-marks.xlsx?with=unreleased",
        "activities/a-1/moderation.csv",
    ]


@pytest.mark.slow
@pytest.mark.db
def test_nothing_but_ones_own_judgement_is_done_with_such_a_piece(
    cohort, marker, coordinator, scene, visit
) -> None:
    second, tasks, _looked_at = scene
    task, place = tasks[0], tasks[0].place_ids["places"][0]
    me = world.actor(second)
    assert queries.still_to_look(second.id, cohort.id).marks >= {(place, make.activity_id("a-1"), "")}
    assert marking.unseen_by(world.actor(coordinator), cohort.id).tasks == frozenset()
    assert [
        one.task_id for one in queries.pieces_to_choose(me, marking.batch_visible_to(me, cohort.slug, "a-1"))
    ] == [one.id for one in tasks if one.id not in _looked_at]
    ground = gradebook.marks_ground(cohort, me)
    (line,) = [one for one in ground.learners if one.place_id == place]
    for guess in ("85.3", "60"):
        body = f"id,a-1,versions\n{line.public_id},{guess},{' '.join(['0'] * len(ground.things))}\n"
        (cell,) = gradebook_actions.plan_marks(ground, body.encode()).cells
        assert cell.words == SheetRefusal.SECOND, "a right guess is answered like a wrong one"
    address = f"/cohorts/{cohort.slug}/gradebook/cells/{line.public_id}/a-1"
    reader = visit(second)
    page = reader.submit(
        reader.get(address), "form.form", press="Enter this mark", figure="50", reason="So", status=422
    )
    assert "Give your own judgement first" in page.text()
    with unit_of_work() as work:
        marking_actions.reopen(task.id, actor=world.actor(marker), now=work.now)
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        marking_actions.reassign(
            [task.id], second.id, reason="So", actor=world.actor(coordinator), now=work.now
        )
    assert refused.value.reason is AssessmentRefusal.SECOND
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        marking_actions.save_draft(
            task.id, make.judgement(task), version=make.fresh(task).version, actor=me, now=work.now
        )
    assert refused.value.reason is AssessmentRefusal.YOURS_SECOND
