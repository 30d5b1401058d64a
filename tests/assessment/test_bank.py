"""The bank of comments: kept on the desk, put in by a button, shared by who says so, counted, changed and retired."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.assessment.models import CommentSnippet, MarkVersion
from lms.core.db import db
from tests.factories import assessment as make

pytestmark = pytest.mark.db
LEVELS = {f"level-{key}": "3" for key in ("vision", "play", "rival", "bet", "reader")}


def test_a_comment_is_kept_put_in_counted_and_stands_in_the_mark(cohort, marker, visit) -> None:
    first, second = make.works(cohort, 2)
    visitor = visit(marker)
    page = visitor.get(f"/marking/{first.public_id}")
    page = visitor.submit(
        page, "#judgement", {"comment-play": "Which figure?", "keep-from": "play"}, press="Keep it"
    )
    assert "Kept in your bank." in page.messages[0]
    assert make.fresh(first).draft["comments"] == {"play": "Which figure?"}, "what was typed is saved too"
    page = visitor.get(f"/marking/{second.public_id}")
    page = visitor.submit(page, "#judgement", {**LEVELS, "comment-play": "Short."}, press="Put it in")
    assert page.text("#play-comment") == "Short. Which figure?"
    assert page.one("#vision-3").has_attr("checked"), "nothing typed is lost"
    row = db.session.scalars(sa.select(CommentSnippet)).one()
    assert (row.used, row.criterion, row.activity_key, row.cohort_id) == (1, "play", "a-1", None)
    assert "used 1 time" in page.text("#bank-list")
    visitor.submit(page, "#judgement", {"comment": "Good."}, press="finish")
    version = db.session.scalars(sa.select(MarkVersion)).one()
    assert version.feedback["snippets"] == [row.public_id]


def test_what_does_not_stand_any_more_is_not_noted_with_the_mark(cohort, marker, visit) -> None:
    (task,) = make.works(cohort)
    visitor = visit(marker)
    page = visitor.get(f"/marking/{task.public_id}")
    page = visitor.submit(page, "#judgement", {"comment": "Say it plainly."}, press="Keep it")
    page = visitor.submit(page, "#judgement", {"comment": ""}, press="Put it in")
    assert page.text("#comment") == "Say it plainly."
    visitor.submit(page, "#judgement", {**LEVELS, "comment": "In other words."}, press="finish")
    assert db.session.scalars(sa.select(MarkVersion)).one().feedback["snippets"] == []


def test_shared_comments_are_the_cohorts_and_own_ones_are_nobody_elses(cohort, marker, visit) -> None:
    (task,) = make.works(cohort)
    second = make.marker(cohort, "Sam Second")
    visitor = visit(marker)
    page = visitor.get(f"/marking/{task.public_id}")
    page = visitor.submit(page, "#judgement", {"comment": "For all.", "keep-shared": "yes"}, press="Keep it")
    visitor.submit(page, "#judgement", {"comment": "For me.", "keep-shared": []}, press="Keep it")
    theirs = visit(second)
    seen = theirs.get(f"/marking/{task.public_id}")
    assert seen.texts("#bank-list .paper-text") == ["For all."]
    assert "shared by Mara Marker" in seen.text("#bank-list")
    own = db.session.scalar(sa.select(CommentSnippet.public_id).where(CommentSnippet.cohort_id.is_(None)))
    token = seen.one("#judgement [name=csrf_token]")["value"]
    forged = {"csrf_token": token, "version": str(make.fresh(task).version), "act": f"insert:{own}"}
    theirs.open("POST", f"/marking/{task.public_id}", data=forged)
    assert "For me." not in str(make.fresh(task).draft["comments"])
    for act in ("change", "retire"):
        theirs.open(
            "POST", "/marking/comments", data={"csrf_token": token, "snippet": own, "act": act, "text": "x"}
        )
    row = db.session.scalars(sa.select(CommentSnippet).where(CommentSnippet.public_id == own)).one()
    assert (row.text, row.retired_at) == ("For me.", None)


def test_a_kept_comment_is_changed_and_offered_no_more(cohort, marker, visit) -> None:
    (task,) = make.works(cohort)
    visitor = visit(marker)
    assert "No comment is kept yet" in visitor.get("/marking/comments").text()
    page = visitor.get(f"/marking/{task.public_id}")
    page = visitor.submit(page, "#judgement", {"comment": ""}, press="Keep it")
    assert "There is nothing to keep" in page.messages[0]
    visitor.submit(page, "#judgement", {"comment": "Firts draft"}, press="Keep it")
    bank = visitor.get("/marking/comments")
    bank = visitor.submit(bank, "#comments-list form", {"text": "First draft"}, press="Change it")
    assert bank.text("textarea") == "First draft"
    bank = visitor.submit(bank, "#comments-list form", press="Offer it no more")
    assert "No comment is kept yet" in bank.text()
    assert not visitor.get(f"/marking/{task.public_id}").has("#bank-list")
