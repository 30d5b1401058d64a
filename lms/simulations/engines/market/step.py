"""One year: from a state and decisions to the next state and a report, in the fixed order of docs/simulations.md.

awareness and channel · choice · production · sales · books · development · studies · scorecard
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from lms.simulations.engines.data import InvalidInput
from lms.simulations.engines.exact import SHARES, rounded
from lms.simulations.engines.market import demand, reporting, research, sales
from lms.simulations.engines.market.conditions import Conditions, conditions
from lms.simulations.engines.market.events import warning_for
from lms.simulations.engines.market.figures import BILLION, money, parts_of, units
from lms.simulations.engines.market.idle import idle
from lms.simulations.engines.market.ledger import Line, TeamCosts, Turnover, close, line
from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.records import (
    Decisions,
    Event,
    Happened,
    MarketingTest,
    ProductDecision,
    ProductState,
    State,
    TeamDecision,
)
from lms.simulations.engines.market.reports import Report, Result
from lms.simulations.engines.market.sales import Key, Made, Sold
from lms.simulations.engines.market.validation import problems


def step(params: Parameters, state: State, decisions: Decisions, event: Event | None = None) -> Result:
    """Play the year that the state stands before. InvalidInput where a decision or the event does not fit."""
    found = problems(params, state, decisions, event)
    if found:
        raise InvalidInput(found)
    happened = state.events + ((Happened(round=state.round, event=event),) if event else ())
    now, following, after = (conditions(params, state.round + ahead, happened) for ahead in range(3))
    decided = {key: decisions.teams.get(key) or idle(state.teams[key]) for key in sorted(state.teams)}
    year = _market(params, state, decided, now)
    books = {
        key: close(
            params,
            team,
            [year.lines[key, one] for one in sorted(team.products)],
            _costs(params, decided[key]),
        )
        for key, team in sorted(state.teams.items())
    }
    truth = research.Truth(
        state=state,
        next_year=following,
        year_after=after,
        prices={
            key: {one: year.offers[key, one].price for one in sorted(team.products)}
            for key, team in state.teams.items()
        },
        elasticities=_tested(params, decided, year),
    )
    drawn = reporting.Drawn(
        idle=frozenset(key for key in state.teams if decisions.teams.get(key) is None),
        event=event,
        warning=warning_for(params, state.seed, state.round + 1, happened),
        happened=happened,
    )
    teams = {
        key: reporting.team(params, year, key, decided[key], books[key], truth, drawn)
        for key in sorted(state.teams)
    }
    return Result(
        state=State(
            world=state.world,
            seed=state.seed,
            round=state.round + 1,
            teams={key: one.state for key, one in teams.items()},
            events=happened,
            warning=drawn.warning,
        ),
        report=Report(
            round=state.round,
            public=reporting.public(year, drawn),
            teams={key: one.report for key, one in teams.items()},
            hidden=reporting.hidden(year),
        ),
    )


def _market(
    params: Parameters, state: State, decided: Mapping[str, TeamDecision], now: Conditions
) -> reporting.Year:
    """Rounds one to five: everything that teams do to each other."""
    before = {
        (team, key): product
        for team, of in sorted(state.teams.items())
        for key, product in sorted(of.products.items())
    }
    decisions = {(team, key): decided[team].products[key] for team, key in before}
    offers = {key: _offer(params, before[key], decisions[key]) for key in before}
    exponents = {
        key: {one.key: demand.fit(one, offer.levels, params.demand.overshoot) for one in now.markets}
        for key, offer in offers.items()
    }
    attractions = {
        key: {
            one.key: demand.attraction(params.demand, now, one, offers[key], exponents[key][one.key])
            for one in now.markets
        }
        for key in before
    }
    shares: dict[Key, dict[str, int]] = {key: {} for key in before}
    wanted: dict[Key, dict[str, int]] = {key: {} for key in before}
    for one in now.markets:
        found = demand.shares(one.outside, [attractions[key][one.key] for key in before])
        counted, chosen = parts_of(BILLION, found), parts_of(units(one.buyers), found)
        for at, key in enumerate(before):
            shares[key][one.key] = counted[at]
            wanted[key][one.key] = chosen[at]
    plants = {
        team: sales.made(
            params.production,
            sales.capacity_of(of.capacity, now),
            [units(decided[team].products[key].production) for key in sorted(of.products)],
        )
        for team, of in state.teams.items()
    }
    costs = {
        key: sales.unit_cost(params.production, now, offers[key].levels, before[key].cumulative)
        for key in before
    }
    made = {key: (plants[key[0]], sorted(state.teams[key[0]].products).index(key[1])) for key in before}
    stock = {key: units(before[key].stock) + made[key][0].quantities[made[key][1]] for key in before}
    sold = sales.sell(params.demand.spill, wanted, attractions, stock)
    return reporting.Year(
        state=state,
        now=now,
        offers=offers,
        fits={key: {at: math.exp(one) for at, one in of.items()} for key, of in exponents.items()},
        shares=shares,
        wanted=wanted,
        sold=sold,
        plants=plants,
        unit_costs=costs,
        lines={
            key: _line(params, before[key], decisions[key], made[key], costs[key], sold, key)
            for key in before
        },
    )


def _offer(params: Parameters, before: ProductState, decided: ProductDecision) -> demand.Offer:
    """A product as buyers meet it: what the spends of the year have already done to it."""
    rules = params.demand
    return demand.Offer(
        price=rounded(decided.price, 3),
        levels=before.attributes.each(),
        awareness={
            segment: rounded(
                demand.built(level, decided.brand * decided.mix.get(segment, 0.0), rules.awareness), SHARES
            )
            for segment, level in before.awareness.items()
        },
        channel=rounded(demand.built(before.channel, decided.sales, rules.channel), SHARES),
        last=before.shares,
    )


def _line(
    params: Parameters,
    before: ProductState,
    decided: ProductDecision,
    made: tuple[Made, int],
    cost: float,
    sold: Sold,
    key: Key,
) -> Line:
    plant, at = made
    return line(
        params.ledger,
        Turnover(
            price=rounded(decided.price, 3),
            opening_stock=units(before.stock),
            opening_value=money(before.stock_value),
            produced=plant.quantities[at],
            production_cost=round(sales.production_cost(params.production, plant, at, cost)),
            sold=sum(sold.sold[key].values()),
            brand=money(decided.brand),
            sales=money(decided.sales),
            development=money(decided.development),
        ),
    )


def _costs(params: Parameters, decided: TeamDecision) -> TeamCosts:
    launch = decided.launch
    return TeamCosts(
        launch_development=money(launch.development) if launch else 0,
        launch_fee=money(params.launch.fee) if launch else 0,
        research=research.price_of(params, decided.research),
        capacity=decided.capacity,
    )


def _tested(
    params: Parameters, decided: Mapping[str, TeamDecision], year: reporting.Year
) -> dict[tuple[str, str, str], float]:
    """The true answers to the marketing tests that were bought."""
    found: dict[tuple[str, str, str], float] = {}
    for team, one in decided.items():
        for study in one.research:
            if isinstance(study, MarketingTest):
                key = (team, study.product)
                offer = year.offers[key]
                built = (
                    offer.awareness
                    if study.spend == "brand"
                    else dict.fromkeys(offer.awareness, offer.channel)
                )
                found[team, study.product, study.spend] = research.spend_elasticity(
                    year.wanted[key],
                    {segment: share / BILLION for segment, share in year.shares[key].items()},
                    research.attraction_sensitivity(
                        params, year.now, one.products[study.product], study.spend, built
                    ),
                )
    return found
