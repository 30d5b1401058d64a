"""What parameters, states and decisions are made of: kinds of numbers, one number for each attribute, a range."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from lms.simulations.engines.data import Data, comes_to_one

Positive = Annotated[float, Field(gt=0)]
Amount = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Key = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,39}$")]

ATTRIBUTES = ("performance", "ease", "trust")


class Attributes(Data):
    """One number for each attribute of a product: a level, a weight, a change."""

    performance: float
    ease: float
    trust: float

    def each(self) -> tuple[float, float, float]:
        """Performance, ease, trust."""
        return self.performance, self.ease, self.trust

    def come_to_one(self) -> bool:
        """Whether these are shares of a whole."""
        return min(self.each()) >= 0 and comes_to_one(self.written())


class Range(Data):
    """From `least` to `most`, both allowed."""

    least: float
    most: float

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least > self.most:
            raise ValueError("least is above most")
        return self
