"""From plans to shelves, and from demand to what is sold. All quantities in whole units."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.simulations.engines.market.conditions import Conditions, Three
from lms.simulations.engines.market.figures import part, split, units
from lms.simulations.engines.market.parameters import Production

Key = tuple[str, str]
"""Team and product."""


def unit_cost(params: Production, now: Conditions, levels: Three, cumulative: float) -> float:
    """₹ '000 for a unit made within capacity, after so many '000 units made before this year."""
    squares = sum(
        rate * (level / 100) ** 2 for rate, level in zip(params.squares.each(), levels, strict=True)
    )
    learnt: float = (max(params.reference, cumulative) / params.reference) ** -params.learning
    return (params.base + squares) * max(params.floor, learnt) * now.input_cost


@dataclass(frozen=True)
class Made:
    """What a plant makes in a year."""

    capacity: int
    """Units a year, after events."""
    quantities: list[int]
    """As planned, or scaled down to the ceiling."""
    above: int
    """Units above capacity."""
    scaled: bool


def made(params: Production, capacity: int, planned: Sequence[int]) -> Made:
    """What becomes of plans: nothing up to the ceiling, beyond it all are scaled down alike."""
    ceiling = part(capacity, params.ceiling)
    total = sum(planned)
    scaled = total > ceiling
    quantities = [one * ceiling // total for one in planned] if scaled else list(planned)
    return Made(capacity, quantities, max(0, sum(quantities) - capacity), scaled)


def production_cost(params: Production, made_all: Made, at: int, cost: float) -> float:
    """₹ '000 for what was made of one product; units above capacity are shared by all products alike."""
    total = sum(made_all.quantities)
    premium = params.premium * made_all.above / total if total else 0.0
    return made_all.quantities[at] * cost * (1 + premium)


@dataclass(frozen=True)
class Sold:
    """What became of the demand of a year, by product and segment."""

    served: dict[Key, dict[str, int]]
    """Units that found what they had chosen."""
    spilled: dict[Key, dict[str, int]]
    """Units that came over from another's empty shelf."""
    sold: dict[Key, dict[str, int]]
    """Both together."""
    lost: dict[str, int]
    """Units of a segment that found nothing."""


def sell(
    spill: float,
    demand: Mapping[Key, Mapping[str, int]],
    attractions: Mapping[Key, Mapping[str, float]],
    stock: Mapping[Key, int],
) -> Sold:
    """Fill demand from stock; offer part of what is unmet once, by attraction, to those with stock left."""
    segments = sorted({segment for one in demand.values() for segment in one})
    served = {key: _served(one, stock[key], segments) for key, one in demand.items()}
    left = {key: stock[key] - sum(served[key].values()) for key in demand}
    having = [key for key in demand if left[key] > 0]
    unmet = {
        segment: sum(demand[key][segment] - served[key][segment] for key in demand) for segment in segments
    }
    wanted: dict[Key, dict[str, int]] = {key: dict.fromkeys(segments, 0) for key in demand}
    for segment in segments:
        offered = part(unmet[segment], spill)
        pull = math.fsum(attractions[key][segment] for key in having) if offered else 0.0
        for key in having if pull > 0 else ():
            wanted[key][segment] = math.floor(offered * (attractions[key][segment] / pull))
    spilled = {key: _taken(one, left[key], segments) for key, one in wanted.items()}
    lost = {segment: unmet[segment] - sum(one[segment] for one in spilled.values()) for segment in segments}
    sold = {key: {at: one + spilled[key][at] for at, one in of.items()} for key, of in served.items()}
    return Sold(served, spilled, sold, lost)


def _served(demand: Mapping[str, int], stock: int, segments: Sequence[str]) -> dict[str, int]:
    """The same share of every segment, all of it where stock suffices."""
    total = sum(demand.values())
    if total <= stock:
        return dict(demand)
    return dict(zip(segments, split(stock, [demand[one] for one in segments]), strict=True))


def _taken(wanted: Mapping[str, int], left: int, segments: Sequence[str]) -> dict[str, int]:
    """Of what comes over, as much as there is, segments alike."""
    if sum(wanted.values()) <= left:
        return dict(wanted)
    return dict(zip(segments, split(left, [wanted[one] for one in segments]), strict=True))


def capacity_of(capacity: float, now: Conditions) -> int:
    """Units that a plant makes in the year, after events."""
    return units(capacity * now.capacity)
