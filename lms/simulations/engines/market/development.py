"""What money for development makes of products, and how a new one begins."""

from __future__ import annotations

import math

from lms.simulations.engines.exact import SHARES, rounded
from lms.simulations.engines.market.parameters import Development, Launch
from lms.simulations.engines.market.quantities import Attributes
from lms.simulations.engines.market.records import NOTHING, LaunchDecision, ProductDecision, ProductState


def effort(params: Development, spend: float, products: int) -> float:
    """Points that a spend in ₹ million gives before diminishing returns, in a team of so many products."""
    focus: float = (params.focus / max(params.focus, products)) ** params.focus_exponent
    return params.reach * math.sqrt(spend / params.scale) * focus


def developed(
    params: Development, levels: Attributes, points: float, weights: Attributes, trim: Attributes
) -> Attributes:
    """Levels after development and trimming, within what a product can have."""
    least, most = params.attributes.least, params.attributes.most
    after = [
        rounded(min(most, max(least, level + points * weight * (params.ceiling - level / 100) - cut)), SHARES)
        for level, weight, cut in zip(levels.each(), weights.each(), trim.each(), strict=True)
    ]
    return Attributes(performance=after[0], ease=after[1], trust=after[2])


def next_levels(
    params: Development, levels: Attributes, decided: ProductDecision, products: int
) -> Attributes:
    """A product's levels next year."""
    points = effort(params, decided.development, products)
    return developed(params, levels, points, decided.weights or NOTHING, decided.trim)


def launched(
    development: Development, launch: Launch, decided: LaunchDecision, parent: ProductState
) -> ProductState:
    """A new product as it begins next year, from its parent at the end of this one."""
    points = launch.reach * math.sqrt(decided.development / development.scale)
    return ProductState(
        attributes=developed(development, parent.attributes, points, decided.weights, NOTHING),
        awareness=dict.fromkeys(parent.awareness, launch.awareness),
        channel=rounded(parent.channel * launch.channel, SHARES),
        shares=dict.fromkeys(parent.shares, 0.0),
        stock=0.0,
        stock_value=0.0,
        cumulative=0.0,
        price=parent.price,
        brand=0.0,
        mix=parent.mix,
        sales=0.0,
        demand=0.0,
    )
