"""A new run: what it would be is shown first; nothing is written before somebody has looked at it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment.actions import NewTeam
from lms.enrolment.rules import TeamKind
from lms.simulations import actions, policy, queries, rules
from lms.simulations.actions import NewRun
from lms.simulations.engines.data import InvalidInput, Problem
from lms.simulations.engines.play import parameters as parameters_in
from lms.simulations.engines.play import shipped
from lms.simulations.forms import LONG_PARAMETERS, NewRunForm
from lms.simulations.queries import RunPlan, Sitting
from lms.simulations.rules import Game, Json, Ranking, RoundKind
from lms.simulations.views.blueprint import bp
from lms.web.filters import plural, when
from lms.web.guards import current_actor, requires
from lms.web.words import refusal

FORMED = "formed"
TEAMS = {"working": TeamKind.WORKING, "simulation": TeamKind.SIMULATION}
NAMES = ("Amber", "Basalt", "Copper", "Dune", "Ember", "Flint", "Granite", "Harbour", "Indigo", "Jasper", "Kestrel",
         "Lagoon", "Marble", "Nimbus", "Onyx", "Prism", "Quartz", "Ridge", "Summit", "Tundra", "Umber", "Vale",
         "Willow", "Zephyr")  # fmt: skip


@dataclass(frozen=True)
class PlanPage:
    """What would be made, in words."""

    title: str
    says: tuple[str, ...]
    teams: tuple[Sitting, ...]
    rounds: tuple[tuple[str, str, str], ...]
    """Name, opening, close."""
    warnings: tuple[str, ...]


@bp.route("/cohorts/<slug>/simulations/new/", methods=["GET", "POST"])
@requires(policy.can_run, cohort_visible_to)
def new_run(cohort: CohortView) -> ResponseReturnValue:
    """Choose what is played by whom; look at what it would be; make it."""
    form, now = NewRunForm(results_at=actions.RESULTS_AT), clock.now()
    form.offer(
        [(one.engine, one.title) for one in rules.games()],
        [(str(one.id), f"Section {one.name}") for one in cohorts.sections(cohort.id)],
        [
            ("working", "The working teams as they stand"),
            ("simulation", "The simulation teams as they stand"),
            (FORMED, "New teams, formed by the rules from those who sit in no simulation team"),
        ],
    )
    if request.method == "GET":
        form.engine.data = form.engine.data or rules.games()[0].engine
        form.teams.data = form.teams.data or "working"
        form.ranking.data = form.ranking.data or Ranking.HIDDEN.name
    plan, problems = None, []
    if form.validate_on_submit():
        try:
            plan, made = _looked_at(cohort, form, now)
        except InvalidInput as refused:
            problems = refused.problems
            form.refuse("parameters", f"{plural(len(problems), 'place')} to mend; they are named above.")
        except RuleViolation as refused:
            form.refuse("", refusal(refused, current_actor().zone, now))
        else:
            if made is not None:
                flash(f"{plan.title} is set up. No learner sees it before it begins.", "good")
                return redirect(url_for(".setup", slug=cohort.slug, public_id=made), code=303)
    return render_template(
        "simulations/new_run.html",
        cohort=cohort,
        form=form,
        plan=plan,
        problems=problems[:40],
        more=max(0, len(problems) - 40),
        teams_href=url_for("enrolment.teams", slug=cohort.slug),
    )


def _looked_at(cohort: CohortView, form: NewRunForm, now: dt.datetime) -> tuple[PlanPage, str | None]:
    """What would be made, and, where the person asked for that, the id of the run that was."""
    game = next(one for one in rules.games() if one.engine == form.engine.data)
    own = _own_parameters(form, game)
    parameters = game.checked(own or parameters_in(shipped(game.scenario)))
    section_id = int(form.section.data) if form.section.data else None
    new = form.teams.data == FORMED
    kind = TEAMS.get(form.teams.data, TeamKind.SIMULATION)
    sitting = (
        _formed(cohort, game.engine, section_id, now)
        if new
        else _standing(cohort, game.engine, kind, section_id, now)
    )
    title = form.title.data or game.title
    page = _in_words(title, queries.plan(cohort, game, parameters, section_id, sitting), now)
    wanted = NewRun(
        cohort_id=cohort.id,
        engine=game.engine,
        teams=kind,
        section_id=section_id,
        title=title,
        results_at=form.results_at.data,
        ranking=Ranking[form.ranking.data],
        parameters=own,
    )
    if request.form.get("step") != "make":
        actions.why_not_create(wanted, bool(sitting))
        return page, None
    with unit_of_work() as work:
        actor = current_actor()
        if new:
            teams = [NewTeam(name=one.name, place_ids=one.place_ids) for one in sitting]
            enrolment.form_teams(cohort.id, kind, teams, actor=actor, now=work.now)
        return page, actions.create_run(wanted, actor=actor, now=work.now).public_id


def _own_parameters(form: NewRunForm, game: Game) -> Json | None:
    """The parameters that were brought, on top of those that are shipped; None where none were.

    A file is put into the field, so that what was looked at is what is made. Raises InvalidInput.
    """
    file = form.file.data
    if file:
        raw = file.read(LONG_PARAMETERS + 1)
        if len(raw) > LONG_PARAMETERS:
            raise InvalidInput([Problem("", "the file has more than 100,000 characters")])
        try:
            form.parameters.data = raw.decode().replace("\x00", "")
        except UnicodeDecodeError:
            raise InvalidInput([Problem("", "the file is no text in UTF-8")]) from None
    text = form.parameters.data or ""
    if not text.strip():
        return None
    return parameters_in(shipped(game.scenario)) | read_yaml(text)


def read_yaml(text: str) -> dict[str, Any]:
    """A mapping as people write it. Raises InvalidInput with the line; anchors are refused, since they can multiply."""
    try:
        aliases = any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text))
        raw = None if aliases else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else ""
        raise InvalidInput([Problem(where, str(getattr(error, "problem", None) or "is no YAML"))]) from None
    if aliases:
        raise InvalidInput([Problem("", "anchors and aliases (& and *) are not read here: write it out")])
    if not isinstance(raw, dict):
        raise InvalidInput([Problem("", "is not a mapping of names to values")])
    return {str(key): value for key, value in raw.items() if key != "include"}


def _standing(
    cohort: CohortView, engine: str, kind: TeamKind, section_id: int | None, now: dt.datetime
) -> list[Sitting]:
    return [
        Sitting(
            line.name,
            tuple(one.place_id for one in line.members),
            tuple(one.name for one in line.members),
        )
        for line in queries.playing_teams(cohort.id, kind, section_id, now, engine=engine)
    ]


def _formed(cohort: CohortView, engine: str, section_id: int | None, now: dt.datetime) -> list[Sitting]:
    taken = queries.names_taken(cohort.id)
    return queries.formed(cohort, engine, section_id, _names(taken), now)


def _names(taken: set[str]) -> Iterator[str]:
    yield from (name for name in NAMES if name.lower() not in taken)
    yield from (name for number in range(1, 1000) if (name := f"Team {number}").lower() not in taken)


def _in_words(title: str, plan: RunPlan, now: dt.datetime) -> PlanPage:
    zone = current_actor().zone
    who = plural(sum(len(one.people) for one in plan.teams), "person", "people")
    bots = f", with {plural(plan.bots, 'bot')} to fill up" if plan.bots else ""
    counted = [one for one in plan.rounds if one[0] is RoundKind.ROUND]
    warnings = []
    if plan.odd:
        least, most = plan.sizes
        warnings.append(f"The game is made for {least} to {most} in a team; look at {', '.join(plan.odd)}.")
    if over := [number for _, number, _, closes in counted if closes <= now]:
        warnings.append(
            f"{'Round' if len(over) == 1 else 'Rounds'} {', '.join(map(str, over))} would be over already by the "
            "schedule, and would be played without anybody as soon as the competition begins. Move them first."
        )
    if not any(kind is RoundKind.PRACTICE for kind, *_ in plan.rounds):
        warnings.append("The schedule has no practice round, so the competition begins at once.")
    return PlanPage(
        title=title,
        says=(
            f"{plural(len(plan.teams), 'team')} with {who} in {plural(plan.worlds, 'world')}{bots}",
            f"{plural(len(counted), 'round')} by the schedule",
        ),
        teams=plan.teams,
        rounds=tuple(
            (
                "Practice round" if kind is RoundKind.PRACTICE else f"Round {number}",
                when(opens, zone, now),
                when(closes, zone, now),
            )
            for kind, number, opens, closes in plan.rounds
        ),
        warnings=tuple(warnings),
    )
