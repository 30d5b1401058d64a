"""The pages of marking: the queue, the desk, conflicts, the release, a learner's mark, its history."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.assessment import queries
from lms.assessment.models import Mark, MarkingTask
from lms.assessment.rules import TaskState
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.people.models import Person
from lms.people.rules import Role
from tests.factories import assessment as make
from tests.factories import world
from tests.support.statements import statements


@pytest.fixture
def cohort(session) -> CohortView:
    return world.cohort(weeks_in=10)


@pytest.fixture
def marker(cohort: CohortView) -> Person:
    return make.marker(cohort, "Mara Marker")


@pytest.fixture
def coordinator(cohort: CohortView) -> Person:
    return world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")


def work(cohort: CohortView, count: int = 1, **options) -> list[MarkingTask]:
    return [
        make.bring(cohort, [world.place(cohort, world.person(f"Author {n}"))], title=f"Author {n}", **options)
        for n in range(count)
    ]


def fresh(task: MarkingTask) -> MarkingTask:
    return db.session.get_one(MarkingTask, task.id, populate_existing=True)


LEVELS = {f"level-{key}": "3" for key in ("vision", "play", "rival", "bet", "reader")}


# The queue ----------------------------------------------------------------------------------------------------------


def test_the_queue_shows_what_waits_by_activity_and_how_far_it_is(cohort, marker, visit) -> None:
    tasks = work(cohort, 3)
    work(cohort, 1, key="a-2", late_days=2)
    make.finish(tasks[0], marker)
    page = visit(marker).get("/marking")
    assert page.title == "Marking"
    assert page.texts("h2") == [
        "A-1 Vision and strategy memo",
        "A-2 " + _title("a-2"),
    ]
    assert "1 of 3 finished" in page.text()
    assert "1 late piece" in page.text()
    assert page.texts("nav[aria-label='Which work'] a") == [
        "To mark 3", "Overdue 0", "Begun 0", "Finished, not released 1",
    ]  # fmt: skip
    assert page.texts(".row-title") == ["Author 1", "Author 2", "Author 0"]
    finished = visit(marker).get("/marking?show=finished")
    assert finished.texts(".row-title") == ["Author 0"]


def _title(key: str) -> str:
    return queries.batch_visible_to(
        world.director(), db.session.scalar(sa.text("select slug from cohort")), key
    ).activity.title


def test_an_empty_queue_says_what_will_come(cohort, marker, visit) -> None:
    page = visit(marker).get("/marking?show=nonsense&cohort=nowhere&whose=someone")
    assert page.text(".empty h2") == "Nothing waits for you"


def test_others_work_is_shown_to_those_who_may_step_in(cohort, marker, visit) -> None:
    work(cohort, 1)
    second = make.marker(cohort, "Sam Second")
    assert visit(second).get("/marking").texts(".row-title") == []
    assert "Mara Marker" in visit(second).get("/marking?whose=everybody").text()


def counted(visitor, *addresses: str) -> list[int]:
    """How many statements each page takes, once it was looked at before."""
    found = []
    for address in addresses:
        visitor.get(address)
        with statements() as seen:
            visitor.get(address)
        found.append(len(seen))
        assert len(seen) <= 8, seen
    return found


def test_the_queue_and_the_desk_ask_the_same_of_the_database_for_any_number(cohort, marker, visit) -> None:
    tasks, visitor = work(cohort, 5), visit(marker)
    addresses = ("/marking", f"/marking/{tasks[2].public_id}")
    few = counted(visitor, *addresses)
    work(cohort, 55)
    assert counted(visitor, *addresses) == few


# The desk -----------------------------------------------------------------------------------------------------------


def test_the_desk_shows_queue_work_and_rubric(cohort, marker, visit) -> None:
    tasks = work(cohort, 3, late_days=2)
    page = visit(marker).get(f"/marking/{tasks[1].public_id}")
    assert page.title == "A-1 Vision and strategy memo"
    assert page.texts("nav.queue a[aria-current]") == ["Author 1, 2, to mark, late"]
    assert page.text(".paper-title") == "What we do with claims data"
    assert page.texts(".criterion legend")[0].startswith("Vision and priced non-goals 25 % · VIS, FOC")
    assert page.text(".sum") == "Mark–Late2 days, × 0.9"
    assert "An assistant corrected my English." in page.text()
    assert "2 versions were handed in" in page.text()
    assert page.one("#judgement")["data-autosave-url"] == f"/marking/{tasks[1].public_id}/draft"


def test_work_that_nobody_can_show_is_marked_all_the_same(cohort, marker, visit) -> None:
    (task,) = work(cohort)
    db.session.execute(sa.update(MarkingTask).values(source="gone"))
    page = visit(marker).get(f"/marking/{task.public_id}")
    assert "The work itself cannot be shown here." in page.text()


def test_marking_by_hand_saves_finishes_and_goes_on_to_the_end(cohort, marker, visit) -> None:
    first, second = work(cohort, 2)
    visitor = visit(marker)
    page = visitor.get(f"/marking/{first.public_id}")
    page = visitor.submit(page, "#judgement", {"level-vision": "4", "comment": "Sharp."}, press="Save")
    assert page.one("#vision-4").has_attr("checked")
    assert (page.text("#comment"), page.text("[data-out=final]")) == ("Sharp.", "90.0 so far")
    page = visitor.submit(
        page,
        "#judgement",
        {**LEVELS, "points-reader": "79", "comment-play": "Which figure?"},
        press="finish",
    )
    assert page.url == f"/marking/{second.public_id}"
    assert fresh(first).state is TaskState.FINALISED
    page = visitor.submit(page, "#judgement", {**LEVELS, "comment": "Good."}, press="finish")
    assert page.url == "/marking"
    assert "everything in your queue is finished. The marks wait for somebody else" in page.messages[0]
    closed = visitor.get(f"/marking/{first.public_id}")
    assert closed.text("[data-out=final]") == "72.7"
    assert not closed.has("button[value=finish]")
    assert all(field.has_attr("disabled") for field in closed.soup.select(".criterion"))


def test_what_is_missing_is_said_at_its_row_and_nothing_typed_is_lost(cohort, marker, visit) -> None:
    (task,) = work(cohort)
    visitor = visit(marker)
    page = visitor.get(f"/marking/{task.public_id}")
    page = visitor.submit(
        page,
        "#judgement",
        {"level-vision": "4", "points-vision": "60", "comment-play": "Half a thought"},
        press="finish",
        status=422,
    )
    assert page.texts(".summary-errors li")[0] == (
        "60 points for “Vision and priced non-goals” lie outside level 4 (80 to 100). Change one of the two."
    )
    assert page.one("#vision-points")["value"] == "60"
    assert page.text("#play-comment") == "Half a thought"
    assert fresh(task).state is TaskState.WAITING


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"points-vision": "seven"}, "Points are whole numbers from 0 to 100."),
        ({"points-vision": "101"}, "Points are whole numbers from 0 to 100."),
        ({"points-vision": "٧٢"}, "Points are whole numbers from 0 to 100."),
        ({"comment": "x" * 12_001}, "The comment is longer than 12,000 characters. Shorten it."),
        ({"comment-vision": "x" * 4_001}, "This comment is longer than 4,000 characters. Shorten it."),
    ],
)
def test_bad_fields_are_said_and_kept(cohort, marker, visit, fields, words: str) -> None:
    (task,) = work(cohort)
    visitor = visit(marker)
    page = visitor.get(f"/marking/{task.public_id}")
    page = visitor.submit(page, "#judgement", fields, press="Save", status=422)
    assert page.texts(".summary-errors li") == [words]
    name, value = next(iter(fields.items()))
    kept = page.one(f"[name='{name}']")
    assert (kept.get("value") or kept.get_text().removeprefix("\n"))[:20] == value[:20]
    assert fresh(task).version == 0


def test_forged_levels_and_versions_do_no_harm(cohort, marker, visit) -> None:
    (task,) = work(cohort)
    visitor = visit(marker)
    token = visitor.get(f"/marking/{task.public_id}").one("#judgement [name=csrf_token]")["value"]
    for version in ("", "x", "9" * 30, "-1", "1"):
        answer = visitor.open(
            "POST",
            f"/marking/{task.public_id}",
            data={"csrf_token": token, "version": version, "level-vision": "4", "act": "save"},
        )
        assert answer.status_code == 409
    answer = visitor.open(
        "POST",
        f"/marking/{task.public_id}/draft",
        data={
            "csrf_token": token,
            "version": "0",
            "level-vision": "9",
            "level-other": "3",
            "comment": "a\x00b",
        },
    )
    assert answer.json["out"] == {"final": "–"}
    assert fresh(task).draft == {"levels": {"vision": 9}, "points": {}, "comments": {}, "overall": "ab"}


def test_the_desk_saves_itself(cohort, marker, visit) -> None:
    (task,) = work(cohort)
    visitor = visit(marker)
    token = visitor.get(f"/marking/{task.public_id}").one("#judgement [name=csrf_token]")["value"]

    def save(version: int, **fields: str):
        data = {"csrf_token": token, "version": str(version), **fields}
        return visitor.open("POST", f"/marking/{task.public_id}/draft", data=data)

    first = save(0, **LEVELS)
    assert (first.status_code, first.json["version"], first.json["out"]) == (200, 1, {"final": "72.0"})
    stale = save(0, comment="From the other window")
    assert (stale.status_code, stale.json) == (
        409,
        {
            "reason": "Mara Marker saved this piece of work after you opened it. Nothing was overwritten."
            " Press Save to see both."
        },
    )
    wrong = save(1, **{"points-vision": "x"})
    assert (wrong.status_code, wrong.json) == (
        422,
        {"reason": "Not saved: Points are whole numbers from 0 to 100."},
    )
    assert fresh(task).draft["overall"] == ""


def test_two_judgements_stand_side_by_side_and_one_chooses(cohort, marker, visit) -> None:
    second = make.marker(cohort, "Sam Second")
    (task,) = work(cohort)
    mine, theirs = visit(marker), visit(second)
    page, other = mine.get(f"/marking/{task.public_id}"), theirs.get(f"/marking/{task.public_id}")
    theirs.submit(
        other, "#judgement", {"level-vision": "4", "level-play": "2", "comment": "Theirs"}, press="Save"
    )
    conflict = mine.submit(
        page,
        "#judgement",
        {"level-vision": "2", "level-play": "2", "comment": "Mine"},
        press="finish",
        status=409,
    )
    assert conflict.title == "Two judgements of the same work"
    assert "Sam Second saved this piece of work after you opened it." in conflict.text()
    assert conflict.texts("legend") == ["Vision and priced non-goals", "To the author"]
    assert fresh(task).draft["overall"] == "Theirs"
    done = mine.submit(
        conflict, fields={"level-vision": "2", "comment": "Theirs\n\nMine"}, press="Save this choice"
    )
    assert done.url == f"/marking/{task.public_id}"
    draft = fresh(task).draft
    assert (draft["levels"], draft["overall"]) == ({"vision": 2, "play": 2}, "Theirs\n\nMine")


def test_who_writes_while_another_finishes_is_shown_both_and_may_copy(cohort, marker, visit) -> None:
    second = make.marker(cohort, "Sam Second")
    (task,) = work(cohort)
    visitor = visit(second)
    page = visitor.get(f"/marking/{task.public_id}")
    make.finish(task, marker)
    conflict = visitor.submit(page, "#judgement", {"comment": "Mine"}, press="Save", status=409)
    assert "This work is finished already." in conflict.text()
    assert "Mine" in conflict.text()
    assert not conflict.has("main form button")


def test_finished_work_is_reopened_and_released_work_corrected_with_a_reason(
    cohort, marker, coordinator, visit
) -> None:
    (task,) = work(cohort)
    make.finish(task, marker)
    visitor = visit(marker)
    page = visitor.get(f"/marking/{task.public_id}")
    page = visitor.submit(page, "form[action$=reopen]")
    assert "Reopened. It stands in your queue again." in page.messages[0]
    make.finish(task, marker)
    make.release(cohort, coordinator)
    page = visitor.get(f"/marking/{task.public_id}")
    refused = visitor.submit(page, "form[action$=reopen]")
    assert "Say why, in a few words" in refused.messages[0]
    page = visitor.submit(page, "form[action$=reopen]", {"reason": "I misread page 2."})
    assert "You are correcting a released mark: “I misread page 2.”" in page.text()


def test_work_is_handed_over(cohort, marker, visit) -> None:
    second = make.marker(cohort, "Sam Second")
    (task,) = work(cohort)
    visitor = visit(marker)
    page = visitor.get(f"/marking/{task.public_id}")
    nobody = visitor.open(
        "POST",
        f"/marking/{task.public_id}/hand-over",
        data={"csrf_token": page.one("#judgement [name=csrf_token]")["value"], "marker": "nobody"},
    )
    assert (nobody.status_code, fresh(task).marker_id) == (303, marker.id)
    page = visitor.submit(page, "form[action$=hand-over]", {"marker": second.public_id})
    assert page.url == "/marking"
    assert "Sam Second marks this now; what was written went with it." in page.messages[0]
    assert fresh(task).marker_id == second.id


# The release --------------------------------------------------------------------------------------------------------


def test_the_cohorts_marks_say_how_far_each_activity_is(cohort, marker, coordinator, visit) -> None:
    tasks = work(cohort, 3)
    make.finish(tasks[0], marker)
    make.quiz_mark(cohort, world.place(cohort, world.person()), "q1", Fraction(70))
    page = visit(coordinator).get(f"/cohorts/{cohort.slug}/marks")
    rows = [[*row[:2], row[2].split()[0], *row[3:]] for row in page.rows("table")]
    assert rows == [
        ["Q1 " + _title("q1"), "–", "–", "–", "1"],
        ["A-1 Vision and strategy memo", "3", "2", "1", "–"],
    ]
    csv = visit(coordinator).open("GET", f"/cohorts/{cohort.slug}/marks.csv")
    lines = csv.get_data(as_text=True).removeprefix("\ufeff").splitlines()
    assert lines[0].startswith("activity,part,learner")
    assert len(lines) == 3


def test_a_release_is_asked_for_with_what_will_be_seen_by_whom(cohort, marker, coordinator, visit) -> None:
    tasks = work(cohort, 3)
    for task in tasks[:2]:
        make.finish(task, marker)
    visitor = visit(coordinator)
    batch = visitor.get(f"/cohorts/{cohort.slug}/activities/a-1/marks")
    assert [row[1:4] for row in batch.rows("form[method=get] table")] == [
        ["Author 0", "72.0", "–"], ["Author 1", "72.0", "–"],
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
    for task in work(cohort, 2):
        make.finish(task, marker)
    visitor = visit(coordinator)
    batch = visitor.get(f"/cohorts/{cohort.slug}/activities/a-1/marks")
    stamp = batch.soup.select("[name=stamp]")[1]["value"]
    asked = visitor.submit(batch, "form[method=get]", stamp=stamp)
    assert [row[0] for row in asked.rows()] == ["Author 1"]
    nothing = visitor.get(f"/cohorts/{cohort.slug}/activities/a-1/marks/release?stamp=forged.1")
    assert nothing.title == "Nothing to release"


def test_the_only_marker_sees_why_they_do_not_release(cohort, marker, visit) -> None:
    (task,) = work(cohort)
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
    tasks = work(cohort, 2)
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
    assert [fresh(task).marker_id for task in tasks] == [second.id] * 2


def test_hints_show_how_markers_differ_and_how_marks_spread(cohort, marker, coordinator, visit) -> None:
    second = make.marker(cohort, "Sam Second")
    for index, task in enumerate(work(cohort, 6)):
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
        for task in work(cohort, count)[:-1]:
            make.finish(task, marker)

    base = f"/cohorts/{cohort.slug}"
    addresses = (f"{base}/marks", f"{base}/activities/a-1/marks", f"{base}/activities/a-1/marks/release")
    visitor = visit(coordinator)
    finish(5)
    few = counted(visitor, *addresses)
    finish(55)
    assert counted(visitor, *addresses) == few


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
