"""The console of whoever runs a game: one page for all teams, acts on rounds with a reason, notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.people.rules import Actor
from lms.scheduling.rules import wall_instant
from lms.simulations import actions, policy, queries
from lms.simulations.forms.steering import DRAWN, NONE, SAME, NoteForm, SteerForm
from lms.simulations.queries import RunView
from lms.simulations.queries.console import servers_clock
from lms.simulations.queries.runs import RoundLine
from lms.simulations.rules import Ranking, RunRefusal
from lms.simulations.views.blueprint import bp
from lms.simulations.views.console_page import ConsolePage, console_page
from lms.simulations.views.console_words import round_name
from lms.web import requests
from lms.web.guards import current_actor, requires
from lms.web.links import href
from lms.web.words import refusal

REFRESH = 10
DONE = {
    "extend": "Extended. Everybody who plays is told.",
    "freeze": "Frozen: nobody can write, and the round does not close. Everybody who plays is told.",
    "resume": "The round goes on.",
    "close": "Closed. The worlds are being played.",
    "reopen": "Open again. Its results are superseded, and everybody who plays is told.",
    "play_again": "The worlds are being played again from the same sheets. The earlier results are kept, superseded.",
    "publish": "The results are shown now.",
    "ask_again": "Asked again.",
    "event": "Kept. Teams see it when the round has been played.",
    "ranking": "Kept.",
    "strategy": "Kept. The score of a round says whether a bot decided.",
}
ALARMS = {
    "NOT_PINNED": "The engine of this run is not installed",
    "GIVEN_UP": "A world was not played",
    "BEHIND": "The round has not been played",
    "WAITS": "The next round waits",
}
LONGEST = dt.timedelta(days=366)
MOST_MINUTES = 60 * 24 * 7


def place(endpoint: str, **values: str) -> str:
    """The address of a page of this domain, or nothing where this installation has no such page."""
    return href(endpoint, **values) if endpoint in current_app.view_functions else ""


@bp.get("/cohorts/<slug>/simulations/<public_id>/")
@requires(policy.can_watch, queries.run_visible_to)
def console(run: RunView) -> ResponseReturnValue:
    """Show a run: the clock, every team at a glance, standings, notes and history, with the acts of who runs it."""
    return _shown(run), 200


@bp.post("/cohorts/<slug>/simulations/<public_id>/acts/")
@requires(policy.can_run, queries.run_visible_to)
def steer(run: RunView) -> ResponseReturnValue:
    """Carry out one act on a round, a team or the run."""
    form, actor = SteerForm(), current_actor()
    act = str(form.act.data or "")
    doing = ACTS.get(act)
    if doing is None:
        raise NotFound
    if not form.validate_on_submit():
        words = " ".join(str(each) for errors in form.errors.values() for each in errors)
        return _shown(run, tried=form, refused=words), 422
    try:
        with unit_of_work() as work:
            actions.unchanged(run.id, form.seen)
            doing(run, form, actor, work.now)
    except RuleViolation as no:
        return _shown(run, tried=form, refused=refusal(no, actor.zone, clock.now())), 422
    flash(DONE[act], "good")
    return redirect(url_for(".console", slug=run.cohort.slug, public_id=run.public_id), code=303)


@bp.post("/cohorts/<slug>/simulations/<public_id>/notes/")
@requires(policy.can_run, queries.run_visible_to)
def keep_note(run: RunView) -> ResponseReturnValue:
    """Keep a note, change one's own, or take it away."""
    form, actor = NoteForm(), current_actor()
    if not form.validate_on_submit():
        words = " ".join(str(each) for errors in form.errors.values() for each in errors)
        return _shown(run, noted=form, refused=words), 422
    note, text = str(form.note.data or ""), form.text.data or ""
    try:
        with unit_of_work() as work:
            if not note:
                round_, team = _round(run, form.round.data), _team(run, form.team.data)
                actions.note(run.id, text, round_id=round_, team_id=team, actor=actor, now=work.now)
            elif form.act.data == "delete":
                actions.delete_note(run.id, note, actor=actor, now=work.now)
            else:
                actions.edit_note(run.id, note, text, actor=actor)
    except RuleViolation as no:
        return _shown(run, noted=form, refused=no.message), 422
    flash("The note is taken away." if note and form.act.data == "delete" else "Noted.", "good")
    back = url_for(".console", slug=run.cohort.slug, public_id=run.public_id)
    return redirect(f"{back}#notes", code=303)


