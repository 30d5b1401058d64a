"""How buyers choose: awareness, channel, fit, attraction, shares. Plain functions of numbers, nothing rounded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lms.simulations.engines.market.conditions import Conditions, Market, Three
from lms.simulations.engines.market.parameters import Demand, Response


def built(before: float, spend: float, by: Response) -> float:
    """Awareness or channel after a year: what stays of it, and the part of the way left that a spend goes."""
    kept = by.retention * before
    return kept + (1 - kept) * -math.expm1(-spend / by.scale)


def fit(market: Market, levels: Three, overshoot: float) -> float:
    """The exponent F of fit, 0 for the ideal product and negative for every other.

    A point above the ideal counts as `overshoot` of a point below it.
    """
    total = 0.0
    for weight, ideal, level in zip(market.weights, market.ideal, levels, strict=True):
        gap = (ideal - level) / 100 if level < ideal else overshoot * (level - ideal) / 100
        total += weight * gap * gap
    return -market.sensitivity * total


@dataclass(frozen=True)
class Offer:
    """A product as buyers meet it in one year."""

    price: float
    levels: Three
    awareness: dict[str, float]
    channel: float
    last: dict[str, float]
    """Share of demand in each segment in the year before."""


def attraction(params: Demand, now: Conditions, market: Market, offer: Offer, exponent: float) -> float:
    """How strongly an offer draws the buyers of a segment that it fits with this exponent."""
    aware, reached = offer.awareness[market.key], offer.channel
    if aware <= 0 or reached <= 0:
        return 0.0
    known: float = aware**params.awareness.exponent * reached**now.channel_exponent
    priced: float = (offer.price / market.reference_price) ** -market.elasticity
    return known * math.exp(exponent + params.inertia * offer.last[market.key]) * priced


def shares(outside: float, attractions: Sequence[float]) -> list[float]:
    """Share of each offer; what is left to one is the share of the outside option."""
    total = math.fsum([outside, *attractions])
    return [one / total for one in attractions]
