"""What a sheet of PORTFOLIO YEARS comes to before the year is played, under the team's own forecast.

Every product sells what was forecast, as far as opening stock and production reach, at its price; no event comes. The
sums are the engine's own (`sales`, `ledger`), so what does not depend on buyers is what the year will book to the last
₹ 1,000. `basis` is everything besides the sheet that goes in, as JSON: the page's script computes with the same, and
a test holds both to the same figures.

A draft may be as wrong as it likes: what is no number, negative or absurdly large counts as nothing here and is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms.simulations.engines.market import ledger, sales
from lms.simulations.engines.market.conditions import Conditions, conditions
from lms.simulations.engines.market.figures import money, part, units
from lms.simulations.engines.market.ledger import Line, TeamCosts, Turnover
from lms.simulations.engines.market.parameters import Parameters, TermSpec
from lms.simulations.engines.market.records import State, TeamState
from lms.simulations.rules.games import Json

MOST = 1e6
"""Above this a figure is a slip of the finger."""
STUDIES = ("sizes", "ideals", "order", "rivals", "test")
SHOWN = ("price", "brand", "sales", "development", "production", "forecast")
TOLERANCE = 0.05
"""Percentage points by which shares of a whole may miss it before that is told."""


@dataclass(frozen=True)
class ProductPlan:
    """One product, ₹ 1,000 and units."""

    produced: int
    available: int
    sold: int
    left: int
    forecast: int
    revenue: int
    production_cost: int
    contribution: int


@dataclass(frozen=True)
class Plan:
    """A year as the team expects it, ₹ 1,000 and units."""

    products: dict[str, ProductPlan]
    planned: int
    made: int
    above: int
    scaled: bool
    revenue: int
    cost_of_goods: int
    marketing: int
    """Brand and sales."""
    contribution: int
    development: int
    """With a launch and its fee."""
    stock_costs: int
    """Carrying and write-down."""
    fixed: int
    depreciation: int
    research: int
    interest: int
    tax: int
    after_tax: int
    production_cost: int
    investment: int
    opening: int
    closing: int
    """Cash after the year; debt counts as negative."""
    utilisation: int
    """Thousandths of capacity."""
    safety: int
    """Tenths of points that the scorecard would give."""
    use: int
    """Likewise, for utilisation."""
    unread: tuple[str, ...]
    """Places of figures that count as nothing."""


def figure(raw: Any) -> float | None:
    """A figure as the plan counts it; None for what it cannot."""
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw <= MOST:
        return None
    return float(raw)


def basis(params: Parameters, state: State, key: str) -> Json:
    """Everything besides the sheet that a plan is computed from."""
    team, now = state.teams[key], conditions(params, state.round, state.events)
    rules, making, card = params.ledger, params.production, params.scorecard
    capacity = sales.capacity_of(team.capacity, now)
    cash, debt = money(team.cash), money(team.debt)
    off = 0.0
    for one in team.years:
        off += abs(one.utilisation - card.best_utilisation)
    return {
        "products": {
            name: {
                "stock": units(one.stock),
                "value": money(one.stock_value),
                "cost": _unit_cost(params, now, team, name),
            }
            for name, one in sorted(team.products.items())
        },
        "capacity": capacity,
        "ceiling": part(capacity, making.ceiling),
        "premium": making.premium,
        "plant": str(making.plant),
        "carrying": str(rules.carrying),
        "write_down": str(rules.write_down),
        "tax": str(rules.tax),
        "fixed": ledger.fixed_cost(rules, len(team.products)),
        "depreciation": min(money(team.net_plant), part(money(team.gross_plant), rules.depreciation)),
        "interest": part(cash, rules.interest_cash) - part(debt, rules.interest_debt),
        "opening": cash - debt,
        "losses": money(team.losses),
        "fee": money(params.launch.fee),
        "studies": {name: money(getattr(params.research, name).price) for name in STUDIES},
        "price": [params.limits.price.least, params.limits.price.most],
        "best": card.best_utilisation,
        "years": len(team.years),
        "debts": sum(money(one.debt) for one in team.years),
        "off": off,
        "safety": _spec(card.terms.safety),
        "use": _spec(card.terms.utilisation),
    }


def plan(params: Parameters, state: State, key: str, draft: Json) -> Plan:
    """The year as a sheet would have it."""
    team, now = state.teams[key], conditions(params, state.round, state.events)
    reader = _Reader(draft)
    names = sorted(team.products)
    typed = {name: {what: reader.at(f"products.{name}.{what}") for what in SHOWN} for name in names}
    plant = sales.made(
        params.production,
        sales.capacity_of(team.capacity, now),
        [units(typed[name]["production"]) for name in names],
    )
    lines, products = [], {}
    for at, name in enumerate(names):
        one, before = typed[name], team.products[name]
        cost = round(sales.production_cost(params.production, plant, at, _unit_cost(params, now, team, name)))
        available = units(before.stock) + plant.quantities[at]
        line = ledger.line(
            params.ledger,
            Turnover(
                price=round(one["price"], 3),
                opening_stock=units(before.stock),
                opening_value=money(before.stock_value),
                produced=plant.quantities[at],
                production_cost=cost,
                sold=min(units(one["forecast"]), available),
                brand=money(one["brand"]),
                sales=money(one["sales"]),
                development=money(one["development"]),
            ),
        )
        lines.append(line)
        products[name] = _product(line, plant.quantities[at], available, units(one["forecast"]))
    return _closed(params, state, team, lines, products, plant, reader)


def _closed(
    params: Parameters,
    state: State,
    team: TeamState,
    lines: list[Line],
    products: dict[str, ProductPlan],
    plant: sales.Made,
    reader: _Reader,
) -> Plan:
    launched = isinstance(reader.raw("launch"), Mapping)
    added = reader.at("capacity")
    costs = TeamCosts(
        launch_development=money(reader.at("launch.development")) if launched else 0,
        launch_fee=money(params.launch.fee) if launched else 0,
        research=_research(params, reader.raw("research")),
        capacity=added,
    )
    books = ledger.close(params, team, lines, costs)
    profit, cash = books.profit, books.cash
    made, count = sum(plant.quantities), len(team.years) + 1
    used = made / plant.capacity if plant.capacity else 0.0
    facts = basis(params, state, next(key for key, one in state.teams.items() if one is team))
    debts = facts["debts"] + max(0, -money(cash.closing))
    return Plan(
        products=products,
        planned=sum(units(reader.at(f"products.{name}.production")) for name in products),
        made=made,
        above=plant.above,
        scaled=plant.scaled,
        revenue=money(profit.revenue),
        cost_of_goods=money(profit.cost_of_goods),
        marketing=money(profit.brand) + money(profit.sales),
        contribution=money(profit.contribution),
        development=money(profit.development) + money(profit.launch_fee),
        stock_costs=money(profit.carrying) + money(profit.write_down),
        fixed=money(profit.fixed),
        depreciation=money(profit.depreciation),
        research=money(profit.research),
        interest=money(profit.interest),
        tax=money(profit.tax),
        after_tax=money(profit.after_tax),
        production_cost=money(cash.production),
        investment=money(cash.investment),
        opening=money(cash.opening),
        closing=money(cash.closing),
        utilisation=(2000 * made + plant.capacity) // (2 * plant.capacity) if plant.capacity else 0,
        safety=_points(facts["safety"], debts / count / 1000),
        use=_points(facts["use"], (facts["off"] + abs(used - facts["best"])) / count),
        unread=tuple(dict.fromkeys(reader.unread)),
    )


def _product(line: Line, produced: int, available: int, forecast: int) -> ProductPlan:
    return ProductPlan(
        produced=produced,
        available=available,
        sold=line.sold,
        left=line.stock,
        forecast=forecast,
        revenue=line.revenue,
        production_cost=line.production_cost,
        contribution=line.contribution,
    )


def _unit_cost(params: Parameters, now: Conditions, team: TeamState, name: str) -> float:
    one = team.products[name]
    return sales.unit_cost(params.production, now, one.attributes.each(), one.cumulative)


def _research(params: Parameters, raw: Any) -> int:
    """₹ 1,000 for the studies of a draft."""
    bought = [one.get("study") for one in raw if isinstance(one, Mapping)] if isinstance(raw, list) else []
    return sum(money(getattr(params.research, one).price) for one in bought if one in STUDIES)


def _spec(term: TermSpec) -> list[float]:
    return [term.zero, term.full, term.weight]


def _points(spec: list[float], raw: float) -> int:
    zero, full, weight = spec
    share = min(1.0, max(0.0, (raw - zero) / (full - zero)))
    return int(weight * share * 10 + 0.5)


class _Reader:
    """Figures of a draft by their places, with what could not be read."""

    def __init__(self, draft: Json) -> None:
        self._draft = draft
        self.unread: list[str] = []

    def raw(self, place: str) -> Any:
        found: Any = self._draft
        for step in place.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
        return found

    def at(self, place: str) -> float:
        raw = self.raw(place)
        if raw is None:
            return 0.0
        found = figure(raw)
        if found is None:
            self.unread.append(place)
            return 0.0
        return found


def percent_sum(shares: Any) -> float:
    """What shares come to, in per cent; what is no number counts as nothing."""
    total = 0.0
    for key in sorted(shares) if isinstance(shares, Mapping) else ():
        total += figure(shares[key]) or 0.0
    return round(total * 100, 6)
