"""The state of one team: what is true, and hidden from the team until the debrief."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from lms.simulations.engines.data import Data
from lms.simulations.engines.leadership.names import (
    LINES,
    SINGLE,
    STAKEHOLDERS,
    Letter,
    Line,
    StakeholderId,
)
from lms.simulations.engines.leadership.parameters import Parameters, Points, Shares


class Person(Data):
    """A product manager who is there."""

    id: str
    skill: Points
    engagement: Points


class Pledge(Data):
    """A promise that was given and has not fallen due."""

    to: StakeholderId
    costs: float
    card: str
    made: int
    """The round in which it was given."""
    due: int
    """The round in whose course it is judged."""


class Choice(Data):
    """What was chosen on a card, and how that judges."""

    round: int
    card: str
    option: Letter
    fitting: Letter
    quality: float
    idle: bool = False
    """Nobody decided; the option is what came of that."""


class State(Data):
    """A team between two rounds. Values are points in [0, 100]."""

    seed: int
    """Of the world: it draws cards, orders, noise and who leaves, alike for all teams."""
    round: int = Field(ge=1)
    """The round that is played next."""
    trust: dict[StakeholderId, Points]
    buy_in: dict[StakeholderId, Points]
    people: tuple[Person, ...]
    vision: Points
    safety: Points
    delivery: Points
    debt: Points
    customers: Points
    budget: Points
    lines: dict[Line, Points]
    promises: tuple[Pledge, ...] = ()
    left: tuple[str, ...] = ()
    """Product managers who have left, in that order."""
    choices: tuple[Choice, ...] = ()
    capacity: Shares | None = None
    """Where the capacity went in the last round."""

    def values(self) -> dict[str, float]:
        """Every value by its name."""
        found: dict[str, float] = {name: getattr(self, name) for name in SINGLE}
        found |= {f"trust.{one}": self.trust[one] for one in STAKEHOLDERS}
        found |= {f"buy_in.{one}": self.buy_in[one] for one in STAKEHOLDERS}
        for one in self.people:
            found[f"skill.{one.id}"] = one.skill
            found[f"engagement.{one.id}"] = one.engagement
        return found | {f"line.{one}": self.lines[one] for one in LINES}


def beginning(params: Parameters, seed: int) -> State:
    """The state before the first round."""
    start = params.start
    return State(
        seed=seed,
        round=1,
        trust=dict.fromkeys(STAKEHOLDERS, start.trust),
        buy_in=dict.fromkeys(STAKEHOLDERS, start.buy_in),
        people=tuple(Person(id=one.id, skill=one.skill, engagement=one.engagement) for one in start.people),
        vision=start.vision,
        safety=start.safety,
        delivery=start.delivery,
        debt=start.debt,
        customers=start.customers,
        budget=start.budget,
        lines=start.lines,
    )


def parts(values: Mapping[str, float], people: tuple[str, ...]) -> dict[str, object]:
    """Values by their names as the fields of a state."""
    return {
        **{name: values[name] for name in SINGLE},
        "trust": {one: values[f"trust.{one}"] for one in STAKEHOLDERS},
        "buy_in": {one: values[f"buy_in.{one}"] for one in STAKEHOLDERS},
        "people": tuple(
            Person(id=one, skill=values[f"skill.{one}"], engagement=values[f"engagement.{one}"])
            for one in people
        ),
        "lines": {one: values[f"line.{one}"] for one in LINES},
    }
