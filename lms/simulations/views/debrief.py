"""The debrief: of the cohort, part by part as it is led, and of each team."""

from __future__ import annotations

import datetime as dt

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.simulations import actions, policy, queries
from lms.simulations.actions import NewBehaviour
from lms.simulations.queries import DebriefView, RunView, TeamView
from lms.simulations.rules import Act, Part
from lms.simulations.rules.debrief import parts_of
from lms.simulations.views import debrief_page
from lms.simulations.views.blueprint import bp
from lms.simulations.views.debrief_forms import BehaviourForm, LeadForm
from lms.web.guards import current_actor, requires
from lms.web.links import href
from lms.web.requests import no_store


@bp.get("/cohorts/<slug>/simulations/<public_id>/debrief/")
@requires(policy.can_see_debrief, queries.debrief_visible_to)
def debrief(view: DebriefView) -> ResponseReturnValue:
    """Show a part of the cohort's debrief."""
    return _cohort(view, BehaviourForm(formdata=None))


@bp.get("/cohorts/<slug>/simulations/<public_id>/teams/<team>/debrief/")
@requires(policy.can_see_debrief, queries.team_at)
def team_debrief(view: TeamView) -> ResponseReturnValue:
    """Show a part of a team's own debrief."""
    no_store()
    return render_template(
        "simulations/team_debrief.html",
        page=debrief_page.team_page(view, current_actor(), request.args),
        form=BehaviourForm(formdata=None),
        here=_here(view.run),
    )


@bp.post("/cohorts/<slug>/simulations/<public_id>/debrief/")
@requires(policy.can_run, queries.run_visible_to)
def lead_debrief(run: RunView) -> ResponseReturnValue:
    """Start the debrief, show a part to the room, or take it back."""
    form = LeadForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                flash(_led(run, form, work.now), "good")
        except RuleViolation as refused:
            flash(refused.message, "bad")
    else:
        flash("Nothing was changed: choose what to do from the page.", "bad")
    return redirect(href(".debrief", **_here(run), part=form.part.data or None), code=303)


@bp.post("/cohorts/<slug>/simulations/<public_id>/debrief/behaviour/")
@requires(policy.can_resolve, queries.debrief_visible_to)
def resolve(view: DebriefView) -> ResponseReturnValue:
    """Keep the one thing that a member will start or stop."""
    form = BehaviourForm()
    codes = curriculum.competency_names(view.cohort.version_id)
    if not form.validate_on_submit():
        return _cohort(view, form), 422
    try:
        with unit_of_work() as work:
            wanted = NewBehaviour(
                run_id=view.run.id,
                place_id=view.place_id or 0,
                act=Act(form.act.data),
                text=form.text.data or "",
                code=form.code.data or "",
                shared=bool(form.shared.data),
            )
            actions.resolve(wanted, frozenset(codes), now=work.now)
    except RuleViolation as refused:
        form.refuse("code", refused.message)
        return _cohort(view, form), 422
    flash("Kept. It is the beginning of your reflection.", "good")
    return redirect(href(".debrief", **_here(view.run), part=Part.AFTER.value), code=303)


def _cohort(view: DebriefView, form: BehaviourForm) -> str:
    no_store()
    query = {**request.args, **({"part": Part.AFTER.value} if request.method == "POST" else {})}
    page = debrief_page.cohort_page(view, current_actor(), query)
    if request.method == "GET" and page.mine is not None:
        form.act.data, form.text.data = page.mine.act.value, page.mine.text
        form.code.data, form.shared.data = page.mine.code, page.mine.shared
    form.code.choices = [("", "Choose"), *page.codes]
    return render_template("simulations/debrief.html", page=page, form=form, here=_here(view.run))


def _led(run: RunView, form: LeadForm, now: dt.datetime) -> str:
    actor, part = current_actor(), form.part.data or ""
    if form.act.data == "start":
        actions.start_debrief(run.id, actor=actor, now=now)
        return "The debrief has begun. Each team can read its own; the cohort's parts are shown as you show them."
    if form.act.data == "all":
        actions.reveal(run.id, tuple(parts_of(run.engine)), actor=actor, now=now)
        return "Everything is shown to the room."
    if form.act.data == "show":
        actions.reveal(run.id, (part,), actor=actor, now=now)
        return "This part is shown to the room."
    actions.conceal(run.id, part, actor=actor)
    return "This part is taken back from the room."


def _here(run: RunView) -> dict[str, str]:
    return {"slug": run.cohort.slug, "public_id": run.public_id}
