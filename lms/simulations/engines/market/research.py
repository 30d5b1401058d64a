"""Studies: true figures of the market with noise that belongs to the question, not to the order of questions.

The noise of every figure is drawn by world, team, year, study and cell. Whatever else a team buys, and however often it
is computed, the same study of the same year says the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.simulations.engines import draws
from lms.simulations.engines.exact import QUANTITIES, rounded
from lms.simulations.engines.market.conditions import Conditions
from lms.simulations.engines.market.figures import money
from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.quantities import ATTRIBUTES, Attributes
from lms.simulations.engines.market.records import MarketingTest, ProductDecision, State, Study
from lms.simulations.engines.market.reports import (
    Answer,
    IdealsAnswer,
    OrderAnswer,
    RivalLine,
    RivalsAnswer,
    SizeLine,
    SizesAnswer,
    TestAnswer,
)

PLACES = 3


@dataclass(frozen=True)
class Truth:
    """What is true at the end of a year."""

    state: State
    """At its beginning."""
    next_year: Conditions
    year_after: Conditions
    prices: Mapping[str, Mapping[str, float]]
    """By team and product."""
    elasticities: Mapping[tuple[str, str, str], float]
    """Of demand with respect to a spend, by team, product and spend; only what was asked for."""


def price_of(params: Parameters, studies: Sequence[Study]) -> int:
    """₹ 1,000 for some studies."""
    return sum(money(getattr(params.research, one.study).price) for one in studies)


def answer(params: Parameters, truth: Truth, team: str, study: Study) -> Answer:
    """What a study says to a team."""
    if isinstance(study, MarketingTest):
        cell = (study.product, study.spend)
        noise = 1 + _noise(params, truth, team, study.study, *cell)
        value = truth.elasticities[team, study.product, study.spend] * noise
        return TestAnswer(product=study.product, spend=study.spend, elasticity=rounded(value, PLACES))
    if study.study == "sizes":
        return _sizes(params, truth, team)
    if study.study == "ideals":
        return _ideals(params, truth, team)
    return _order(params) if study.study == "order" else _rivals(truth, team)


def _noise(params: Parameters, truth: Truth, team: str, study: str, *cell: str) -> float:
    spread = getattr(params.research, study).spread
    state = truth.state
    return draws.within(spread, state.seed, state.world, team, state.round, study, *cell)


def _sizes(params: Parameters, truth: Truth, team: str) -> Answer:
    def estimate(now: Conditions, when: str) -> dict[str, float]:
        return {
            one.key: rounded(
                one.buyers * (1 + _noise(params, truth, team, "sizes", one.key, when)), QUANTITIES
            )
            for one in now.markets
        }

    following, after = estimate(truth.next_year, "next"), estimate(truth.year_after, "after")
    return SizesAnswer(
        segments={key: SizeLine(next_year=following[key], year_after=after[key]) for key in following}
    )


def _ideals(params: Parameters, truth: Truth, team: str) -> Answer:
    return IdealsAnswer(
        segments={
            one.key: Attributes(
                **{
                    name: rounded(ideal + _noise(params, truth, team, "ideals", one.key, name), PLACES)
                    for name, ideal in zip(ATTRIBUTES, one.ideal, strict=True)
                }
            )
            for one in truth.next_year.markets
        }
    )


def _order(params: Parameters) -> Answer:
    segments = params.segments

    def falling(figures: Mapping[str, float]) -> tuple[str, ...]:
        return tuple(sorted(figures, key=lambda key: (-figures[key], key)))

    return OrderAnswer(
        attributes={key: falling(segments[key].weights.written()) for key in sorted(segments)},
        by_price=falling({key: one.elasticity for key, one in segments.items()}),
        by_fit=falling({key: one.sensitivity for key, one in segments.items()}),
    )


def _rivals(truth: Truth, team: str) -> Answer:
    return RivalsAnswer(
        teams={
            other: {
                key: RivalLine(price=truth.prices[other][key], attributes=one.attributes)
                for key, one in sorted(of.products.items())
            }
            for other, of in sorted(truth.state.teams.items())
            if other != team
        }
    )


def spend_elasticity(
    demand: Mapping[str, float],
    own_share: Mapping[str, float],
    sensitivity: Mapping[str, float],
) -> float:
    """Elasticity of a product's demand with respect to a spend.

    `sensitivity` is that of its attraction in each segment; demand follows it with one less the product's own share.
    """
    total = math.fsum(demand.values())
    if not total:
        return 0.0
    return (
        math.fsum(demand[segment] * (1 - own_share[segment]) * sensitivity[segment] for segment in demand)
        / total
    )


def attraction_sensitivity(
    params: Parameters, now: Conditions, decided: ProductDecision, spend: str, built: Mapping[str, float]
) -> dict[str, float]:
    """d ln attraction / d ln spend in each segment, given what awareness or channel came to."""
    brand = spend == "brand"
    by = params.demand.awareness if brand else params.demand.channel
    power = by.exponent if brand else now.channel_exponent
    found = {}
    for segment, level in built.items():
        money_there = decided.brand * decided.mix.get(segment, 0.0) if brand else decided.sales
        found[segment] = power * (1 - level) / by.scale * money_there / level if level else 0.0
    return found
