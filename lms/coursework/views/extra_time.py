"""Giving somebody extra time for quizzes."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.coursework import actions, policy, queries
from lms.coursework.forms import ExtraTimeForm
from lms.coursework.queries import Extending
from lms.coursework.rules import CourseworkRefusal
from lms.coursework.rules.quiz import Extra
from lms.coursework.views.frame import bp
from lms.web.filters import plural
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store


@bp.route("/cohorts/<slug>/learners/<public_id>/extra-time", methods=["GET", "POST"])
@requires(policy.can_give_extra_time, queries.learner_visible_to)
def extra_time(learner: Extending) -> ResponseReturnValue:
    """Say how much longer a learner has for quizzes."""
    no_store()
    lines = queries.extra_lines(learner.place_id)
    present = lines[0].extra if lines else Extra()
    form = ExtraTimeForm(percent=present.percent, minutes=present.minutes, captions=present.captions)
    if form.validate_on_submit():
        extra = Extra(form.percent.data, form.minutes.data or 0, form.captions.data)
        try:
            with unit_of_work() as work:
                longer = actions.give_extra_time(
                    learner, extra, form.reason.data, actor=current_actor(), now=work.now
                )
        except RuleViolation as refused:
            form.refuse(
                "reason" if refused.reason is CourseworkRefusal.EXTRA_WHY else "percent", refused.message
            )
        else:
            flash(f"{learner.name}: extra time {extra.words}. {_longer(longer)}", "good")
            return redirect(
                url_for(".extra_time", slug=learner.cohort.slug, public_id=learner.public_id), code=303
            )
    return render_template(
        "coursework/extra_time.html",
        learner=learner,
        form=form,
        lines=lines,
        zone=current_actor().zone,
        now=clock.now(),
    )


def _longer(count: int) -> str:
    if not count:
        return "It holds from the next attempt on."
    return f"{plural(count, 'attempt')} that is going on lasts longer by it."
