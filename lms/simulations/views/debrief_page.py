"""What the pages of a debrief show: the part that is asked for, made into pictures, tables and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from lms.curriculum import queries as curriculum
from lms.curriculum.rules import endpoint_of
from lms.people.rules import Actor
from lms.simulations import policy, queries, rules
from lms.simulations.engines.data import InvalidInput
from lms.simulations.queries import DebriefView, Resolve, RunView, TeamView, WorldTold
from lms.simulations.rules import Part, Phase
from lms.simulations.rules.debrief import (
    TITLES,
    Block,
    Grid,
    Picture,
    Swapped,
    Swapping,
    Teller,
    Told,
    parts_of,
    parts_seen,
    ranked,
)
from lms.simulations.views.debrief_parts import Asked, teller_for, told
from lms.web import charts
from lms.web.charts import Chart, Series
from lms.web.links import href
from lms.web.shapes import Tab

SHEET = "sheet"
"""What a form calls the whole sheet."""
NAMES = {
    "value": "The other value",
    "round": "The round",
    "team": "This team",
    "what": "The choice",
    "source": "The round it is taken from",
}
"""Fields of the form, as a refusal calls them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A block as a template takes it; one of the three is there."""

    picture: Picture | None = None
    chart: Chart | None = None
    series: tuple[Series, ...] = ()
    grid: Grid | None = None
    told: Told | None = None


BESIDE = {True: 4, False: 2}
"""Teams of Six Quarters side by side on one page, for whoever watches and for learners: each has twelve curves."""


@dataclass(frozen=True)
class SwapForm:
    """“Swap one choice”: what may be chosen, what was asked, what became of it."""

    market: bool
    teams: tuple[tuple[str, str], ...]
    choices: tuple[tuple[str, str], ...]
    rounds: tuple[int, ...]
    asked: Mapping[str, str]
    problems: tuple[str, ...] = ()
    found: Swapped | None = None
    blocks: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class DebriefPage:
    """One part of a debrief."""

    run: RunView
    title: str
    whose: str
    part: Part | None
    heading: str
    lede: str
    blocks: tuple[Shown, ...]
    parts: tuple[Tab, ...]
    rounds: tuple[Tab, ...] = ()
    worlds: tuple[Tab, ...] = ()
    some: tuple[Tab, ...] = ()
    """Where teams side by side do not fit on one page: some of them at a time."""
    teams: tuple[tuple[str, str], ...] = ()
    """Name and address of each team's own page, for those who watch."""
    swap: SwapForm | None = None
    leading: bool = False
    """May show parts to the room and take them back now."""
    preview: bool = False
    """Those who played cannot read it yet."""
    may_start: bool = False
    shown: bool = False
    """This part is shown to the room."""
    all_shown: bool = False
    room_href: str = ""
    team_href: str = ""
    pdf_href: str = ""
    files: tuple[tuple[str, str], ...] = ()
    resolves: tuple[Resolve, ...] = ()
    mine: Resolve | None = None
    may_resolve: bool = False
    codes: tuple[tuple[str, str], ...] = ()
    reflection: tuple[str, str] | None = None
    """Title and address of the reflection to hand in."""
    resolve_href: str = ""
    here_href: str = ""
    own_page: bool = False
    """Of one team."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """What addresses of this page carry along."""


def cohort_page(view: DebriefView, actor: Actor, query: Mapping[str, str]) -> DebriefPage:
    """A part of the cohort's debrief."""
    run = view.run
    watching = policy.can_watch(actor, view) and query.get("room") != "1"
    shown = queries.revealed(run.id)
    parts = parts_seen(run.engine, run.phase, shown, watching=watching)
    part = _part(query.get("part"), parts)
    worlds = queries.worlds_told(run.id)
    world = _world(worlds, query.get("world"), view.team_id, watching=policy.can_watch(actor, view))
    if part is None or world is None:
        return DebriefPage(run, f"Debrief: {run.title}", run.cohort.name, None, "", "", (), ())
    played = queries.played_in(world.id, published=not watching)
    teller = teller_for(run, world, played, (part,))
    keys = tuple(one.key for one in world.teams)
    people = tuple(one.key for one in world.teams if not one.bot)
    own = view.team_key
    scored = frozenset(keys) if watching else ranked(teller.scores, run.ranking, own)
    number = _number(query.get("round"), teller.rounds)
    of = people if part in (Part.TIMELINE, Part.TURNING, Part.MAP, Part.SCORES, Part.QUESTIONS) else keys
    at_once = BESIDE[watching] if run.engine == "leadership" and part is Part.COMPARE else len(of)
    groups = [of[at : at + at_once] for at in range(0, len(of), at_once or 1)] or [of]
    group = min(_number(query.get("some"), len(groups)), len(groups)) - 1
    section = told(teller, Asked(part, groups[group], scored, own, number))
    here = {"slug": run.cohort.slug, "public_id": run.public_id}
    beside = {
        **({"world": str(world.number)} if len(worlds) > 1 else {}),
        **({"room": "1"} if query.get("room") == "1" else {}),
    }
    names = {one.key: one.name for one in world.teams}
    leads = watching and policy.can_run(actor, view)
    return DebriefPage(
        run=run,
        title=f"Debrief: {run.title}",
        whose=run.cohort.name,
        beside=beside,
        here_href=href(".debrief", **here),
        part=part,
        heading=section.title,
        lede=section.lede,
        blocks=tuple(shape(block) for block in section.blocks),
        parts=tuple(
            Tab(TITLES[one], href(".debrief", **here, **beside, part=one.value), current=one is part)
            for one in parts
        ),
        rounds=_rounds(part, teller.rounds, number, ".debrief", {**here, **beside}),
        worlds=tuple(
            Tab(
                f"World {one.number}",
                href(".debrief", **here, part=part.value, world=one.number),
                current=one is world,
            )
            for one in worlds
        )
        if watching and len(worlds) > 1
        else (),
        some=_some(groups, group, names, {**here, **beside, "part": part.value}),
        teams=tuple(
            (one.name, href(".team_debrief", **here, team=one.public_id))
            for one in world.teams
            if not one.bot
        )
        if watching
        else (),
        swap=_swap(teller, run, [(key, names[key]) for key in people], query)
        if watching and part is Part.TURNING
        else None,
        leading=leads and run.phase is Phase.DEBRIEF,
        preview=watching and not rules.begun(run.phase),
        may_start=leads and run.phase is Phase.COMPETITION,
        shown=part in shown or run.phase is Phase.ENDED,
        all_shown=set(parts_of(run.engine)) - {Part.AFTER} <= shown,
        room_href=href(".debrief", **here, room=1) if leads and rules.begun(run.phase) else "",
        team_href=href(".team_debrief", **here, team=view.team_public_id) if view.own else "",
        pdf_href=href(".export", **here, file="debrief.pdf"),
        files=_files(".export", here, ("decisions.csv", "results.csv", "log.csv", "everything.xlsx"))
        if policy.can_watch(actor, view)
        else _files(".export", here, ("decisions.csv", "results.csv")),
        **_after(part, view.run, view.place_id, None),
    )


