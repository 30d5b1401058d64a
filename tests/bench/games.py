"""How long a game of an engine computes, reports included: a budget of processor time; nothing bare does the same."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from lms.simulations.engines.market.bots import View, decide
from lms.simulations.engines.market.events import due
from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.records import Decisions
from lms.simulations.engines.market.start import start
from lms.simulations.engines.market.step import step
from lms.simulations.engines.market.strategies import SANE
from lms.simulations.engines.play import parameters, shipped

ROUNDS, LIMIT = 15, 0.05


def measure() -> None:
    """Print a line for each game: the median of some rounds, and what is asked."""
    _line("market 6 × 8", market(), "6 teams, 8 years, all reports")


def market() -> Callable[[], object]:
    """PORTFOLIO YEARS with six bots, whose decisions are made beforehand; only the years are played."""
    params = Parameters.read(parameters(shipped("portfolio-years")))
    names = [one.name for one in SANE]
    begun = state = start(params, "bench", 1, names)
    reports, public, course = {name: [] for name in names}, [], []
    while state.round <= params.rounds:
        decided = {}
        for one in SANE:
            mine = View(
                params=params,
                seed=state.seed,
                world=state.world,
                name=one.name,
                year=state.round,
                teams=len(names),
                team=state.teams[one.name],
                reports=tuple(reports[one.name]),
                public=tuple(public),
            )
            decided[one.name] = decide(one, mine)
        course.append((Decisions(teams=decided), due(params, state)))
        result = step(params, state, *course[-1])
        for name in names:
            reports[name].append(result.report.teams[name])
        public.append(result.report.public)
        state = result.state

    def play() -> object:
        now = begun
        for decided, event in course:
            now = step(params, now, decided, event).state
        return now

    return play


def _line(name: str, act: Callable[[], object], note: str) -> None:
    act()
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        act()
        taken.append(time.process_time() - began)
    found = statistics.median(taken)
    verdict = "aim" if found < LIMIT else "ABOVE"
    sys.stdout.write(f"{name:12}{found * 1000:9.1f} ms of {LIMIT * 1000:.0f} {verdict:6}{note}\n")
    sys.stdout.flush()
