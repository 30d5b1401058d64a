"""A page for the room: the clock, who has submitted, what happened, and standings as far as teams may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.simulations import policy, queries, rules
from lms.simulations.queries import RunView
from lms.simulations.queries.console import running_round, servers_clock
from lms.simulations.queries.projector import RoomResult, RoomTeam, room_results, room_teams
from lms.simulations.queries.runs import RoundLine
from lms.simulations.rules import Phase, RoundState, Spot
from lms.simulations.views.blueprint import bp
from lms.simulations.views.console_page import kind_of
from lms.simulations.views.console_words import round_name
from lms.web import charts, requests
from lms.web.charts import Series
from lms.web.guards import current_actor, requires

REFRESH = 5
MAP = 360
"""Pixels that the map of the market is high."""


@dataclass(frozen=True)
class RoomPage:
    """What is on the wall."""

    round: RoundLine | None
    """Open, frozen or being played; else the next one."""
    live: bool
    worlds: tuple[int, ...]
    world: int
    teams: tuple[RoomTeam, ...]
    """Of all worlds, those that decide."""
    played: str
    """The round whose results are on the wall."""
    happened: tuple[str, str]
    expected: tuple[str, str]
    places: tuple[tuple[int, str, float | None], ...]
    chart: charts.Chart | None
    series: tuple[Series, ...]
    names: tuple[str, ...]
    spots: tuple[tuple[str, Spot], ...]
    plane: charts.Plane | None


@bp.get("/cohorts/<slug>/simulations/<public_id>/projector/")
@requires(policy.can_watch, queries.run_visible_to)
def projector(run: RunView) -> ResponseReturnValue:
    """Show a game to the room: nothing that a team in it may not see."""
    requests.no_store()
    now, actor = servers_clock(clock.now()), current_actor()
    page = _page(run, queries.rounds_of(run.id, now), request.args.get("world", ""))
    return render_template(
        "simulations/projector.html",
        run=run,
        cohort=run.cohort,
        page=page,
        refresh=REFRESH,
        map_height=MAP,
        round_name=round_name,
        zone=actor.zone,
        now=now,
    )


def _page(run: RunView, every: Sequence[RoundLine], wanted: str) -> RoomPage:
    rounds = [one for one in every if one.kind is kind_of(run)]
    here, _waits = running_round(rounds)
    playing = run.phase in (Phase.PRACTICE, Phase.COMPETITION)
    ahead = here or next((one for one in rounds if one.state is RoundState.PLANNED), None)
    teams = room_teams(run.id, kind_of(run), here.id if here else 0)
    worlds = tuple(sorted({team.world for team in teams}))
    asked = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else 0
    world = asked if asked in worlds else (worlds[0] if worlds else 0)
    results = room_results(run.id, kind_of(run), world)
    last = results[-1] if results else None
    named = {team.key: team.name for team in teams}
    places = _places(run, last, named)
    shown = [name for _, name, score in places if score is not None]
    series = tuple(
        Series(named[key], tuple(round(one.scores[key], 1) for one in results))
        for key in sorted(named)
        if named[key] in shown and all(key in one.scores for one in results)
    )
    names = tuple(str(one.number) for one in results)
    spots = tuple(
        (named.get(one.team, "A bot"), one) for one in rules.market_map(last.public if last else None)
    )
    return RoomPage(
        round=ahead if playing else None,
        live=playing and here is not None,
        worlds=worlds,
        world=world,
        teams=tuple(team for team in teams if team.people),
        played=round_name(kind_of(run), last.number) if last else "",
        happened=_words(last),
        expected=rules.expected(last.public if last else None),
        places=places,
        chart=charts.lines(series, names, height=320) if series and len(results) > 1 else None,
        series=series,
        names=names,
        spots=spots,
        plane=_plane(spots),
    )


def _words(last: RoomResult | None) -> tuple[str, str]:
    event = (last.event if last else None) or {}
    return str(event.get("title", "")), str(event.get("text", ""))


def _places(
    run: RunView, last: RoomResult | None, named: dict[str, str]
) -> tuple[tuple[int, str, float | None], ...]:
    """Places as the ranking shows them. The score of Six Quarters rests on what is hidden until the debrief."""
    if last is None:
        return ()
    told = run.engine == "market" or run.phase in (Phase.DEBRIEF, Phase.ENDED)
    return tuple(
        (rank, named[key], last.scores[key] if told else None)
        for rank, key in rules.shown_ranks(run.ranking, last.scores)
        if key in named
    )


def _plane(spots: Sequence[tuple[str, Spot]]) -> charts.Plane | None:
    if not spots:
        return None
    across = charts.scale(0, max(one.price for _, one in spots))
    up = charts.scale(0, max(one.sold for _, one in spots))
    return charts.plane(
        [(f"{name} {one.product}", one.price, one.sold, True) for name, one in spots],
        [(value, f"{value:g}") for value in across],
        [(value, f"{value:g}") for value in up],
        height=MAP,
        widths=(620, 1500),
        size=20,
    )