def team_page(view: TeamView, actor: Actor, query: Mapping[str, str]) -> DebriefPage:
    """A part of a team's own debrief."""
    run, team = view.run, view
    watching = policy.can_watch(actor, view)
    parts = parts_of(run.engine)
    part = _part(query.get("part"), parts) or Part.TIMELINE
    world = next(
        (one for one in queries.worlds_told(run.id) if team.key in {it.key for it in one.teams}), None
    )
    if world is None:
        return DebriefPage(run, f"Debrief: {run.title}", team.name, None, "", "", (), ())
    played = queries.played_in(world.id, published=not watching)
    teller = teller_for(run, world, played, (part,))
    number = _number(query.get("round"), teller.rounds)
    section = told(teller, Asked(part, (team.key,), frozenset({team.key}), team.key, number))
    here = {"slug": run.cohort.slug, "public_id": run.public_id, "team": team.public_id}
    return DebriefPage(
        run=run,
        title=f"{team.name}: debrief",
        whose=run.title,
        own_page=True,
        here_href=href(".team_debrief", **here),
        part=part,
        heading=section.title,
        lede=section.lede,
        blocks=tuple(shape(block) for block in section.blocks),
        parts=tuple(
            Tab(TITLES[one], href(".team_debrief", **here, part=one.value), current=one is part)
            for one in parts
        ),
        rounds=_rounds(part, teller.rounds, number, ".team_debrief", here),
        swap=_swap(teller, run, [(team.key, team.name)], query) if part is Part.TURNING else None,
        preview=watching and not rules.begun(run.phase),
        pdf_href=href(".team_export", **here, file="debrief.pdf"),
        files=_files(".team_export", here, ("decisions.csv", "results.csv", "log.csv", "everything.xlsx")),
        **_after(part, run, team.place_id, team.team_id),
    )


