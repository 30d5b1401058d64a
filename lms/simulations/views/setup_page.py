"""The page of a run that is set up, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from lms.core.errors import RuleViolation
from lms.people.rules import Actor
from lms.simulations import queries
from lms.simulations.queries import RunView, SeatedLine, round_name
from lms.simulations.queries.console import acts_on, parameters_known
from lms.simulations.rules import Phase, RoundKind
from lms.simulations.views.console_words import event_titles, told
from lms.simulations.views.index import PHASES, page, round_words
from lms.web.filters import plural, when
from lms.web.shapes import Tone

LIVING = (Phase.SETTING_UP, Phase.PRACTICE, Phase.COMPETITION, Phase.DEBRIEF)
PLAYED = (Phase.PRACTICE, Phase.COMPETITION)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody in a team."""

    name: str
    public_id: str
    lens: str
    role: str


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team with who plays it."""

    public_id: str
    name: str
    world: str
    members: tuple[MemberRow, ...]
    bot: str
    """The strategy that decides, or helps out."""
    is_bot: bool
    merged: str
    """The team that its people play in now."""
    alone: bool
    """It is down to one member, or none."""
    href: str


@dataclass(frozen=True, slots=True)
class Step:
    """What can be done about the phase."""

    act: str
    label: str
    means: str
    solid: bool = False


@dataclass(frozen=True)
class SetupPage:
    """A run as whoever runs it arranges it."""

    title: str
    about: tuple[str, ...]
    phase: str
    tone: Tone
    may_run: bool
    living: bool
    steps: tuple[Step, ...]
    discards: bool
    teams: tuple[TeamRow, ...]
    lenses: tuple[tuple[str, str], ...]
    strategies: tuple[str, ...]
    may_add: bool
    rounds: tuple[tuple[str, str, str, str], ...]
    """Name, opening, close, where it stands."""
    trail: tuple[tuple[str, str, str, str], ...]
    """When, who, what, why."""
    console_href: str
    csv_href: str
    xlsx_href: str
    schedule_href: str
    pinned: str
    """Why nothing can be played here, where that is so."""


def present(run: RunView, actor: Actor, now: dt.datetime, *, may_run: bool) -> SetupPage:
    """Put a run into words."""
    zone, slug = actor.zone, run.cohort.slug
    teams = queries.teams_of(run.id)
    rounds = queries.rounds_of(run.id, now)
    lenses, strategies, pinned = _of_game(run)
    living = run.phase in LIVING and not pinned
    word, tone = PHASES[run.phase]
    people = [one for one in teams if one.team_id is not None and one.merged_into_id is None]
    bots = [one for one in teams if one.team_id is None]
    return SetupPage(
        title=run.title,
        about=(
            f"engine {run.engine} {run.engine_version}",
            f"parameters {run.fingerprint[:12]}",
            plural(len(people), "team"),
            plural(len(bots), "bot") if bots else "",
        ),
        phase=word,
        tone=tone,
        may_run=may_run,
        living=living,
        steps=_steps(run.phase, any(one.kind is RoundKind.PRACTICE for one in rounds)) if living else (),
        discards=run.phase in (Phase.SETTING_UP, Phase.PRACTICE),
        teams=tuple(_teams(run, teams, dict(lenses))),
        lenses=tuple(lenses),
        strategies=tuple(strategies),
        may_add=run.phase in (Phase.SETTING_UP, Phase.PRACTICE),
        rounds=tuple(
            (
                round_name(one),
                when(one.opens_at, zone, now),
                when(one.closes_at, zone, now),
                round_words(one, zone, now),
            )
            for one in rounds
        ),
        trail=tuple(_trail(run, {one.key: one.name for one in teams}, zone, now)),
        console_href=page("console", slug=slug, public_id=run.public_id),
        csv_href=url_for(".roles_file", slug=slug, public_id=run.public_id, ending="csv"),
        xlsx_href=url_for(".roles_file", slug=slug, public_id=run.public_id, ending="xlsx"),
        schedule_href=url_for("scheduling.plan", slug=slug),
        pinned=pinned,
    )


def role_rows(run: RunView) -> list[tuple[str, ...]]:
    """Team, world, name, address, role and bot of everybody who plays."""
    lenses = dict(_of_game(run)[0])
    teams = queries.teams_of(run.id)
    worlds = _worlds(run)
    members = queries.member_lines(run.id)
    rows: list[tuple[str, ...]] = []
    for team in teams:
        mine = [one for one in members if one.team_id == team.id]
        rows += [
            (team.name, worlds.get(team.id, ""), one.name, one.email, lenses.get(one.lens, ""), team.strategy)
            for one in mine
        ]
        if not mine:
            rows.append((team.name, worlds.get(team.id, ""), "", "", "", team.strategy))
    return rows


def _of_game(run: RunView) -> tuple[list[tuple[str, str]], list[str], str]:
    """Roles, bots, and why this installation cannot play the run, where that is so."""
    row = queries.run_row(run.id)
    try:
        game = queries.game_of(row)
    except RuleViolation as refused:
        return [], [], refused.message
    lenses = [(key, title) for key, title, _ in game.lenses(queries.parameters_of(row))]
    return lenses, list(game.strategies()), ""


def _worlds(run: RunView) -> Mapping[int, str]:
    """Team → the world it plays in: of the competition, where that has begun."""
    found: dict[int, str] = {}
    for world in queries.worlds_of(run.id):
        for team_id in world.team_ids.values():
            label = (
                f"practice world {world.number}"
                if world.kind is RoundKind.PRACTICE
                else f"world {world.number}"
            )
            if world.kind is RoundKind.ROUND or team_id not in found:
                found[team_id] = label
    return found


def _teams(run: RunView, teams: list[Any], lenses: Mapping[str, str]) -> list[TeamRow]:
    worlds, names = _worlds(run), {one.id: one.name for one in teams}
    members: dict[int, list[SeatedLine]] = {}
    for one in queries.member_lines(run.id):
        members.setdefault(one.team_id, []).append(one)
    return [
        TeamRow(
            public_id=team.public_id,
            name=team.name,
            world=worlds.get(team.id, ""),
            members=tuple(
                MemberRow(one.name, one.public_id, one.lens, lenses.get(one.lens, "no role"))
                for one in members.get(team.id, ())
            ),
            bot=team.strategy,
            is_bot=team.team_id is None,
            merged=names.get(team.merged_into_id, "") if team.merged_into_id else "",
            alone=run.phase in PLAYED
            and team.team_id is not None
            and team.merged_into_id is None
            and len(members.get(team.id, ())) <= 1,
            href=page("game", slug=run.cohort.slug, public_id=run.public_id, team=team.public_id)
            if team.team_id is not None and run.phase is not Phase.SETTING_UP
            else "",
        )
        for team in teams
    ]


def _steps(phase: Phase, practises: bool) -> tuple[Step, ...]:
    practice = Step(
        "practice",
        "Let the practice begin",
        "Everybody is told their team, their role and the dates. The practice counts for nothing and is played in "
        "worlds of its own.",
        solid=True,
    )
    compete = Step(
        "compete",
        "Let the competition begin",
        "New worlds stand, and nothing of the practice is left in them. From now on the run cannot be discarded, and "
        "its rounds count.",
        solid=phase is Phase.PRACTICE or not practises,
    )
    return {
        Phase.SETTING_UP: (practice, compete) if practises else (compete,),
        Phase.PRACTICE: (compete,),
        Phase.COMPETITION: (
            Step(
                "debrief",
                "Open the debrief",
                "Those who played see what was true, and what the others decided. All rounds have to be published. It "
                "cannot be taken back: what was seen was seen.",
            ),
        ),
        Phase.DEBRIEF: (
            Step("end", "End the run", "Nothing changes any more; everything can still be read."),
        ),
    }.get(phase, ())


def _trail(
    run: RunView, names: Mapping[str, str], zone: str, now: dt.datetime
) -> list[tuple[str, str, str, str]]:
    """What was done, in the console's words; `names`: of teams, by key."""
    titles = event_titles(parameters_known(run.id, run.fingerprint))
    lines = [told(act, zone, now, titles, names) for act in acts_on(run.id)]
    return [(when(one.at, zone, now), one.by, one.title, one.words) for one in lines]
