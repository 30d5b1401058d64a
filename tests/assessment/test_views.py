"""The pages of marking: the queue, the desk, conflicts, the release, a learner's mark, its history."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.assessment.models import MarkingTask
from lms.assessment.rules import TaskState
from lms.core.db import db
from tests.factories import assessment as make
from tests.factories import world

LEVELS = {f"level-{key}": "3" for key in ("vision", "play", "rival", "bet", "reader")}


# The queue ----------------------------------------------------------------------------------------------------------


def test_the_queue_shows_what_waits_by_activity_and_how_far_it_is(cohort, marker, visit) -> None:
    tasks = make.works(cohort, 3)
    make.works(cohort, 1, key="a-2", late_days=2)
    make.finish(tasks[0], marker)
    page = visit(marker).get("/marking")
    assert page.title == "Marking"
    assert page.texts("h2") == [
        "A-1 Vision and strategy memo",
        "A-2 " + make.title("a-2"),
    ]
    assert "1 of 3 finished" in page.text()
    assert "1 late piece" in page.text()
    assert page.texts("nav[aria-label='Which work'] a") == [
        "To mark 3", "Overdue 0", "Begun 0", "Finished, not released 1",
    ]  # fmt: skip
    assert page.texts(".row-title") == ["Author 1", "Author 2", "Author 0"]
    finished = visit(marker).get("/marking?show=finished")
    assert finished.texts(".row-title") == ["Author 0"]


def test_an_empty_queue_says_what_will_come(cohort, marker, visit) -> None:
    page = visit(marker).get("/marking?show=nonsense&cohort=nowhere&whose=someone")
    assert page.text(".empty h2") == "Nothing waits for you"


def test_others_work_is_shown_to_those_who_may_step_in(cohort, marker, visit) -> None:
    make.works(cohort, 1)
    second = make.marker(cohort, "Sam Second")
    assert visit(second).get("/marking").texts(".row-title") == []
    assert "Mara Marker" in visit(second).get("/marking?whose=everybody").text()


def test_the_queue_and_the_desk_ask_the_same_of_the_database_for_any_number(cohort, marker, visit) -> None:
    tasks, visitor = make.works(cohort, 5), visit(marker)
    addresses = ("/marking", f"/marking/{tasks[2].public_id}")
    few = make.counted(visitor, *addresses)
    make.works(cohort, 55)
    assert make.counted(visitor, *addresses) == few


# The desk -----------------------------------------------------------------------------------------------------------


def test_the_desk_shows_queue_work_and_rubric(cohort, marker, visit) -> None:
    tasks = make.works(cohort, 3, late_days=2)
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
    (task,) = make.works(cohort)
    db.session.execute(sa.update(MarkingTask).values(source="gone"))
    page = visit(marker).get(f"/marking/{task.public_id}")
    assert "The work itself cannot be shown here." in page.text()


def test_marking_by_hand_saves_finishes_and_goes_on_to_the_end(cohort, marker, visit) -> None:
    first, second = make.works(cohort, 2)
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
    assert make.fresh(first).state is TaskState.FINALISED
    page = visitor.submit(page, "#judgement", {**LEVELS, "comment": "Good."}, press="finish")
    assert page.url == "/marking"
    assert "everything in your queue is finished. The marks wait for somebody else" in page.messages[0]
    closed = visitor.get(f"/marking/{first.public_id}")
    assert closed.text("[data-out=final]") == "72.7"
    assert not closed.has("button[value=finish]")
    assert all(field.has_attr("disabled") for field in closed.soup.select(".criterion"))


def test_what_is_missing_is_said_at_its_row_and_nothing_typed_is_lost(cohort, marker, visit) -> None:
    (task,) = make.works(cohort)
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
    assert make.fresh(task).state is TaskState.WAITING


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
    (task,) = make.works(cohort)
    visitor = visit(marker)
    page = visitor.get(f"/marking/{task.public_id}")
    page = visitor.submit(page, "#judgement", fields, press="Save", status=422)
    assert page.texts(".summary-errors li") == [words]
    name, value = next(iter(fields.items()))
    kept = page.one(f"[name='{name}']")
    assert (kept.get("value") or kept.get_text().removeprefix("\n"))[:20] == value[:20]
    assert make.fresh(task).version == 0


def test_forged_levels_and_versions_do_no_harm(cohort, marker, visit) -> None:
    (task,) = make.works(cohort)
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
    assert make.fresh(task).draft == {"levels": {"vision": 9}, "points": {}, "comments": {}, "overall": "ab"}


def test_the_desk_saves_itself(cohort, marker, visit) -> None:
    (task,) = make.works(cohort)
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
            "reason": "You saved this piece of work in another window after you opened it here."
            " Nothing was overwritten. Press Save to see both."
        },
    )
    wrong = save(1, **{"points-vision": "x"})
    assert (wrong.status_code, wrong.json) == (
        422,
        {"reason": "Not saved: Points are whole numbers from 0 to 100."},
    )
    assert make.fresh(task).draft["overall"] == ""


def test_two_judgements_stand_side_by_side_and_one_chooses(cohort, marker, visit) -> None:
    second = make.marker(cohort, "Sam Second")
    (task,) = make.works(cohort)
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
    assert make.fresh(task).draft["overall"] == "Theirs"
    done = mine.submit(
        conflict, fields={"level-vision": "2", "comment": "Theirs\n\nMine"}, press="Save this choice"
    )
    assert done.url == f"/marking/{task.public_id}"
    draft = make.fresh(task).draft
    assert (draft["levels"], draft["overall"]) == ({"vision": 2, "play": 2}, "Theirs\n\nMine")


def test_who_writes_while_another_finishes_is_shown_both_and_may_copy(cohort, marker, visit) -> None:
    second = make.marker(cohort, "Sam Second")
    (task,) = make.works(cohort)
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
    (task,) = make.works(cohort)
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
    (task,) = make.works(cohort)
    visitor = visit(marker)
    page = visitor.get(f"/marking/{task.public_id}")
    nobody = visitor.open(
        "POST",
        f"/marking/{task.public_id}/hand-over",
        data={"csrf_token": page.one("#judgement [name=csrf_token]")["value"], "marker": "nobody"},
    )
    assert (nobody.status_code, make.fresh(task).marker_id) == (303, marker.id)
    page = visitor.submit(page, "form[action$=hand-over]", {"marker": second.public_id})
    assert page.url == "/marking"
    assert "Sam Second marks this now; what was written went with it." in page.messages[0]
    assert make.fresh(task).marker_id == second.id


def test_who_is_signed_out_or_elsewhere_changes_nothing(app, cohort, marker, visit, visitor) -> None:
    (task,) = make.works(cohort)
    page = visit(marker).get(f"/marking/{task.public_id}")
    data = {"csrf_token": page.one("#judgement [name=csrf_token]")["value"], "version": "0", "comment": "x"}
    for address in ("", "/draft", "/reopen", "/hand-over"):
        answer = visitor.open("POST", f"/marking/{task.public_id}{address}", data=data)
        assert answer.status_code in (303, 400), address
    stranger = make.marker(world.cohort(weeks_in=3), "Of Another Cohort")
    visit(stranger).refused(f"/marking/{task.public_id}", status=404)
    learner = world.learner(cohort)
    visit(learner).refused(f"/marking/{task.public_id}", status=403)
    visit(learner).refused("/marking", status=403)
    visit(marker).refused("/marking/nothing-here", status=404)
    assert make.fresh(task).version == 0


def test_a_coordinator_reads_the_desk_and_cannot_write_on_it(cohort, marker, coordinator, visit) -> None:
    (task,) = make.works(cohort)
    visitor = visit(coordinator)
    page = visitor.get(f"/marking/{task.public_id}")
    assert not page.has("button[value=finish]")
    token = page.one("#judgement [name=csrf_token]")["value"]
    answer = visitor.open("POST", f"/marking/{task.public_id}", data={"csrf_token": token, "version": "0"})
    assert answer.status_code == 403