def _after(part: Part, run: RunView, place_id: int | None, team_id: int | None) -> dict[str, Any]:
    """What the last part has beside the teller's: resolves, the reflection, the codes."""
    if part is not Part.AFTER:
        return {}
    found = queries.resolves_of(run.id)
    mine = next((one for one in found if one.place_id == place_id), None)
    room = [one for one in found if one.shared and (team_id is None or one.team_id == team_id)]
    names = curriculum.competency_names(run.cohort.version_id)
    prefix = rules.game(run.engine, run.engine_version).prefix
    activity = curriculum.outline(run.cohort.version_id).by_key.get(f"{prefix}-f")
    reflection = None
    if activity is not None and endpoint_of(activity.kind.value) in current_app.view_functions:
        where = href(endpoint_of(activity.kind.value), slug=run.cohort.slug, key=activity.key)
        reflection = (activity.title, where if place_id is not None else "")
    return {
        "resolves": tuple(room),
        "mine": mine,
        "may_resolve": place_id is not None and rules.begun(run.phase),
        "codes": tuple((code, f"{code} {name}") for code, name in names.items()),
        "reflection": reflection,
        "resolve_href": href(".resolve", slug=run.cohort.slug, public_id=run.public_id),
    }


def _files(endpoint: str, here: Mapping[str, str], names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, href(endpoint, **here, file=name)) for name in names)


def _part(asked: str | None, parts: Sequence[Part]) -> Part | None:
    return next((part for part in parts if part == asked), parts[0] if parts else None)


def _number(asked: str | None, rounds: int) -> int:
    """The round that is asked for; the first where none is, or another than was played."""
    number = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
    return number if 1 <= number <= rounds else min(1, rounds)


def _rounds(part: Part, rounds: int, number: int, endpoint: str, here: Mapping[str, str]) -> tuple[Tab, ...]:
    if part is not Part.TIMELINE:
        return ()
    return tuple(
        Tab(f"Round {one}", href(endpoint, **here, part=part.value, round=one), current=one == number)
        for one in range(1, rounds + 1)
    )


def _world(
    worlds: Sequence[WorldTold], asked: str | None, team_id: int | None, *, watching: bool
) -> WorldTold | None:
    """The world that is asked for; of those who only played, the one they played in."""
    if not watching:
        return next((one for one in worlds if team_id in {it.id for it in one.teams}), None)
    return next((one for one in worlds if str(one.number) == asked), worlds[0] if worlds else None)


# Blocks and the form ------------------------------------------------------------------------------------------------


def shape(block: Block) -> Shown:
    """A block with its geometry."""
    if isinstance(block, Picture):
        series = tuple(Series(line.label, line.values, line.mine) for line in block.lines)
        return Shown(picture=block, chart=charts.lines(series, block.names, height=150), series=series)
    if isinstance(block, Grid):
        return Shown(grid=block)
    return Shown(told=block)


def _swap(
    teller: Teller, run: RunView, teams: Sequence[tuple[str, str]], query: Mapping[str, str]
) -> SwapForm | None:
    if not teams or not teller.rounds:
        return None
    asked = {name: query.get(name, "") for name in ("team", "round", "what", "value", "source")}
    key = asked["team"] if asked["team"] in dict(teams) else teams[0][0]
    choices = tuple((place or SHEET, words) for place, words in teller.choices(key))
    problems: tuple[str, ...] = ()
    found = None
    if asked["what"]:
        try:
            found = teller.swap(_swapping(asked, key, market=run.engine == "market"))
        except InvalidInput as refused:
            problems = tuple(sentence(one.place, one.says) for one in refused.problems[:4])
    return SwapForm(
        market=run.engine == "market",
        teams=tuple(teams),
        choices=choices,
        rounds=tuple(range(1, teller.rounds + 1)),
        asked={**asked, "team": key},
        problems=problems,
        found=found,
        blocks=tuple(shape(block) for block in found.blocks) if found else (),
    )


def _swapping(asked: Mapping[str, str], key: str, *, market: bool) -> Swapping:
    what = "" if asked["what"] == SHEET else asked["what"]
    number = int(asked["round"]) if asked["round"].isdecimal() and len(asked["round"]) < 4 else 0
    source = int(asked["source"]) if asked["source"].isdecimal() and len(asked["source"]) < 4 else None
    value = asked["value"].strip()[:40]
    return Swapping(key, number if market else 0, what, "" if source else value, source if market else None)


def sentence(place: str, says: str) -> str:
    """A refusal of an engine as a sentence."""
    last = place.rsplit(".", 1)[-1]
    head = NAMES.get(place) or NAMES.get(last) or f"“{last}”"
    return f"{head}: {says}."


def _some(
    groups: Sequence[Sequence[str]], current: int, names: Mapping[str, str], values: Mapping[str, str]
) -> tuple[Tab, ...]:
    """The groups of teams that are looked at one after the other; none where all fit."""
    if len(groups) < 2:
        return ()
    return tuple(
        Tab(
            ", ".join(names[key] for key in keys),
            href(".debrief", **values, some=at + 1),
            current=at == current,
        )
        for at, keys in enumerate(groups)
    )
