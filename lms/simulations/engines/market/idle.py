"""What a team decides that decides nothing: it goes on as before and starts nothing new."""

from __future__ import annotations

from lms.simulations.engines.exact import QUANTITIES, rounded
from lms.simulations.engines.market.records import ProductDecision, TeamDecision, TeamState


def idle(team: TeamState) -> TeamDecision:
    """Price, spends and mix of the year before; production is last demand less stock; nothing else.

    There is no penalty beside what the market does to whoever stands still.
    """
    return TeamDecision(
        products={
            key: ProductDecision(
                price=one.price,
                brand=one.brand,
                mix=one.mix,
                sales=one.sales,
                production=rounded(max(0.0, one.demand - one.stock), QUANTITIES),
                forecast=one.demand,
            )
            for key, one in team.products.items()
        }
    )
