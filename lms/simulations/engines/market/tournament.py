"""Tournaments of bots: does one way of playing beat all, does nonsense pay, is the best amount of everything inside?

A *mixed* tournament draws five different bots for every world; an *invasion* lets one bot play against four of another
kind; *variants* of one bot play the same worlds. Worlds are numbered: the same numbers give the same tables.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.simulations.engines import draws
from lms.simulations.engines.market.bots import Strategy, View, decide
from lms.simulations.engines.market.events import due
from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.records import Decisions
from lms.simulations.engines.market.reports import Public, TeamReport
from lms.simulations.engines.market.start import start
from lms.simulations.engines.market.step import step
from lms.simulations.engines.market.strategies import SANE

SEATS = 5
"""Teams of a world, or as many as the scenario lets into one."""
FIRST_SEED = 1000


def seats_in(params: Parameters) -> int:
    """How many teams play a world of a tournament."""
    return max(params.teams.least, min(SEATS, params.teams.most))


def play(params: Parameters, number: int, seats: Sequence[Strategy]) -> list[float]:
    """Points of each seat after a whole world."""
    names = [f"team-{at}" for at in range(len(seats))]
    seed = FIRST_SEED + number
    state = start(params, f"world-{number}", seed, names)
    reports: dict[str, list[TeamReport]] = {name: [] for name in names}
    public: list[Public] = []
    while state.round <= params.rounds:
        decided = {
            name: decide(
                seat,
                View(
                    params=params,
                    seed=seed,
                    world=state.world,
                    name=name,
                    year=state.round,
                    teams=len(seats),
                    team=state.teams[name],
                    reports=tuple(reports[name]),
                    public=tuple(public),
                ),
            )
            for name, seat in zip(names, seats, strict=True)
        }
        result = step(params, state, Decisions(teams=decided), due(params, state))
        for name in names:
            reports[name].append(result.report.teams[name])
        public.append(result.report.public)
        state = result.state
    return [reports[name][-1].scorecard.total for name in names]


@dataclass(frozen=True)
class Score:
    """How a strategy did over many worlds."""

    name: str
    worlds: int
    points: float
    """Mean."""
    spread: float
    """Standard deviation of points."""
    wins: float
    """Share of its worlds that it won; a draw counts in part."""


def mixed(params: Parameters, worlds: int, strategies: Sequence[Strategy]) -> list[Score]:
    """Five different strategies in every world, drawn by its number; the best first."""
    points: dict[str, list[float]] = {one.name: [] for one in strategies}
    wins: dict[str, float] = dict.fromkeys(points, 0.0)
    for number in range(worlds):
        seats = draws.sample(strategies, min(seats_in(params), len(strategies)), "mixed", number)
        found = play(params, number, seats)
        best = max(found)
        winners = [seat.name for seat, one in zip(seats, found, strict=True) if one == best]
        for seat, one in zip(seats, found, strict=True):
            points[seat.name].append(one)
        for name in winners:
            wins[name] += 1 / len(winners)
    scores = [_score(name, of, wins[name]) for name, of in points.items() if of]
    return sorted(scores, key=lambda one: (-one.points, one.name))


def invasion(params: Parameters, worlds: int, strategies: Sequence[Strategy]) -> dict[str, dict[str, float]]:
    """Mean points of one challenger among four of a kind: by kind, then by challenger."""
    return {
        home.name: {
            guest.name: statistics.fmean(
                play(params, number, [guest, *[home] * (seats_in(params) - 1)])[0] for number in range(worlds)
            )
            for guest in strategies
        }
        for home in strategies
    }


def best_replies(found: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """Against each kind, who does best."""
    return {
        home: min(guests, key=lambda name, of=guests: (-of[name], name))  # type: ignore[misc]
        for home, guests in found.items()
    }


def variants(params: Parameters, worlds: int, some: Mapping[str, Strategy]) -> dict[str, Score]:
    """Variants of one strategy, each in the same worlds among four sane others."""
    found = {}
    for label, one in some.items():
        others = [other for other in SANE if other.name != one.name]
        points = [
            play(params, number, [one, *draws.sample(others, seats_in(params) - 1, "variants", number)])[0]
            for number in range(worlds)
        ]
        found[label] = _score(label, points, 0.0)
    return found


def luck(params: Parameters, worlds: int, strategy: Strategy) -> float:
    """Standard deviation of points of a strategy over worlds with the same four others."""
    others = [one for one in SANE if one.name != strategy.name][: seats_in(params) - 1]
    return _score("", [play(params, number, [strategy, *others])[0] for number in range(worlds)], 0.0).spread


def _score(name: str, points: Sequence[float], wins: float) -> Score:
    spread = statistics.stdev(points) if points[1:] else 0.0
    return Score(name, len(points), statistics.fmean(points), spread, wins / len(points))
