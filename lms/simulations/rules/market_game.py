"""PORTFOLIO YEARS as runs play it: all teams of a world meet in one market."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lms.simulations.engines import market
from lms.simulations.engines.data import InvalidInput, Problem
from lms.simulations.engines.exact import rounded
from lms.simulations.engines.market import Decisions, Event, Parameters, Report, State, TeamDecision
from lms.simulations.engines.market.bots import View, decide
from lms.simulations.engines.market.events import event as event_of
from lms.simulations.engines.market.idle import idle
from lms.simulations.engines.market.strategies import ALL, SANE
from lms.simulations.engines.market.validation import of_team
from lms.simulations.rules.games import Json, Past, Shown, Turn, drawn, made

_LENSES = (
    ("chair", "Chair", "the portfolio as a whole: which segments you play for, and what you leave to others"),
    ("market", "Market", "prices, brand and sales spends, and what the studies say about buyers"),
    ("product", "Product", "development: how far each product is from what its buyers will want next year"),
    ("operations", "Operations", "forecasts, production and capacity: full shelves without a full warehouse"),
    ("finance", "Finance", "cash after decisions, debt, and what the scorecard gives points for"),
)
PLACES = 6
"""Decimal places of what is said about a competency."""
FILLED = 5
"""Bots fill a world up to so many teams."""


def _made(parameters: Json) -> Parameters:
    return made(parameters, Parameters.read)


class PortfolioYears:
    """The market engine behind the interface of runs."""

    engine = "market"
    version = market.VERSION
    scenario = "portfolio-years"
    title = "Portfolio Years"
    prefix = "ps"
    least, most = 3, 6
    open_scores = True

    def checked(self, parameters: Json) -> Json:
        return Parameters.read(parameters).written()

    def rounds(self, parameters: Json) -> int:
        return _made(parameters).rounds

    def world_sizes(self, parameters: Json) -> tuple[int, int, int]:
        sizes = _made(parameters).teams
        return sizes.least, sizes.most, min(FILLED, sizes.most)

    def lenses(self, parameters: Json) -> Sequence[tuple[str, str, str]]:
        return _LENSES

    def strategies(self) -> Sequence[str]:
        return [one.name for one in SANE]

    def begin(self, parameters: Json, world: str, seed: int, teams: Sequence[str]) -> Json:
        return market.start(_made(parameters), world, seed, teams).written()

    def blank(self, parameters: Json, state: Json, team: str) -> Json:
        return idle(State.read(state).teams[team]).written()

    def problems(self, parameters: Json, state: Json, team: str, decided: Json) -> list[Problem]:
        try:
            sheet = TeamDecision.read(decided, team)
        except InvalidInput as refused:
            found = refused.problems
        else:
            found = list(of_team(_made(parameters), State.read(state).teams[team], sheet, team))
        return [Problem(one.place.removeprefix(f"{team}."), one.says) for one in found]

    def events(self, parameters: Json, state: Json) -> Sequence[tuple[str, str]]:
        params, happened = _made(parameters), {one.event.key for one in State.read(state).events}
        return [(key, spec.title) for key, spec in params.events.deck.items() if key not in happened]

    def turn(
        self, parameters: Json, state: Json, decided: Mapping[str, Json | None], event: Json | str | None
    ) -> Turn:
        params, before = _made(parameters), State.read(state)
        sheets = {
            team: None if sheet is None else TeamDecision.read(sheet, team) for team, sheet in decided.items()
        }
        happens = _event(params, before, event)
        result = market.step(params, before, Decisions(teams=sheets), happens)
        reports = result.report.teams
        return Turn(
            state=result.state.written(),
            report=result.report.written(),
            idle=frozenset(team for team, report in reports.items() if report.idle),
            scores={team: report.scorecard.total for team, report in reports.items()},
            event=happens.written() if happens else None,
        )

    def own_report(self, report: Json, team: str) -> Json:
        return {"round": report["round"], "public": report["public"], "team": report["teams"][team]}

    def evidence(self, parameters: Json, report: Json, team: str) -> Sequence[Shown]:
        params = _made(parameters)
        terms = {one["key"]: one["reached"] for one in report["teams"][team]["scorecard"]["terms"]}
        return [
            Shown(
                code,
                rounded(sum(share * terms[term] for term, share in shares.items()), PLACES),
                ", ".join(f"{term} {terms[term]:.0f}" for term in shares),
            )
            for code, shares in sorted(params.evidence.items())
        ]

    def bot(
        self, parameters: Json, state: Json, past: Sequence[Past], team: str, strategy: str
    ) -> Json | None:
        params, now = _made(parameters), State.read(state)
        reports = [Report.read(one.report) for one in past]
        view = View(
            params=params,
            seed=now.seed,
            world=now.world,
            name=team,
            year=now.round,
            teams=len(now.teams),
            team=now.teams[team],
            reports=tuple(one.teams[team] for one in reports),
            public=tuple(one.public for one in reports),
        )
        decided = decide(ALL[strategy], view)
        return decided.written() if decided else None


def _event(params: Parameters, state: State, wanted: dict[str, Any] | str | None) -> Event | None:
    """What happens: drawn by the seed, nothing, a key of the deck, or as written out."""
    if wanted is None:
        return None
    if wanted == drawn:
        return market.due(params, state)
    if isinstance(wanted, str):
        if wanted not in params.events.deck:
            raise InvalidInput([Problem("event", f"there is no event “{wanted}” in the deck")])
        return event_of(params, state.seed, wanted)
    return Event.read(wanted, "event")


PORTFOLIO_YEARS = PortfolioYears()
