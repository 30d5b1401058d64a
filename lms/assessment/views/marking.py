"""The marking desk: what waits, one piece of work, saving it, finishing it, taking it up again, handing it over."""

from __future__ import annotations

import datetime as dt

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment import actions, policy, ports, queries
from lms.assessment.actions import Unfinished
from lms.assessment.forms import HandOverForm, ReasonForm, Typed, UnmaskForm, shown_as_typed, typed
from lms.assessment.queries import TaskView
from lms.assessment.rules import AssessmentRefusal, Judgement, TaskState, judge
from lms.assessment.views import bank, conflict_page, desk_page, queue_page
from lms.assessment.views.blueprint import bp
from lms.core import clock
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from lms.web import filters
from lms.web.forms import sent_number
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store


@bp.get("/marking")
@requires(policy.can_have_work_to_mark)
def queue() -> ResponseReturnValue:
    """Show everything that waits for this marker, over all cohorts, by activity."""
    actor, now = current_actor(), clock.now()
    everybody = request.args.get("whose") == "everybody"
    page = queue_page.present(
        queries.my_queue(actor, everybody=everybody),
        show=request.args.get("show", ""),
        cohort=request.args.get("cohort", ""),
        everybody=everybody,
        actor=actor,
        now=now,
    )
    no_store()
    return render_template(
        "assessment/queue.html",
        page=page,
        second_looks=actor.anywhere(Role.FACULTY),
        zone=actor.zone,
        now=now,
    )


@bp.get("/marking/<task>")
@requires(policy.can_read_task, queries.task_visible_to)
def desk(task: TaskView) -> ResponseReturnValue:
    """Show a piece of work beside its rubric."""
    no_store()
    return render_template(
        "assessment/desk.html", **_desk(task, shown_as_typed(Judgement.read(task.draft)), task.version)
    )


def _desk(task: TaskView, fields: Typed, version: int) -> dict[str, object]:
    """Everything the page needs. `version` is the one that the fields were read from, never a newer one."""
    actor, now = current_actor(), clock.now()
    page = desk_page.present(
        task,
        queries.queue_of(task),
        queries.rubric_view(task.version_id, task.activity_id, task.part),
        queries.late_rule(task.version_id),
        ports.read(task.source, task.source_id),
        fields,
        actor,
    )
    hand_over = HandOverForm()
    hand_over.offer(
        [one for one in queries.staff_markers(task.cohort_id) if one[1] != task.marker_id]
        if page.may_hand_over
        else []
    )
    return {
        "desk": page,
        "version": version,
        "hand_over": hand_over,
        "reason": ReasonForm(),
        "unmasking": UnmaskForm(),
        "titles": {row.key: row.title for row in page.rubric},
        "bank": queries.bank_for(actor, task.cohort_id, task.activity_key) if page.editable else [],
        "zone": actor.zone,
        "now": now,
    }


@bp.post("/marking/<task>")
@requires(policy.can_mark, queries.task_visible_to)
def judge_work(task: TaskView) -> ResponseReturnValue:
    """Save the judgement, or finish it and go to the next piece of work."""
    rubric = queries.rubric_view(task.version_id, task.activity_id, task.part)
    fields = typed(request.form, [row.key for row in rubric.words])
    act, _colon, about = request.form.get("act", "").partition(":")
    snippet = about if act == "insert" else ""
    finishing = act == "finish"
    no_store()
    if act == "insert":
        try:
            fields = bank.inserted(fields, task, snippet[:20])
        except NotFound:
            flash("That comment is not in the bank any more.", "bad")
            snippet = ""
    if fields.errors:
        return render_template("assessment/desk.html", **_desk(task, fields, sent_number("version"))), 422
    try:
        with unit_of_work() as work:
            if finishing:
                actions.finalise(
                    task.id,
                    fields.judgement(),
                    version=sent_number("version"),
                    actor=current_actor(),
                    now=work.now,
                )
            else:
                _save(task, fields, snippet, work.now)
                if act in ON_FILES:
                    ON_FILES[act](task.id, about[:20], actor=current_actor(), now=work.now)
    except Unfinished as refused:
        again = shown_as_typed(fields.judgement(), refused.problems)
        return render_template("assessment/desk.html", **_desk(task, again, sent_number("version"))), 422
    except Conflict as conflict:
        page = conflict_page.present(
            queries.task_visible_to(current_actor(), task.public_id),
            rubric,
            mine=fields.judgement(),
            reason=conflict.message,
            own=conflict.reason is AssessmentRefusal.SAVED_BY_YOU,
        )
        return render_template("assessment/_conflict.html", page=page, zone=current_actor().zone), 409
    except RuleViolation as refused:
        flash(refused.message, "bad")
        return redirect(url_for(".desk", task=task.public_id), code=303)
    if act in ON_FILES:
        flash(FILE_WORDS[act], "good")
        return redirect(url_for(".desk", task=task.public_id, _anchor="annotated"), code=303)
    if act == "keep":
        _keep(fields, task)
        return redirect(url_for(".desk", task=task.public_id), code=303)
    if not finishing:
        flash("Saved. Nobody but those who mark here sees it.", "good")
        return redirect(url_for(".desk", task=task.public_id), code=303)
    return _after_finishing(task)


