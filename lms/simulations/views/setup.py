"""A run as it is set up: teams with their roles, worlds, rounds, phases, and everything that was done to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.simulations import actions, policy, queries
from lms.simulations.forms import ArrangeForm, ExtendAllForm
from lms.simulations.queries import RunView, run_visible_to
from lms.simulations.views import setup_page
from lms.simulations.views.blueprint import bp
from lms.simulations.views.index import shown
from lms.web.downloads import csv_file, xlsx_file
from lms.web.filters import plural
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store
from lms.web.words import refusal

Act = Callable[[RunView, ArrangeForm, dt.datetime], str]
"""Does one thing inside a unit of work, and says what came of it."""


@bp.get("/cohorts/<slug>/simulations/<public_id>/setup/")
@requires(policy.can_watch, run_visible_to)
def setup(run: RunView) -> ResponseReturnValue:
    """Show the run with what can be arranged."""
    return _page(run, ArrangeForm(formdata=None))


def _page(run: RunView, form: ArrangeForm) -> ResponseReturnValue:
    no_store()
    actor = current_actor()
    return render_template(
        "simulations/setup.html",
        page=setup_page.present(run, actor, clock.now(), may_run=policy.can_run(actor, run)),
        cohort=run.cohort,
        run=run,
        form=form,
    )


@bp.post("/cohorts/<slug>/simulations/<public_id>/setup/")
@requires(policy.can_run, run_visible_to)
def arrange(run: RunView) -> ResponseReturnValue:
    """Do one thing; where it is refused, what was typed stays."""
    form = ArrangeForm()
    act = ACTS.get(form.act.data or "")
    if form.validate_on_submit() and act is not None:
        try:
            with unit_of_work() as work:
                words = act(run, form, work.now)
        except RuleViolation as refused:
            form.refuse("", refusal(refused, current_actor().zone, clock.now()))
        except NotFound:
            form.refuse("", "That is not there any more, or was not chosen. Nothing was changed.")
        else:
            flash(words, "good")
            return redirect(url_for(".setup", slug=run.cohort.slug, public_id=run.public_id), code=303)
    elif act is None:
        form.refuse("", "Choose what to do. Nothing was changed.")
    return _page(run, form)


def _team(run: RunView, public_id: str) -> int:
    found = queries.run_team(run.id, public_id)
    if found is None:
        raise NotFound
    return found


def _lens(run: RunView, form: ArrangeForm, _now: dt.datetime) -> str:
    place_id = queries.run_place(run.id, form.member.data or "")
    if place_id is None:
        raise NotFound
    actions.set_lens(run.id, place_id, form.lens.data or "", actor=current_actor())
    return "The role is changed; whoever held it in the team has the other one now."


def _rename(run: RunView, form: ArrangeForm, _now: dt.datetime) -> str:
    team = actions.rename_team(
        run.id, _team(run, form.team.data or ""), form.name.data or "", actor=current_actor()
    )
    return f"The team is called “{team.name}” in this run."


def _rival(run: RunView, form: ArrangeForm, _now: dt.datetime) -> str:
    return f"{actions.add_rival(run.id, form.strategy.data or '', actor=current_actor()).name} competes."


def _no_rival(run: RunView, form: ArrangeForm, _now: dt.datetime) -> str:
    name = actions.remove_rival(run.id, _team(run, form.team.data or ""), actor=current_actor())
    return f"{name} does not compete."


def _merge(run: RunView, form: ArrangeForm, now: dt.datetime) -> str:
    into = actions.merge(
        run.id,
        _team(run, form.team.data or ""),
        _team(run, form.into.data or ""),
        form.reason.data or "",
        actor=current_actor(),
        now=now,
    )
    return f"They play on in {into.name}; a bot plays on for their team. It can be taken back until a round closes."


def _part(run: RunView, form: ArrangeForm, now: dt.datetime) -> str:
    team = actions.part(run.id, _team(run, form.team.data or ""), actor=current_actor(), now=now)
    return f"{team.name} plays for itself again."


def _assist(run: RunView, form: ArrangeForm, now: dt.datetime) -> str:
    actions.set_strategy(
        run.id,
        _team(run, form.team.data or ""),
        form.strategy.data or "",
        form.reason.data or "",
        actor=current_actor(),
        now=now,
    )
    if form.strategy.data:
        return "A bot decides for the team whenever it submits nothing. What it submits counts as before."
    return "No bot decides for the team any more."


def _practice(run: RunView, _form: ArrangeForm, now: dt.datetime) -> str:
    actions.begin_practice(run.id, actor=current_actor(), now=now)
    return "The practice has begun. Everybody is told their team, their role and the dates."


def _compete(run: RunView, _form: ArrangeForm, now: dt.datetime) -> str:
    actions.begin_competition(run.id, actor=current_actor(), now=now)
    return "The competition has begun in new worlds. Nothing of the practice is left in them."


def _debrief(run: RunView, _form: ArrangeForm, now: dt.datetime) -> str:
    actions.start_debrief(run.id, actor=current_actor(), now=now)
    return "The debrief is open: those who played see what was true."


def _end(run: RunView, _form: ArrangeForm, now: dt.datetime) -> str:
    actions.end_run(run.id, actor=current_actor(), now=now)
    return "The run is ended. Everything can still be read."


def _discard(run: RunView, form: ArrangeForm, now: dt.datetime) -> str:
    actions.discard_run(run.id, form.reason.data or "", actor=current_actor(), now=now)
    return "The run is discarded. It counted for nothing; its log stays."


ACTS: dict[str, Act] = {
    "lens": _lens,
    "rename": _rename,
    "rival": _rival,
    "no-rival": _no_rival,
    "merge": _merge,
    "part": _part,
    "assist": _assist,
    "practice": _practice,
    "compete": _compete,
    "debrief": _debrief,
    "end": _end,
    "discard": _discard,
}


@bp.get("/cohorts/<slug>/simulations/<public_id>/setup/roles.<any(csv, xlsx):ending>")
@requires(policy.can_watch, run_visible_to)
def roles_file(run: RunView, ending: str) -> ResponseReturnValue:
    """Everybody who plays, with team, world and role, as a table."""
    return (csv_file if ending == "csv" else xlsx_file)(
        f"{run.cohort.slug}-{run.engine}-teams",
        ("Team", "World", "Name", "Email", "Role", "Bot"),
        setup_page.role_rows(run),
    )


@bp.post("/cohorts/<slug>/simulations/extend/")
@requires(policy.can_run, cohort_visible_to)
def extend_all(cohort: CohortView) -> ResponseReturnValue:
    """Give every round of the cohort that is open now more time."""
    form = ExtendAllForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                moved = actions.extend_all(
                    cohort.id,
                    dt.timedelta(hours=form.hours.data),
                    form.why.data,
                    actor=current_actor(),
                    now=work.now,
                )
        except RuleViolation as refused:
            form.refuse("", refusal(refused, current_actor().zone, clock.now()))
        else:
            rounds = ", ".join(f"round {number} of {title}" for title, number in moved)
            flash(f"{plural(form.hours.data, 'more hour')} for {rounds}. Those who play are told.", "good")
            return redirect(url_for(".index", slug=cohort.slug), code=303)
    return shown(cohort, form)
