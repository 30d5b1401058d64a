"""The beginning of a world: all teams alike."""

from __future__ import annotations

from collections.abc import Iterable

from lms.simulations.engines.data import InvalidInput, Problem
from lms.simulations.engines.market.events import warning_for
from lms.simulations.engines.market.figures import written
from lms.simulations.engines.market.ledger import plant_cost
from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.records import ProductState, State, TeamState


def start(params: Parameters, world: str, seed: int, teams: Iterable[str]) -> State:
    """A world before its first year. InvalidInput where it has too few teams, too many, or one twice."""
    names = list(teams)
    found = [Problem(f"teams.{at}", "stands twice") for at, name in enumerate(names) if name in names[:at]]
    if not params.teams.least <= len(names) <= params.teams.most:
        allowed = f"{params.teams.least} to {params.teams.most}"
        found.append(Problem("teams", f"a world has {allowed} teams, not {len(names)}"))
    if found:
        raise InvalidInput(found)
    return State(
        world=world,
        seed=seed,
        round=1,
        teams={name: team(params) for name in sorted(names)},
        warning=warning_for(params, seed, 1, ()),
    )


def team(params: Parameters) -> TeamState:
    """A team as it begins."""
    begin, segments = params.start, sorted(params.segments)
    plant = written(plant_cost(params, begin.capacity))
    return TeamState(
        cash=begin.cash,
        debt=0.0,
        capacity=begin.capacity,
        gross_plant=plant,
        net_plant=plant,
        losses=0.0,
        products={
            key: ProductState(
                attributes=one.attributes,
                awareness=dict.fromkeys(segments, begin.awareness),
                channel=begin.channel,
                shares=dict.fromkeys(segments, 0.0),
                stock=0.0,
                stock_value=0.0,
                cumulative=begin.cumulative,
                price=one.price,
                brand=one.brand,
                mix=one.mix,
                sales=one.sales,
                demand=one.demand,
            )
            for key, one in sorted(begin.products.items())
        },
    )
