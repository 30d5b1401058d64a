"""The pages of the release, of a learner's mark and of its history."""

from __future__ import annotations

from fractions import Fraction

import sqlalchemy as sa

from lms.assessment.models import Mark
from lms.core.db import db
from tests.factories import assessment as make
from tests.factories import world
from tests.support.statements import statements

LEVELS = {f"level-{key}": "3" for key in ("vision", "play", "rival", "bet", "reader")}


# The release --------------------------------------------------------------------------------------------------------


def test_the_cohorts_marks_say_how_far_each_activity_is(cohort, marker, coordinator, visit) -> None:
    tasks = make.works(cohort, 3)
    make.finish(tasks[0], marker)
    make.quiz_mark(cohort, world.place(cohort, world.person()), "q1", Fraction(70))
    page = visit(coordinator).get(f"/cohorts/{cohort.slug}/marks")
    rows = [[*row[:2], row[2].split()[0], *row[3:]] for row in page.rows("table")]
    assert rows == [
        ["Q1 " + make.title("q1"), "–", "–", "–", "1"],
        ["A-1 Vision and strategy memo", "3", "2", "1", "–"],
    ]
    csv = visit(coordinator).open("GET", f"/cohorts/{cohort.slug}/marks.csv")
    lines = csv.get_data(as_text=True).removeprefix("\ufeff").splitlines()
    assert lines[0].startswith("activity,part,learner")
    assert len(lines) == 3


def test_a_release_is_asked_for_with_what_will_be_seen_by_whom(cohort, marker, coordinator, visit) -> None:
    tasks = make.works(cohort, 3)
    for task in tasks[:2]:
        make.finish(task, marker)
    visitor = visit(coordinator)
    batch = visitor.get(f"/cohorts/{cohort.slug}/activities/a-1/marks")
    assert [row[1:4] for row in batch.rows("form[method=get] table")] == [
        ["Author 0", "72.0", "finished, not released"], ["Author 1", "72.0", "finished, not released"],
    ]  # fmt: skip
    asked = visitor.get(batch.link("Release 2 marks …"))
    assert asked.title == "Release 2 marks?"
    assert asked.rows() == [
        ["Author 0", "72.0", "1 comment", "Mara Marker"],
        ["Author 1", "72.0", "1 comment", "Mara Marker"],
    ]
    early = visitor.submit(asked, "form[action$=release]")
    assert "Nothing was released. 1 of this batch are still to be marked." in early.messages[0]
    done = visitor.submit(asked, "form[action$=release]", partial=True)
    assert "A-1 Vision and strategy memo: 2 learners can see the mark now." in done.messages[0]
    twice = visitor.submit(asked, "form[action$=release]", partial=True)
    assert "Nothing was released. The list has changed since you looked" in twice.messages[0]


def test_only_the_ticked_ones_are_asked_for(cohort, marker, coordinator, visit) -> None:
    for task in make.works(cohort, 2):
        make.finish(task, marker)
    visitor = visit(coordinator)
    batch = visitor.get(f"/cohorts/{cohort.slug}/activities/a-1/marks")
    stamp = batch.soup.select("[name=stamp]")[1]["value"]
    asked = visitor.submit(batch, "form[method=get]", stamp=stamp)
    assert [row[0] for row in asked.rows()] == ["Author 1"]
    nothing = visitor.get(f"/cohorts/{cohort.slug}/activities/a-1/marks/release?stamp=forged.1")
    assert nothing.title == "Nothing to release"


def test_the_only_marker_sees_why_they_do_not_release(cohort, marker, visit) -> None:
    (task,) = make.works(cohort)
    make.finish(task, marker)
    page = visit(marker).get(f"/cohorts/{cohort.slug}/activities/a-1/marks")
    assert "No one releases alone what they alone entered" in page.text()
    assert "you entered it" in page.text()
    assert not page.has("[name=stamp]")
    assert (
        visit(marker).get(f"/cohorts/{cohort.slug}/activities/a-1/marks/release").title
        == "Nothing to release"
    )


