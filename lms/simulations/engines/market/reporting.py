"""Writing down a year that was played: reports of teams, the public part, the hidden part, the next state."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lms.simulations.engines.exact import SHARES, rounded
from lms.simulations.engines.market import demand
from lms.simulations.engines.market.conditions import Conditions
from lms.simulations.engines.market.development import launched, next_levels
from lms.simulations.engines.market.figures import BILLION, units, written
from lms.simulations.engines.market.ledger import Books, Line
from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.quantities import Attributes
from lms.simulations.engines.market.records import (
    Event,
    Forewarning,
    Happened,
    ProductDecision,
    ProductState,
    State,
    TeamDecision,
    TeamState,
)
from lms.simulations.engines.market.records import Year as PastYear
from lms.simulations.engines.market.reports import (
    Capacity,
    Hidden,
    HiddenMarket,
    Note,
    ProductReport,
    Public,
    PublicMarket,
    PublicProduct,
    SegmentLine,
    TeamReport,
)
from lms.simulations.engines.market.research import Truth, answer
from lms.simulations.engines.market.sales import Key, Made, Sold
from lms.simulations.engines.market.scorecard import future_fit, scorecard

COSTS = 6
"""Decimal places of unit costs."""


@dataclass(frozen=True)
class Year:
    """The market of a year, played. Shares in billionths, quantities in units."""

    state: State
    now: Conditions
    offers: Mapping[Key, demand.Offer]
    fits: Mapping[Key, Mapping[str, float]]
    """0 to 1."""
    shares: Mapping[Key, Mapping[str, int]]
    wanted: Mapping[Key, Mapping[str, int]]
    sold: Sold
    plants: Mapping[str, Made]
    unit_costs: Mapping[Key, float]
    lines: Mapping[Key, Line]


@dataclass(frozen=True)
class Drawn:
    """What came from outside the market."""

    idle: frozenset[str]
    event: Event | None
    warning: Forewarning | None
    happened: tuple[Happened, ...]


@dataclass(frozen=True)
class Team:
    """A team after the year."""

    state: TeamState
    report: TeamReport


def _future_fits(
    params: Parameters, following: Conditions, levels: tuple[float, float, float]
) -> dict[str, float]:
    """How well some levels will fit each segment next year, 0 to 1."""
    return {one.key: math.exp(demand.fit(one, levels, params.demand.overshoot)) for one in following.markets}


def team(
    params: Parameters, year: Year, key: str, decided: TeamDecision, books: Books, truth: Truth, drawn: Drawn
) -> Team:
    """A team's next state and its report."""
    before = year.state.teams[key]
    after = {
        one: _product_after(params, year, (key, one), decided.products[one], len(before.products))
        for one in sorted(before.products)
    }
    reports = {
        one: _product(year, (key, one), decided.products[one], after[one].attributes, at)
        for at, one in enumerate(sorted(before.products))
    }
    notes = _notes(year, key, before, books, idle=key in drawn.idle)
    if decided.launch is not None:
        new = _new_name(after)
        after[new] = launched(params.development, params.launch, decided.launch, after[decided.launch.parent])
        notes.append(
            Note(
                about="launch",
                product=new,
                text=f"{new}, made from {decided.launch.parent}, is sold from next year.",
            )
        )
    capacity = _capacity(year, key, before, decided)
    years = (*before.years, _past(year, key, reports, books, capacity))
    future = future_fit(
        [_future_fits(params, truth.next_year, one.attributes.each()) for one in after.values()],
        params.scorecard.segments,
    )
    return Team(
        state=TeamState(
            cash=books.balance.cash,
            debt=books.balance.debt,
            capacity=capacity.next,
            gross_plant=books.balance.gross_plant,
            net_plant=books.balance.plant,
            losses=books.balance.losses,
            products=after,
            years=years,
        ),
        report=TeamReport(
            team=key,
            round=year.state.round,
            idle=key in drawn.idle,
            notes=tuple(notes),
            profit=books.profit,
            cash=books.cash,
            balance=books.balance,
            products=reports,
            capacity=capacity,
            research=tuple(answer(params, truth, key, study) for study in decided.research),
            scorecard=scorecard(params.scorecard, years, future),
        ),
    )


def _product_after(
    params: Parameters, year: Year, key: Key, decided: ProductDecision, products: int
) -> ProductState:
    """A product at the beginning of the next year."""
    before, offer, line = year.state.teams[key[0]].products[key[1]], year.offers[key], year.lines[key]
    produced = line.stock + line.sold - units(before.stock)
    return ProductState(
        attributes=next_levels(params.development, before.attributes, decided, products),
        awareness=offer.awareness,
        channel=offer.channel,
        shares={segment: share / BILLION for segment, share in year.shares[key].items()},
        stock=written(line.stock),
        stock_value=written(line.stock_value),
        cumulative=written(units(before.cumulative) + produced),
        price=offer.price,
        brand=written(line.brand),
        mix=decided.mix,
        sales=written(line.sales),
        demand=written(sum(year.wanted[key].values())),
    )


