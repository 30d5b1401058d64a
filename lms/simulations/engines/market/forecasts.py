"""A team's own forecast, from what a team can see: its last demand, public sizes and prices, and rules of thumb.

Buyers of a segment are expected to go on growing as they did; a dearer product loses by a rule of thumb for elasticity,
more spending wins by one for saturation. None of it uses the true ideals or sensitivities.
"""

from __future__ import annotations

from collections.abc import Sequence

from lms.simulations.engines.market.parameters import Growing, Parameters
from lms.simulations.engines.market.records import ProductDecision, ProductState
from lms.simulations.engines.market.reports import ProductReport, Public

PRICE = -2.2
"""What everybody believes of price."""
SPEND = 0.12
"""And of spends."""


def growth(params: Parameters, public: Sequence[Public], segment: str) -> float:
    """Expected growth of a segment, from the last two years; a little where there is only one, more in a new market."""
    if len(public) < 2:
        return 1.04 if isinstance(params.segments[segment].size, Growing) else 1.15
    last, before = (one.segments[segment].buyers for one in (public[-1], public[-2]))
    return min(1.5, max(0.9, last / before))


def expected(
    params: Parameters,
    last: ProductReport,
    public: Sequence[Public],
    plan: ProductDecision,
) -> float:
    """'000 units expected of a product that was sold last year."""
    base = sum(line.demand * growth(params, public, segment) for segment, line in last.segments.items())
    price = (plan.price / last.price) ** PRICE
    spends = ratio(plan.brand, last.brand) ** SPEND * ratio(plan.sales, last.sales) ** SPEND
    return float(base * min(2.0, max(0.4, price)) * spends)


def ratio(now: float, before: float) -> float:
    """How much a spend grows, within reason."""
    return min(3.0, max(0.33, (now + 5) / (before + 5)))


def first_guess(
    params: Parameters,
    public: Sequence[Public],
    teams: int,
    product: ProductState,
    plan: ProductDecision,
    segment: str,
) -> float:
    """'000 units expected of a product without a year behind it."""
    if product.demand:
        price = (plan.price / product.price) ** PRICE
        spends = ratio(plan.brand, product.brand) ** SPEND * ratio(plan.sales, product.sales) ** SPEND
        return float(product.demand * min(2.0, max(0.4, price)) * spends)
    buyers = public[-1].segments[segment].buyers * growth(params, public, segment) if public else 0.0
    usual = params.segments[segment].reference_price
    share = 0.8 / (teams + 2) * min(2.0, max(0.4, (plan.price / usual) ** PRICE))
    return float(buyers * share)