def test_work_is_given_to_another_marker_by_the_batch(cohort, marker, coordinator, visit) -> None:
    tasks = make.works(cohort, 2)
    second = make.marker(cohort, "Sam Second")
    visitor = visit(coordinator)
    page = visitor.get(f"/cohorts/{cohort.slug}/activities/a-1/marks")
    nothing = visitor.submit(page, "form[method=post][action$=marks]", marker=second.public_id)
    assert "Tick at least one piece of work first." in nothing.messages[0]
    done = visitor.submit(
        page,
        "form[method=post][action$=marks]",
        marker=second.public_id,
        piece=[task.public_id for task in tasks],
    )
    assert "Sam Second marks 2 pieces of work now." in done.messages[0]
    assert [make.fresh(task).marker_id for task in tasks] == [second.id] * 2


def test_hints_show_how_markers_differ_and_how_marks_spread(cohort, marker, coordinator, visit) -> None:
    second = make.marker(cohort, "Sam Second")
    for index, task in enumerate(make.works(cohort, 6)):
        make.finish(task, marker if index % 2 else second, 4 if index % 2 else 2)
    page = visit(coordinator).get(f"/cohorts/{cohort.slug}/activities/a-1/marks")
    assert page.rows("aside table.table-compact:has(thead)") == [
        ["Mara Marker", "3", "90.0", "+33.0"],
        ["Sam Second", "3", "57.0", "−33.0"],
    ]
    assert page.has("svg.chart")
    assert "By policy 6 of these 6 are read again by somebody else" in page.text()


def test_release_pages_ask_the_same_of_the_database_for_any_number(
    cohort, marker, coordinator, visit
) -> None:
    def finish(count: int) -> None:
        for task in make.works(cohort, count)[:-1][:6]:
            make.finish(task, marker)

    base = f"/cohorts/{cohort.slug}"
    addresses = (f"{base}/marks", f"{base}/activities/a-1/marks", f"{base}/activities/a-1/marks/release")
    visitor = visit(coordinator)
    finish(5)
    few = make.counted(visitor, *addresses, most=11)
    finish(55)
    assert make.counted(visitor, *addresses, most=11) == few


# One mark -----------------------------------------------------------------------------------------------------------


def test_a_learner_reads_the_mark_every_step_to_it_and_the_feedback(
    cohort, marker, coordinator, visit
) -> None:
    author = world.person("Asha Rao")
    task = make.bring(cohort, [world.place(cohort, author)], late_days=1)
    make.finish(task, marker, overall="Say *which* decision first.")
    make.release(cohort, coordinator)
    mark = db.session.scalar(sa.select(Mark))
    page = visit(author).get(f"/cohorts/{cohort.slug}/marks/{mark.public_id}")
    assert page.title == "A-1 Vision and strategy memo"
    assert page.text(".mark-figure") == "68.4 of 100"
    assert page.text(".why summary") == "Why 68.4?"
    assert "25 %" in page.text(".why > .trace")
    assert "1 day begun, 5 % each" in page.text(".why > .trace")
    assert "Say which decision first." in page.text()
    assert page.texts(".feedback h3")[0] == "Vision and priced non-goals 25 %"
    assert page.response.headers["Cache-Control"] == "no-store"
    with statements() as seen:
        visit(author).get(f"/cohorts/{cohort.slug}/marks/{mark.public_id}")
    assert len([text for text in seen if text not in seen.writes]) <= 10, seen


def test_staff_read_the_history_of_a_mark(cohort, marker, coordinator, visit) -> None:
    author = world.person("Asha Rao")
    task = make.bring(cohort, [world.place(cohort, author)])
    make.finish(task, marker)
    make.release(cohort, coordinator)
    visitor = visit(marker)
    visitor.submit(
        visitor.get(f"/marking/{task.public_id}"),
        "form[action$=reopen]",
        {"reason": "Page 2 was misread."},
    )
    make.finish(task, marker, 4)
    mark = db.session.scalar(sa.select(Mark))
    page = visit(coordinator).get(f"/cohorts/{cohort.slug}/marks/{mark.public_id}/history")
    assert page.texts("h2") == ["Version 2: 90.0", "Version 1: 72.0"]
    assert page.texts(".versions .pill") == ["not released", "the learner sees this"]
    assert "Why: Page 2 was misread." in page.text()
    assert visit(author).refused(f"/cohorts/{cohort.slug}/marks/{mark.public_id}/history", status=403)
    seen = visit(author).get(f"/cohorts/{cohort.slug}/marks/{mark.public_id}")
    assert (seen.text(".mark-figure"), "90.0" in seen.text()) == ("72.0 of 100", False)