def _save(task: TaskView, fields: Typed, snippet: str, now: dt.datetime) -> None:
    actions.save_draft(
        task.id,
        fields.judgement(),
        version=sent_number("version"),
        actor=current_actor(),
        now=now,
        snippet=snippet,
    )
    if snippet:
        actions.count_use(snippet)


ON_FILES = {"remove": actions.remove_file, "put-back": actions.put_file_back}
FILE_WORDS = {
    "remove": "Removed: it does not go to the author. It is kept here and can be put back.",
    "put-back": "Put back: it goes to the author with the mark.",
}
"""Buttons of the judgement's own form, so that they save what was typed with it."""


def _keep(fields: Typed, task: TaskView) -> None:
    try:
        flash(bank.keep(fields, task), "good")
    except RuleViolation as refused:
        flash(refused.message, "bad")


def _after_finishing(task: TaskView) -> ResponseReturnValue:
    upcoming = desk_page.next_to_mark(queries.queue_of(task), task.public_id)
    if upcoming is not None:
        return redirect(url_for(".desk", task=upcoming), code=303)
    if task.summative:
        flash(
            f"{task.name}: everything in your queue is finished. The marks wait for somebody else to release them.",
            "good",
        )
    else:
        flash(f"{task.name}: everything in your queue is finished, and the authors can read it.", "good")
    return redirect(url_for(".queue"), code=303)


@bp.post("/marking/<task>/draft")
@requires(policy.can_mark, queries.task_visible_to)
def save(task: TaskView) -> ResponseReturnValue:
    """Save the judgement while it is written; answers in JSON."""
    rubric = queries.rubric_view(task.version_id, task.activity_id, task.part)
    fields = typed(request.form, [row.key for row in rubric.words])
    no_store()
    if fields.errors:
        return jsonify(reason=f"Not saved: {next(iter(fields.errors.values()))}"), 422
    try:
        with unit_of_work() as work:
            kept = actions.save_draft(
                task.id,
                fields.judgement(),
                version=sent_number("version"),
                actor=current_actor(),
                now=work.now,
            )
            version, at = kept.version, work.now
    except Conflict as conflict:
        return jsonify(reason=f"{conflict.message} Press Save to see both."), 409
    except RuleViolation as refused:
        return jsonify(reason=refused.message), 409
    outcome = judge(rubric.rules, fields.judgement(), queries.late_rule(task.version_id), task.late_days)
    return jsonify(
        saved=filters.clock(at, current_actor().zone),
        version=version,
        out={"final": desk_page.figure(outcome)},
    )


@bp.post("/marking/<task>/reopen")
@requires(policy.can_mark, queries.task_visible_to)
def reopen(task: TaskView) -> ResponseReturnValue:
    """Take a finished judgement up again; a released one with a reason, which stays with the mark."""
    form = ReasonForm()
    if not form.validate_on_submit():
        flash(" ".join(str(error) for errors in form.errors.values() for error in errors), "bad")
        return redirect(url_for(".desk", task=task.public_id), code=303)
    reason = form.reason.data or ""
    released = task.state is TaskState.RELEASED
    try:
        with unit_of_work() as work:
            if released:
                actions.correct(task.id, reason=reason, actor=current_actor(), now=work.now)
            else:
                actions.reopen(task.id, reason=reason, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "bad")
    else:
        flash(
            "You can correct the mark now. The author sees the old one until the new one is released."
            if released
            else "Reopened. It stands in your queue again.",
            "good",
        )
    return redirect(url_for(".desk", task=task.public_id), code=303)


@bp.post("/marking/<task>/hand-over")
@requires(policy.can_hand_over, queries.task_visible_to)
def hand_over(task: TaskView) -> ResponseReturnValue:
    """Give a piece of work to another marker."""
    markers = queries.staff_markers(task.cohort_id)
    form = HandOverForm()
    form.offer(markers)
    back = url_for(".desk", task=task.public_id)
    if not form.validate_on_submit():
        flash("Choose somebody who marks in this cohort.", "bad")
        return redirect(back, code=303)
    _public, person_id, name = next(one for one in markers if one[0] == form.marker.data)
    try:
        with unit_of_work() as work:
            actions.reassign(
                [task.id], person_id, reason=form.why.data or "", actor=current_actor(), now=work.now
            )
    except RuleViolation as refused:
        flash(refused.message, "bad")
        return redirect(back, code=303)
    flash(f"{name} marks this now; what was written went with it.", "good")
    mine = policy.can_have_work_to_mark(current_actor())
    return redirect(url_for(".queue") if mine else back, code=303)


@bp.post("/marking/<task>/unmask")
@requires(policy.can_unmask, queries.task_visible_to)
def unmask(task: TaskView) -> ResponseReturnValue:
    """Let the marker of a piece know whose it is before its release, for a reason that is kept."""
    form = UnmaskForm()
    back = redirect(url_for(".desk", task=task.public_id), code=303)
    if not form.validate_on_submit():
        flash(" ".join(str(error) for errors in form.errors.values() for error in errors), "bad")
        return back
    try:
        with unit_of_work() as work:
            actions.unmask(task.id, reason=form.unmask_why.data or "", actor=current_actor(), now=work.now)
    except NotFound:
        flash("This work is not marked blind.", "bad")
    except RuleViolation as refused:
        flash(refused.message, "bad")
    else:
        flash("Its marker sees the name now. Who lifted the mask, when and why is kept.", "good")
    return back
