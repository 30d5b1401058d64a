"""The market of one year: sizes, ideals and exponents, with every event that is in force."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lms.simulations.engines.exact import QUANTITIES, rounded
from lms.simulations.engines.market.parameters import Diffusing, Growing, Parameters, Segment
from lms.simulations.engines.market.records import Event, Happened

Three = tuple[float, float, float]


@dataclass(frozen=True)
class Market:
    """A segment in one year."""

    key: str
    buyers: float
    """'000."""
    ideal: Three
    weights: Three
    sensitivity: float
    elasticity: float
    reference_price: float
    outside: float


@dataclass(frozen=True)
class Conditions:
    """What holds for everybody in one year."""

    markets: tuple[Market, ...]
    """In the order of their keys."""
    input_cost: float
    capacity: float
    channel_exponent: float
    in_force: tuple[str, ...]


def conditions(params: Parameters, year: int, happened: Sequence[Happened]) -> Conditions:
    """The conditions of a year, given all that has happened so far."""
    events = [one.event for one in happened if in_force(one, year)]
    exponents = [one.channel_exponent for one in events if one.channel_exponent is not None]
    return Conditions(
        markets=tuple(_market(key, params.segments[key], year, events) for key in sorted(params.segments)),
        input_cost=math.prod(one.input_cost for one in events),
        capacity=math.prod(one.capacity for one in events),
        channel_exponent=exponents[-1] if exponents else params.demand.channel.exponent,
        in_force=tuple(one.key for one in events),
    )


def in_force(one: Happened, year: int) -> bool:
    """Whether an event that happened still has an effect in a year."""
    lasts = one.event.rounds
    return one.round <= year and (lasts is None or year < one.round + lasts)


def buyers(size: Growing | Diffusing, year: int) -> float:
    """How many buy in a year, in '000, if nothing happens."""
    if isinstance(size, Growing):
        return size.buyers * (1 + size.growth) ** (year - 1)
    return size.potential * (_adopted(size, year) - _adopted(size, year - 1))


def _adopted(size: Diffusing, year: int) -> float:
    """Share of the potential that has bought by the end of a year (Bass)."""
    faded = math.exp(-(size.innovation + size.imitation) * year)
    return (1 - faded) / (1 + size.imitation / size.innovation * faded)


def _market(key: str, segment: Segment, year: int, events: Sequence[Event]) -> Market:
    shifts = [one.ideal[key].each() for one in events if key in one.ideal]
    ideal = [
        min(100.0, start + drift * (year - 1) + math.fsum(shift[at] for shift in shifts))
        for at, (start, drift) in enumerate(zip(segment.ideal.each(), segment.drift.each(), strict=True))
    ]
    factor = math.prod(one.sizes.get(key, 1.0) for one in events)
    return Market(
        key=key,
        buyers=rounded(buyers(segment.size, year) * factor, QUANTITIES),
        ideal=(ideal[0], ideal[1], ideal[2]),
        weights=segment.weights.each(),
        sensitivity=segment.sensitivity,
        elasticity=segment.elasticity,
        reference_price=segment.reference_price,
        outside=segment.outside * math.prod(one.outside.get(key, 1.0) for one in events),
    )