def _shown(
    run: RunView, *, tried: SteerForm | None = None, noted: NoteForm | None = None, refused: str = ""
) -> str:
    requests.no_store()
    actor, now = current_actor(), servers_clock(clock.now())
    page = console_page(run, actor, now)
    runs = policy.can_run(actor, run)
    tried = tried or SteerForm(formdata=None)
    _fill(tried, noted := noted or NoteForm(formdata=None), run, page)
    return render_template(
        "simulations/console.html",
        run=run,
        cohort=run.cohort,
        page=page,
        runs=runs,
        tried=tried,
        noted=noted,
        refused=refused,
        ways=_ways(run),
        refresh=REFRESH if page.running else 0,
        person_id=actor.person_id,
        round_name=round_name,
        alarm_titles=ALARMS,
        zone=actor.zone,
        now=now,
    )


def _fill(form: SteerForm, noted: NoteForm, run: RunView, page: ConsolePage) -> None:
    """Give choices to the fields; what was chosen stays."""
    people = [row.line for box in page.worlds for row in box.rows if row.line.people and not row.line.ended]
    form.event.choices = [(DRAWN, "Drawn by the seed"), (NONE, "Nothing"), *page.events]
    form.team.choices = [(one.public_id, one.name) for one in people]
    form.strategy.choices = [("", "No bot"), *((one, one) for one in page.strategies)]
    noted.round.choices = [("", "The whole game")] + [
        (one.public_id, round_name(one.kind, one.number)) for one in page.rounds
    ]
    noted.team.choices = [("", "All teams"), *((one.public_id, one.name) for one in people)]
    form.version.data = str(run.version)
    if form.ranking.data is None:
        form.ranking.data = run.ranking.value


def _ways(run: RunView) -> dict[str, str]:
    """Where the pages beside this one are, as far as there are any."""
    at = {"slug": run.cohort.slug, "public_id": run.public_id}
    return {
        "all": place("simulations.index", slug=run.cohort.slug),
        "setup": place("simulations.setup", **at),
        "projector": place("simulations.projector", **at),
        "debrief": place("simulations.debrief", **at),
    }


# The acts -----------------------------------------------------------------------------------------------------------


def _rounds(run: RunView) -> list[RoundLine]:
    return queries.rounds_of(run.id, clock.now())


