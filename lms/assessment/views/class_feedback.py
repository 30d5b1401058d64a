"""Feedback to a whole class: its editor with draft, preview and approval, and what was approved before."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment import actions, policy, queries
from lms.assessment.forms import ClassFeedbackForm
from lms.assessment.queries import ClassFeedbackView
from lms.assessment.rules.class_feedback import LEAST_PIECES, enough
from lms.assessment.views.blueprint import bp
from lms.core import clock, markdown
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.web import filters
from lms.web.forms import sent_number
from lms.web.guards import current_actor, requires
from lms.web.html import stored
from lms.web.requests import no_store

SAID = {
    "save": "Saved. Learners read nothing of it before it is approved and their marks are released.",
    "draft": "The draft stands below what was written. Read it as a learner would, and change what does not fit.",
}


@bp.get("/cohorts/<slug>/activities/<key>/class-feedback")
@requires(policy.can_read_class_feedback, queries.class_feedback_visible_to)
def class_feedback(view: ClassFeedbackView) -> ResponseReturnValue:
    """Show what is said to the class of an activity, and where it stands."""
    return _page(view, ClassFeedbackForm(formdata=None, text=view.text), view.version)


def _page(
    view: ClassFeedbackView,
    form: ClassFeedbackForm,
    version: int,
    *,
    preview: str = "",
    theirs: str | None = None,
) -> str:
    no_store()
    actor = current_actor()
    history = queries.class_feedback_history(view)
    return render_template(
        "assessment/class_feedback.html",
        view=view,
        batch=view.batch,
        form=form,
        version=version,
        preview=stored(preview),
        text=stored(markdown.render(view.text, heading_from=actions.CLASS_HEADING_FROM)),
        theirs=theirs,
        history=[(line, stored(line.html)) for line in history],
        state=_state(view),
        enough=enough(view.finished),
        least=LEAST_PIECES,
        may_write=policy.can_write_class_feedback(actor, view),
        may_approve=policy.can_approve_class_feedback(actor, view)
        and bool(view.text)
        and view.approved is None,
        sees_marks=policy.can_see_marks(actor, view),
        zone=actor.zone,
        now=clock.now(),
    )


def _state(view: ClassFeedbackView) -> tuple[str, str]:
    """Where it stands, in words, and the tone of the words."""
    if view.released is not None:
        if view.approved == view.released:
            return "Learners who see their mark read it.", "good"
        return "Learners read the approved text; what is written here now is not approved.", "warn"
    if view.approved is not None:
        return "Approved. It goes out with the first marks of this activity that are released.", "info"
    return ("Written, not approved: it does not go out.", "warn") if view.text else ("", "")


@bp.post("/cohorts/<slug>/activities/<key>/class-feedback")
@requires(policy.can_change_class_feedback, queries.class_feedback_visible_to)
def keep_class_feedback(view: ClassFeedbackView) -> ResponseReturnValue:
    """Save the text, put a draft into it, look at it as it will be read, or approve it."""
    form = ClassFeedbackForm()
    if not form.validate_on_submit():
        return _page(view, form, sent_number("version")), 422
    actor, act = current_actor(), request.form.get("act", "save")
    writes = policy.can_write_class_feedback(actor, view)
    approves = act == "approve" and policy.can_approve_class_feedback(actor, view)
    if not (writes or approves):
        flash("Those who mark this write it; you can approve it.", "bad")
        return redirect(_address(view), code=303)
    text, reason = (form.text.data or "") if writes else view.text, form.reason.data or ""
    try:
        with unit_of_work() as work:
            if approves:
                row = actions.approve_class_feedback(
                    view.asked, text, version=sent_number("version"), reason=reason, actor=actor, now=work.now
                )
            elif act == "draft":
                row = actions.draft_class_feedback(
                    view.asked, text, version=sent_number("version"), actor=actor, now=work.now
                )
            else:
                row = actions.save_class_feedback(
                    view.asked, text, version=sent_number("version"), actor=actor, now=work.now
                )
            version, out = row.version, row.released_number is not None
    except Conflict as conflict:
        form.refuse("text", conflict.message)
        fresh = queries.class_feedback_visible_to(actor, view.batch.cohort.slug, view.batch.key)
        return _page(fresh, form, fresh.version, theirs=fresh.text), 409
    except RuleViolation as refused:
        form.refuse("reason" if approves and view.released is not None else "text", refused.message)
        return _page(view, form, sent_number("version")), 422
    if act == "preview":
        fresh = queries.class_feedback_visible_to(actor, view.batch.cohort.slug, view.batch.key)
        return _page(
            fresh, form, version, preview=markdown.render(text, heading_from=actions.CLASS_HEADING_FROM)
        )
    if approves:
        flash(
            "Approved. Learners who see their mark read it now."
            if out
            else "Approved. It goes out with the first marks of this activity that are released.",
            "good",
        )
    else:
        flash(SAID.get(act, SAID["save"]), "good")
    return redirect(_address(view), code=303)


def _address(view: ClassFeedbackView) -> str:
    return url_for(".class_feedback", slug=view.batch.cohort.slug, key=view.batch.key)


@bp.post("/cohorts/<slug>/activities/<key>/class-feedback/draft")
@requires(policy.can_write_class_feedback, queries.class_feedback_visible_to)
def save_class_feedback(view: ClassFeedbackView) -> ResponseReturnValue:
    """Keep the text while it is written; answers in JSON."""
    no_store()
    form = ClassFeedbackForm()
    if not form.validate():
        reasons = [str(reason) for errors in form.errors.values() for reason in errors]
        return jsonify(reason=" ".join(reasons)), 422
    text = form.text.data or ""
    try:
        with unit_of_work() as work:
            row = actions.save_class_feedback(
                view.asked, text, version=sent_number("version"), actor=current_actor(), now=work.now
            )
            version, at = row.version, work.now
    except Conflict as conflict:
        return jsonify(reason=f"{conflict.message} Press Save to see both."), 409
    except RuleViolation as refused:
        return jsonify(reason=refused.message), 422
    return jsonify(
        saved=filters.clock(at, current_actor().zone),
        version=version,
        html={"preview": markdown.render(text, heading_from=actions.CLASS_HEADING_FROM)}
        if request.form.get("preview")
        else {},
    )
