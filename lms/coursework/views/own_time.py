"""A learner's own extensions without a reason."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.coursework import actions, policy, queries
from lms.coursework.queries import Visit
from lms.coursework.views.frame import bp
from lms.web.filters import when
from lms.web.guards import current_actor, requires


@bp.post("/cohorts/<slug>/assignments/<key>/own-extension")
@requires(policy.can_work, queries.assignment_visible_to)
def take_own_extension(visit: Visit) -> ResponseReturnValue:
    """Take one of one's own extensions."""
    actor = current_actor()
    try:
        with unit_of_work() as work:
            until = actions.take_own(visit, actor=actor, now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
    else:
        flash(f"Your deadline is now {when(until, actor.zone, work.now)}. Nobody has to approve it.", "good")
    return _back(visit)


@bp.post("/cohorts/<slug>/assignments/<key>/own-extension/return")
@requires(policy.can_work, queries.assignment_visible_to)
def return_own_extension(visit: Visit) -> ResponseReturnValue:
    """Give it back, while the original deadline lies ahead."""
    try:
        with unit_of_work() as work:
            actions.give_back_own(visit, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
    else:
        flash("You gave the extension back; the original deadline holds again.", "good")
    return _back(visit)


def _back(visit: Visit) -> ResponseReturnValue:
    return redirect(url_for(".assignment", slug=visit.cohort.slug, key=visit.line.key), code=303)
