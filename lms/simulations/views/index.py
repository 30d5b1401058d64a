"""The simulations of a cohort: a learner's own games, and all runs for those who look after them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock
from lms.people.rules import Actor
from lms.simulations import policy, queries
from lms.simulations.forms import ExtendAllForm
from lms.simulations.queries import GameLine, RunLine, round_name
from lms.simulations.queries.runs import RoundLine
from lms.simulations.rules import Phase, RoundState, begun
from lms.simulations.views.blueprint import bp
from lms.web.filters import plural, when
from lms.web.guards import current_actor, requires
from lms.web.shapes import Tone

PHASES: dict[Phase, tuple[str, Tone]] = {
    Phase.SETTING_UP: ("Being set up", "warn"),
    Phase.PRACTICE: ("Practice", "info"),
    Phase.COMPETITION: ("Competition", "info"),
    Phase.DEBRIEF: ("Debrief", "good"),
    Phase.ENDED: ("Ended", ""),
    Phase.DISCARDED: ("Discarded", ""),
}
"""What a phase is called on pages, and how it looks."""
MARKED = (Phase.COMPETITION, Phase.DEBRIEF, Phase.ENDED)
"""Phases in which there are figures that become marks."""


@dataclass(frozen=True, slots=True)
class GameRow:
    """A game of the viewer's."""

    title: str
    team: str
    href: str
    phase: str
    tone: Tone
    round: str
    says: str
    """What matters of the round now, in words."""
    live: bool
    left: bool
    debrief_href: str = ""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in the list of those who look after it."""

    title: str
    href: str
    setup_href: str
    marks_href: str
    whose: str
    phase: str
    tone: Tone
    teams: str
    round: str
    says: str
    over: bool
    debrief_href: str = ""


@bp.get("/cohorts/<slug>/simulations/")
@requires(policy.can_see_games, cohort_visible_to)
def index(cohort: CohortView) -> ResponseReturnValue:
    """Show the games that the viewer plays, and, to those who watch, every run."""
    return shown(cohort, ExtendAllForm(formdata=None))


def shown(cohort: CohortView, form: ExtendAllForm) -> ResponseReturnValue:
    """The page, with what was typed for more time where that was refused."""
    now, actor = clock.now(), current_actor()
    watches = policy.can_watch(actor, cohort)
    lines = queries.run_lines(cohort, now) if watches else []
    return render_template(
        "simulations/index.html",
        cohort=cohort,
        games=[_game(cohort, line, actor, now) for line in queries.games_of(cohort.id, actor.person_id, now)],
        watches=watches,
        runs=[_run(line, actor, now) for line in lines],
        new_href=page("new_run", slug=cohort.slug) if policy.can_run(actor, cohort) else "",
        form=form,
        may_extend=policy.can_run(actor, cohort)
        and any(
            one.current and one.current.state is RoundState.OPEN and going(one.run.phase) for one in lines
        ),
    )


def going(phase: Phase) -> bool:
    """Whether rounds are played in a phase."""
    return phase in (Phase.PRACTICE, Phase.COMPETITION)


def page(name: str, **values: Any) -> str:
    """The address of a page of simulations; empty where there is no such page."""
    return url_for(f".{name}", **values) if f"simulations.{name}" in current_app.view_functions else ""


def round_words(line: RoundLine | None, zone: str, now: dt.datetime) -> str:
    """Where a round stands, with the instant that comes next."""
    if line is None:
        return ""
    return {
        RoundState.PLANNED: f"opens {when(line.opens_at, zone, now)}",
        RoundState.OPEN: f"open, closes {when(line.closes_at, zone, now)}",
        RoundState.FROZEN: "the clock is stopped",
        RoundState.DUE: "closed, being played",
        RoundState.CLOSED: f"results {when(line.results_at, zone, now)}",
        RoundState.PUBLISHED: "results are out",
    }[line.state]


def _game(cohort: CohortView, line: GameLine, actor: Actor, now: dt.datetime) -> GameRow:
    word, tone = PHASES[line.phase]
    current = line.current
    going_on = line.phase in (Phase.PRACTICE, Phase.COMPETITION) and line.left_at is None
    says = round_words(current, actor.zone, now) if going_on else ""
    if going_on and current and current.state is RoundState.OPEN:
        done = current.id in line.submitted
        says += "; your team has submitted" if done else "; your team has not submitted"
    if line.phase is Phase.DEBRIEF:
        says = "what was true can be looked at now"
    return GameRow(
        title=line.title,
        team=line.team_name,
        href=page("game", slug=cohort.slug, public_id=line.run_public_id, team=line.team_public_id)
        if line.left_at is None
        else "",
        phase=word,
        tone=tone,
        round=round_name(current) if current and going_on else "",
        says=says,
        live=going_on and current is not None and current.state is RoundState.OPEN,
        left=line.left_at is not None,
        debrief_href=page("debrief", slug=cohort.slug, public_id=line.run_public_id)
        if begun(line.phase) and line.left_at is None
        else "",
    )


def _run(line: RunLine, actor: Actor, now: dt.datetime) -> RunRow:
    word, tone = PHASES[line.run.phase]
    slug, public_id = line.run.cohort.slug, line.run.public_id
    setup_href = page("setup", slug=slug, public_id=public_id)
    console_href = page("console", slug=slug, public_id=public_id)
    beginning = line.run.phase is Phase.SETTING_UP
    current = line.current
    going_on = line.run.phase in (Phase.PRACTICE, Phase.COMPETITION)
    says = round_words(current, actor.zone, now) if going_on else ""
    if going_on and current and current.state in (RoundState.OPEN, RoundState.FROZEN):
        says += f"; {line.submitted} of {plural(line.teams, 'team')} submitted"
    people = plural(line.people, "person", "people")
    bots = f", {plural(line.bots, 'bot')}" if line.bots else ""
    return RunRow(
        title=line.run.title,
        href=(setup_href if beginning else console_href) or setup_href,
        setup_href=setup_href,
        marks_href=page("marks", slug=slug, public_id=public_id)
        if line.run.phase in MARKED and policy.can_see_marks(actor, line.run)
        else "",
        whose=f"section {line.section}" if line.section else "the whole cohort",
        phase=word,
        tone=tone,
        teams=f"{plural(line.teams, 'team')}, {people}{bots}",
        round=round_name(current) if current and going_on else "",
        says=says,
        over=line.run.phase in (Phase.ENDED, Phase.DISCARDED),
        debrief_href=page("debrief", slug=slug, public_id=public_id)
        if line.run.phase in (Phase.COMPETITION, Phase.DEBRIEF, Phase.ENDED)
        else "",
    )
