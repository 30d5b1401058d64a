"""Hiding a post with a reason, and showing it again."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from lms.community import actions, policy, queries
from lms.community.forms import HideForm
from lms.community.queries import Discussion
from lms.community.views.discussions import back, shown
from lms.community.views.frame import bp
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.web.guards import current_actor, requires


@bp.post("/cohorts/<slug>/discussions/<key>/moderation")
@requires(policy.can_moderate, queries.discussion_visible_to)
def moderate(discussion: Discussion) -> ResponseReturnValue:
    """Hide somebody's post with a reason, or show it again."""
    act, post = request.form.get("act", ""), request.form.get("post", "")
    if act == "hide":
        return _hide(discussion, post)
    if act != "restore":
        raise NotFound
    try:
        with unit_of_work() as work:
            actions.restore_in(discussion, post, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "bad")
    else:
        flash("The post is shown again.", "good")
    return redirect(back(discussion, post), code=303)


def _hide(discussion: Discussion, post: str) -> ResponseReturnValue:
    form = HideForm()
    if not form.validate():
        return shown(discussion, hide_form=form)
    try:
        with unit_of_work() as work:
            actions.hide_in(discussion, post, form.reason.data, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        form.refuse("reason", refused.message)
        return shown(discussion, hide_form=form)
    flash("The post is hidden, and its author is told why.", "good")
    return redirect(back(discussion, post), code=303)
