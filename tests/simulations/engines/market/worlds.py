"""Worlds to test with: the shipped parameters, a mini-world, and decisions of every kind drawn from a number."""

from __future__ import annotations

from functools import cache
from typing import Any

from lms.simulations.engines import draws
from lms.simulations.engines.market import Decisions, Parameters, State, TeamDecision, due, start, step
from lms.simulations.engines.market.records import ProductDecision, TeamState
from lms.simulations.engines.market.reports import Result
from lms.simulations.engines.play import parameters, shipped

SEGMENTS = ("V", "M", "E", "P")
EVEN = dict.fromkeys(SEGMENTS, 0.25)


@cache
def shipped_parameters() -> Parameters:
    return Parameters.read(parameters(shipped("portfolio-years")))


def changed(raw: dict[str, Any], **paths: Any) -> dict[str, Any]:
    """A copy of a mapping with some places set: `changed(raw, teams__least=2)`."""
    copy = {key: changed(one) if isinstance(one, dict) else one for key, one in raw.items()}
    for path, value in paths.items():
        *steps, last = path.split("__")
        place = copy
        for one in steps:
            place = place[one]
        place[last] = value
    return copy


@cache
def any_number_of_teams() -> Parameters:
    raw = shipped_parameters().written()
    return Parameters.read(changed(raw, teams__least=1, teams__most=12))


def sensible(team: TeamState, **changes: Any) -> TeamDecision:
    """A plain decision: prices and spends of the year before, production and forecast of 100."""
    return TeamDecision(
        products={
            key: ProductDecision(
                **{
                    "price": one.price,
                    "brand": 40.0,
                    "mix": EVEN,
                    "sales": 30.0,
                    "production": 100.0,
                    "forecast": 100.0,
                    **changes,
                }
            )
            for key, one in team.products.items()
        }
    )


class Dice:
    """Numbers drawn one after another from a key."""

    def __init__(self, *key: draws.Part) -> None:
        self.key, self.count = key, 0

    def between(self, least: float, most: float) -> float:
        self.count += 1
        return round(least + (most - least) * draws.uniform(*self.key, self.count), 4)

    def chance(self, share: float) -> bool:
        return self.between(0, 1) < share

    def shares(self, names: tuple[str, ...]) -> dict[str, float]:
        """Shares of a whole, some of them nothing."""
        parts = {name: self.between(0, 1) if self.chance(0.7) else 0.0 for name in names}
        if not any(parts.values()):
            parts[names[0]] = 1.0
        whole = sum(parts.values())
        return {name: one / whole for name, one in parts.items()}


def wild(params: Parameters, team: TeamState, dice: Dice) -> TeamDecision:
    """Anything that a team may decide, sensible or not."""
    raw: dict[str, Any] = {"products": {}}
    attributes = ("performance", "ease", "trust")
    for key in sorted(team.products):
        develops = dice.chance(0.5)
        raw["products"][key] = {
            "price": dice.between(3, 30),
            "brand": dice.between(0, 150) if dice.chance(0.8) else 0,
            "mix": dice.shares(SEGMENTS),
            "sales": dice.between(0, 120) if dice.chance(0.8) else 0,
            "development": dice.between(0.001, 200) if develops else 0,
            "weights": dice.shares(attributes) if develops else None,
            "trim": {name: dice.between(0, 10) if dice.chance(0.2) else 0 for name in attributes},
            "production": dice.between(0, 300) if dice.chance(0.9) else 0,
            "forecast": dice.between(0, 300),
        }
    raw["capacity"] = dice.between(0, 100) if dice.chance(0.3) else 0
    if len(team.products) < params.launch.most_products and dice.chance(0.4):
        raw["launch"] = {
            "parent": min(team.products),
            "development": dice.between(60, 150),
            "weights": dice.shares(attributes),
        }
    if dice.chance(0.5):
        raw["research"] = [{"study": one} for one in ("ideals", "sizes", "order", "rivals")]
        raw["research"].append({"study": "test", "product": "A", "spend": "brand"})
    return TeamDecision.read(raw)


def wild_round(params: Parameters, state: State, number: int) -> Decisions:
    """Decisions of all teams; now and then one is idle."""
    return Decisions(
        teams={
            key: None if dice.chance(0.1) else wild(params, team, dice)
            for key, team in state.teams.items()
            for dice in [Dice("wild", number, state.round, key)]
        }
    )


def wild_years(number: int, years: int, teams: int) -> list[tuple[State, Decisions, Result]]:
    """A world that was played wildly for some years: before, decided, after."""
    params = any_number_of_teams()
    state = start(params, "wild", number, [f"team-{one}" for one in range(teams)])
    found = []
    for _ in range(years):
        decided = wild_round(params, state, number)
        result = step(params, state, decided, due(params, state))
        found.append((state, decided, result))
        state = result.state
    return found
