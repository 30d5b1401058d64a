"""What a team decides in a round, what is refused, and what holds where nothing was decided."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field

from lms.simulations.engines.data import Data, InvalidInput, Problem
from lms.simulations.engines.leadership import deal
from lms.simulations.engines.leadership.names import Letter, Message, StakeholderId
from lms.simulations.engines.leadership.parameters import Amount, Parameters, Shares
from lms.simulations.engines.leadership.state import State

Style = Annotated[int, Field(ge=1, le=4)]
"""How a product manager is led: 1 directed, 2 coached, 3 supported, 4 left to decide."""
DELEGATE: Style = 4


class Attention(Data):
    """Where the units of attention go; who is not named gets none. What is over the round's units is scaled down."""

    stakeholders: dict[StakeholderId, Amount] = {}
    people: dict[str, Amount] = {}
    vision: Amount = 0
    """Working on the vision and telling it."""
    ritual: Amount = 0
    """The team's own meetings: reviews in which one may say what went wrong."""
    customers: Amount = 0
    """Time with customers other than the key customer."""

    def by_name(self) -> dict[str, float]:
        """Units by what they are for (`trust.ceo`, `people.a`, `vision` …), all that are named."""
        return {
            **{f"trust.{one}": units for one, units in self.stakeholders.items()},
            **{f"people.{one}": units for one, units in self.people.items()},
            "vision": self.vision,
            "ritual": self.ritual,
            "customers": self.customers,
        }


class Decisions(Data):
    """One round's decisions of a team."""

    attention: Attention
    capacity: Shares
    delegation: dict[str, Style]
    """The style for every product manager who is there."""
    message: Message
    options: dict[str, Letter]
    """The option chosen on each of the round's cards, by its authored letter."""
    hire: str | None = None
    """Who is hired, where somebody may be; they start next quarter."""


def problems(params: Parameters, state: State, decisions: Decisions, at: str = "") -> list[Problem]:
    """All that keeps these decisions from being played in this state, each with its place below `at`."""
    here = f"{at}." if at else ""
    if over := ended(params, state, at):
        return over
    found = [
        *_cards(params, state, decisions),
        *_people(state, decisions),
        *_hire(params, state, decisions),
    ]
    if not math.isfinite(sum(decisions.attention.by_name().values())):
        found.append(Problem("attention", "is more than can be counted"))
    return [Problem(f"{here}{one.place}", one.says) for one in found]


def ended(params: Parameters, state: State, at: str = "") -> list[Problem]:
    """The problem of a round after the last, where this would be one."""
    return (
        [Problem(at, f"the game is over after round {params.rounds}")] if state.round > params.rounds else []
    )


def checked(params: Parameters, state: State, decisions: Decisions, at: str = "") -> Decisions:
    """The decisions where they can be played; InvalidInput with every problem where not."""
    if found := problems(params, state, decisions, at):
        raise InvalidInput(found)
    return decisions


def idle(params: Parameters, state: State, at: str = "") -> Decisions:
    """What holds where a team submitted nothing.

    Budgets run on by themselves, so the capacity stays where it was (evenly spread in the first round). Nothing else
    happens by itself: nobody is met, product managers are left alone, nothing is told, nobody is hired, and each card
    takes the course that it takes when nobody decides. InvalidInput where the game is over.
    """
    if over := ended(params, state, at):
        raise InvalidInput(over)
    even = Shares(cash=0.2, growth=0.2, bet=0.2, debt=0.2, discovery=0.2)
    return Decisions(
        attention=Attention(),
        capacity=state.capacity or even,
        delegation={one.id: DELEGATE for one in state.people},
        message="minimal",
        options={card.id: card.idle for card in deal.hand(params, state.seed, state.round)},
    )


def _cards(params: Parameters, state: State, decisions: Decisions) -> list[Problem]:
    dealt = [card.id for card in deal.hand(params, state.seed, state.round)]
    return [
        *(
            Problem(f"options.{one}", f"no such card in round {state.round}; there are {', '.join(dealt)}")
            for one in decisions.options
            if one not in dealt
        ),
        *(Problem(f"options.{one}", "choose a, b or c") for one in dealt if one not in decisions.options),
    ]


def _people(state: State, decisions: Decisions) -> list[Problem]:
    there = {one.id for one in state.people}
    return [
        *(
            Problem(f"attention.people.{one}", "there is no such product manager now")
            for one in decisions.attention.people
            if one not in there
        ),
        *(
            Problem(f"delegation.{one}", "there is no such product manager now")
            for one in decisions.delegation
            if one not in there
        ),
        *(
            Problem(f"delegation.{one}", "say how this product manager is led, from 1 to 4")
            for one in sorted(there)
            if one not in decisions.delegation
        ),
    ]


def _hire(params: Parameters, state: State, decisions: Decisions) -> list[Problem]:
    if decisions.hire is None:
        return []
    free = candidates(params, state)
    if free and decisions.hire not in free:
        return [Problem("hire", f"can be {', '.join(free)} or nobody")]
    if not free:
        return [Problem("hire", "nobody can be hired in this round")]
    return []


def candidates(params: Parameters, state: State) -> tuple[str, ...]:
    """Who may be hired now: nobody out of season or where every chair is taken, nobody twice."""
    rules = params.hiring
    if state.round not in rules.rounds or len(state.people) >= params.people.most:
        return ()
    known = {*(one.id for one in state.people), *state.left}
    return tuple(seat.id for seat in rules.candidates if seat.id not in known)