def _round(run: RunView, public_id: Any) -> int | None:
    """The id of a round of the run; None where none is named."""
    if not public_id:
        return None
    found = next((one.id for one in _rounds(run) if one.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def _the_round(run: RunView, form: SteerForm) -> int:
    found = _round(run, form.round.data)
    if found is None:
        raise NotFound
    return found


def _team(run: RunView, public_id: Any) -> int | None:
    if not public_id:
        return None
    found = next((one.id for one in queries.teams_of(run.id) if one.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def _until(run: RunView, form: SteerForm, since: dt.datetime) -> dt.datetime:
    """The new end that was asked for: a day and time in the cohort's zone, or so long after `since`."""
    if form.on.data is not None:
        instant = _wall(form, run.cohort.zone)
        if instant is None or instant > since + LONGEST:
            raise RuleViolation(RunRefusal.NO_SUCH_TIME, zone=run.cohort.zone)
        return instant
    text = str(form.minutes.data or "")
    minutes = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= minutes <= MOST_MINUTES:
        raise RuleViolation(RunRefusal.NO_SUCH_TIME, zone=run.cohort.zone)
    return since + dt.timedelta(minutes=minutes)


def _wall(form: SteerForm, zone: str) -> dt.datetime | None:
    if form.on.data is None or form.time.data is None:
        return None
    try:
        return wall_instant(form.on.data, form.time.data, zone)
    except OverflowError:  # the first and the last day that there are
        return None


def _event(form: SteerForm) -> dict[str, Any] | None:
    chosen = str(form.event.data or "")
    if chosen in ("", SAME):
        return None
    return {"drawn": True} if chosen == DRAWN else {} if chosen == NONE else {"key": chosen}


def _meant(form: SteerForm) -> None:
    if not form.meant.data:
        raise RuleViolation(RunRefusal.NOT_MEANT)


def _extend(run: RunView, form: SteerForm, actor: Actor, now: dt.datetime) -> None:
    round_id = _the_round(run, form)
    closes_at = next(one.closes_at for one in _rounds(run) if one.id == round_id)
    until = _until(run, form, max(closes_at, now))
    actions.extend(run.id, round_id, until, form.reason.data or "", actor=actor, now=now)


def _freeze(run: RunView, form: SteerForm, actor: Actor, now: dt.datetime) -> None:
    actions.freeze(run.id, _the_round(run, form), form.reason.data or "", actor=actor, now=now)


def _resume(run: RunView, form: SteerForm, actor: Actor, now: dt.datetime) -> None:
    actions.resume(run.id, _the_round(run, form), form.reason.data or "", actor=actor, now=now)


def _close(run: RunView, form: SteerForm, actor: Actor, now: dt.datetime) -> None:
    _meant(form)
    actions.close_now(run.id, _the_round(run, form), form.reason.data or "", actor=actor, now=now)


def _reopen(run: RunView, form: SteerForm, actor: Actor, now: dt.datetime) -> None:
    _meant(form)
    until = _until(run, form, now)
    actions.reopen(run.id, _the_round(run, form), until, form.reason.data or "", actor=actor, now=now)


def _play_again(run: RunView, form: SteerForm, actor: Actor, now: dt.datetime) -> None:
    _meant(form)
    actions.play_again(
        run.id, _the_round(run, form), form.reason.data or "", event=_event(form), actor=actor, now=now
    )


def _publish(run: RunView, form: SteerForm, actor: Actor, now: dt.datetime) -> None:
    actions.publish_now(run.id, _the_round(run, form), actor=actor, now=now)


def _ask_again(run: RunView, form: SteerForm, actor: Actor, now: dt.datetime) -> None:
    actions.ask_again(run.id, _the_round(run, form), actor=actor, now=now)


def _set_event(run: RunView, form: SteerForm, actor: Actor, _now: dt.datetime) -> None:
    event = _event(form)
    if event is None:
        raise RuleViolation(RunRefusal.NO_EVENT)
    actions.set_event(run.id, _the_round(run, form), event, form.reason.data or "", actor=actor)


def _ranking(run: RunView, form: SteerForm, actor: Actor, _now: dt.datetime) -> None:
    try:
        chosen = Ranking(form.ranking.data)
    except ValueError:
        raise NotFound from None
    actions.set_ranking(run.id, chosen, actor=actor)


def _strategy(run: RunView, form: SteerForm, actor: Actor, now: dt.datetime) -> None:
    team_id = _team(run, form.team.data)
    if team_id is None:
        raise NotFound
    actions.set_strategy(
        run.id, team_id, str(form.strategy.data or ""), form.reason.data or "", actor=actor, now=now
    )


ACTS: dict[str, Callable[[RunView, SteerForm, Actor, dt.datetime], None]] = {
    "extend": _extend,
    "freeze": _freeze,
    "resume": _resume,
    "close": _close,
    "reopen": _reopen,
    "play_again": _play_again,
    "publish": _publish,
    "ask_again": _ask_again,
    "event": _set_event,
    "ranking": _ranking,
    "strategy": _strategy,
}