def _product(year: Year, key: Key, decided: ProductDecision, following: Attributes, at: int) -> ProductReport:
    line, offer = year.lines[key], year.offers[key]
    served = sum(year.sold.served[key].values())
    return ProductReport(
        attributes=year.state.teams[key[0]].products[key[1]].attributes,
        attributes_next=following,
        price=offer.price,
        unit_cost=rounded(year.unit_costs[key], COSTS),
        average_cost=rounded(float(line.average), COSTS),
        channel=offer.channel,
        planned=written(units(decided.production)),
        produced=written(year.plants[key[0]].quantities[at]),
        forecast=written(units(decided.forecast)),
        demand=written(sum(year.wanted[key].values())),
        served=written(served),
        sold=written(line.sold),
        stock=written(line.stock),
        stock_value=written(line.stock_value),
        production_cost=written(line.production_cost),
        revenue=written(line.revenue),
        cost_of_goods=written(line.cost_of_goods),
        brand=written(line.brand),
        sales=written(line.sales),
        contribution=written(line.contribution),
        development=written(line.development),
        carrying=written(line.carrying),
        write_down=written(line.write_down),
        segments={
            segment: SegmentLine(
                awareness=offer.awareness[segment],
                demand=written(wanted),
                share=year.shares[key][segment] / BILLION,
                sold=written(year.sold.sold[key][segment]),
            )
            for segment, wanted in year.wanted[key].items()
        },
    )


def _notes(year: Year, key: str, before: TeamState, books: Books, *, idle: bool) -> list[Note]:
    """What the rules did to the team beside what it decided."""
    found = []
    if idle:
        text = "Nothing valid was handed in: prices, spends and mix stayed, production was last demand less stock."
        found.append(Note(about="idle", text=text))
    if year.plants[key].scaled:
        made = written(sum(year.plants[key].quantities))
        text = (
            f"Plans were above what the plant can make; all were scaled down alike, to {made:,.3f} together."
        )
        found.append(Note(about="production", text=text))
    if books.balance.debt > before.debt:
        text = f"Cash did not suffice; debt is {books.balance.debt:,.3f} ₹ million now."
        found.append(Note(about="debt", text=text))
    return found


def _capacity(year: Year, key: str, before: TeamState, decided: TeamDecision) -> Capacity:
    plant = year.plants[key]
    available, made = plant.capacity, sum(plant.quantities)
    added = units(decided.capacity)
    return Capacity(
        available=written(available),
        planned=written(sum(units(one.production) for one in decided.products.values())),
        produced=written(made),
        above=written(plant.above),
        added=written(added),
        next=written(units(before.capacity) + added),
        utilisation=rounded(made / available, SHARES) if available else 0.0,
    )


def _past(
    year: Year, key: str, reports: Mapping[str, ProductReport], books: Books, capacity: Capacity
) -> PastYear:
    """What the scorecard remembers of the year."""

    def total(*names: str) -> float:
        return written(sum(units(getattr(one, name)) for one in reports.values() for name in names))

    delight = math.fsum(
        year.sold.sold[key, one][segment] * share
        for one in reports
        for segment, share in year.fits[key, one].items()
    )
    return PastYear(
        free_cash_flow=books.cash.change,
        revenue=books.profit.revenue,
        contribution=books.profit.contribution,
        debt=books.balance.debt,
        sold=total("sold"),
        delight=rounded(delight / 1000, SHARES),
        demand=total("demand"),
        served=total("served"),
        missed=written(sum(abs(units(one.forecast) - units(one.demand)) for one in reports.values())),
        utilisation=capacity.utilisation,
    )


def _new_name(products: Mapping[str, ProductState]) -> str:
    """The first letter that no product has."""
    return next(letter for letter in "ABCDEFGHIJ" if letter not in products)


def public(year: Year, drawn: Drawn) -> Public:
    """What everybody reads."""
    segments = {}
    for one in year.now.markets:
        taken = sum(shares[one.key] for shares in year.shares.values())
        segments[one.key] = PublicMarket(
            buyers=one.buyers,
            sold=written(sum(year.sold.sold[key][one.key] for key in year.offers)),
            outside_share=(BILLION - taken) / BILLION,
        )
    return Public(
        round=year.state.round,
        event=drawn.event,
        in_force=year.now.in_force,
        warning=drawn.warning,
        segments=segments,
        teams={
            team: {
                key: PublicProduct(
                    price=year.offers[team, key].price,
                    shares={segment: share / BILLION for segment, share in year.shares[team, key].items()},
                    sold=written(year.lines[team, key].sold),
                )
                for key in sorted(of.products)
            }
            for team, of in sorted(year.state.teams.items())
        },
    )


def hidden(year: Year) -> Hidden:
    """What only the debrief may see."""
    return Hidden(
        segments={
            one.key: HiddenMarket(
                ideal=Attributes(performance=one.ideal[0], ease=one.ideal[1], trust=one.ideal[2]),
                lost=written(year.sold.lost[one.key]),
            )
            for one in year.now.markets
        },
        fit={
            team: {
                key: {at: rounded(one, SHARES) for at, one in year.fits[team, key].items()}
                for key in sorted(of.products)
            }
            for team, of in sorted(year.state.teams.items())
        },
    )
