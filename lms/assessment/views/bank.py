"""The bank of comments: put one into a judgement, keep one from the desk, and one's own comments on a page."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment import actions, policy, queries
from lms.assessment.forms import Typed
from lms.assessment.queries import TaskView
from lms.assessment.views.blueprint import bp
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store

TO_AUTHOR = "overall"
"""What the form calls the comment to the author."""


def inserted(fields: Typed, task: TaskView, public_id: str) -> Typed:
    """What was typed with a comment of the bank added to its row; NotFound where it is not theirs to use."""
    found = queries.snippet(current_actor(), task.cohort_id, task.activity_key, public_id)
    if found.criterion and found.criterion in fields.comments:
        before = fields.comments[found.criterion]
        text = f"{before}\n\n{found.text}" if before else found.text
        return replace(fields, comments={**fields.comments, found.criterion: text})
    return replace(fields, overall=f"{fields.overall}\n\n{found.text}" if fields.overall else found.text)


def keep(fields: Typed, task: TaskView) -> str:
    """Keep the comment that the form names; returns what to say. Raises RuleViolation when there is none."""
    wanted = request.form.get("keep-from", TO_AUTHOR)
    criterion = wanted if wanted in fields.comments else ""
    text = fields.comments.get(criterion, "") if criterion else fields.overall
    shared = request.form.get("keep-shared") == "yes"
    with unit_of_work() as work:
        actions.keep_snippet(
            text,
            activity_key=task.activity_key,
            criterion=criterion,
            shared_with=task.cohort_id if shared else None,
            actor=current_actor(),
            now=work.now,
        )
    return "Kept in the bank, for everybody who marks this here." if shared else "Kept in your bank."


@bp.get("/marking/comments")
@requires(policy.can_have_work_to_mark)
def comments() -> ResponseReturnValue:
    """Show the comments that somebody keeps."""
    no_store()
    return render_template("assessment/comments.html", snippets=queries.own_bank(current_actor()))


@bp.post("/marking/comments")
@requires(policy.can_have_work_to_mark)
def change_comments() -> ResponseReturnValue:
    """Say a kept comment otherwise, or offer it no more."""
    actor, public_id = current_actor(), request.form.get("snippet", "")[:20]
    try:
        with unit_of_work() as work:
            if request.form.get("act") == "retire":
                actions.retire_snippet(public_id, actor=actor, now=work.now)
                said = "It is offered no more. Judgements that say it still do."
            else:
                actions.change_snippet(public_id, request.form.get("text", ""), actor=actor, now=work.now)
                said = "Changed. What was written with it stays as it was."
    except NotFound:
        flash("That comment is not there any more.", "bad")
    except RuleViolation as refused:
        flash(refused.message, "bad")
    else:
        flash(said, "good")
    return redirect(url_for(".comments"), code=303)
