"""The shipped scenario, and decisions for tests to begin from."""

from __future__ import annotations

from functools import cache
from typing import Any

from lms.simulations.engines import play
from lms.simulations.engines.leadership import Decisions, Parameters, State, beginning, deal

EVEN = {"cash": 0.30, "growth": 0.30, "bet": 0.15, "debt": 0.13, "discovery": 0.12}


@cache
def shipped() -> Parameters:
    return Parameters.read(play.parameters(play.shipped("six-quarters")))


def decided(state: State, option: str = "b", **changes: Any) -> Decisions:
    """A round's decisions: nobody is attended to, everybody is coached, everything is told."""
    dealt = deal.hand(shipped(), state.seed, state.round)
    raw: dict[str, Any] = {
        "attention": {},
        "capacity": EVEN,
        "delegation": {one.id: 2 for one in state.people},
        "message": "full",
        "options": {card.id: option for card in dealt},
    }
    return Decisions.read({**raw, **changes})


def with_card(number: int, card: str, *others: str) -> State:
    """The state at the beginning of a world that deals these cards in a round."""
    wanted = {card, *others}
    seed = next(seed for seed in range(5_000) if wanted <= set(deal.hands(shipped(), seed)[number - 1]))
    return beginning(shipped(), seed).model_copy(update={"round": number})


def moved(state: State, **changes: Any) -> State:
    """The same state with other values."""
    return State.read({**state.written(), **changes})
