"""Cards: situations in which a team chooses one of three options."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from lms.simulations.engines.data import Data
from lms.simulations.engines.leadership.names import Code, Letter, StakeholderId

Words = Annotated[str, AfterValidator(lambda text: " ".join(text.split()))]
"""A text whose lines were broken for its author and are not broken for its readers."""


class Promise(Data):
    """What an option promises to somebody."""

    to: StakeholderId
    """Who will remember it."""
    costs: float = Field(gt=0, le=100)
    """Points of trust that it costs where it is not kept."""


class Option(Data):
    """One thing that a team may do."""

    text: Words
    """What the team would do, in 20 to 50 words; nothing in it says whether it is right."""
    cost: float = Field(ge=0, le=20)
    """Units of the round's attention."""
    effects: dict[str, float] = {}
    """Points by value (`trust.ceo`, `vision`, `engagement.*` …). Gains of trust fade with trust, losses weigh more."""
    promise: Promise | None = None
    consequence: Words
    """What came of it in the long run, told in the debrief."""


class Test(Data):
    """A question to the state before the round: is one value below a limit, or at least at it?"""

    quantity: str
    below: float | None = None
    at_least: float | None = None

    @model_validator(mode="after")
    def _has_one_limit(self) -> Self:
        if (self.below is None) == (self.at_least is None):
            raise ValueError("a test says either `below` or `at_least`")
        return self

    def holds(self, values: dict[str, float]) -> bool:
        """Whether the state is so; of somebody who has left nothing is so."""
        value = values.get(self.quantity)
        if value is None:
            return False
        return value < self.below if self.below is not None else value >= (self.at_least or 0)


class Context(Data):
    """When something else fits than what a textbook would do."""

    when: Test
    then: Letter
    """The option that fits where the test holds."""
    because: Words
    """Why, for the debrief."""
    penalty: dict[str, float] = {}
    """Effects on top where the textbook's option is taken although the test holds: too much process for the case."""
    penalty_says: Words = ""
    """The same in words, told after the round."""


class Card(Data):
    """A situation with its options."""

    id: str = Field(pattern=r"^[A-Z]\d{1,2}$")
    title: Words
    round: int | None = None
    """The round of an anchor, which every game has; None for a card that may be drawn."""
    latest: int | None = None
    """The last round in which it may be drawn; None for any."""
    codes: tuple[Code, Code, Code]
    """The competencies that the choice shows, the weightiest first."""
    textbook: Letter
    """What most books would advise; it fits unless the context says otherwise."""
    weak: Letter
    """What is worth least unless it fits."""
    idle: Letter
    """What happens where nobody decides."""
    context: Context | None = None
    situation: Words
    """What has come up, in 60 to 120 words."""
    options: dict[Letter, Option]

    def fitting(self, values: dict[str, float]) -> Letter:
        """The option that fits a state."""
        if self.context is not None and self.context.when.holds(values):
            return self.context.then
        return self.textbook
