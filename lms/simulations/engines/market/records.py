"""What a year begins with and what is decided in it: state, decisions, event.

Money and quantities with more than three decimal places are rounded to ₹ 1,000 and to whole units, half to even.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lms.simulations.engines.data import Data
from lms.simulations.engines.market.quantities import Amount, Attributes, Positive, Share

# Events -------------------------------------------------------------------------------------------------------------


class Event(Data):
    """Something that happens to all teams alike, with its effects while it lasts."""

    key: str
    title: str
    text: str
    rounds: int | None = Field(default=None, ge=1)
    """How many years it lasts; None: to the end."""
    input_cost: Positive = 1.0
    """Unit costs times this."""
    capacity: Positive = 1.0
    """Capacity times this."""
    sizes: dict[str, Positive] = {}
    """Buyers of a segment times this."""
    outside: dict[str, Positive] = {}
    """Outside attraction of a segment times this."""
    ideal: dict[str, Attributes] = {}
    """Points by which the ideal of a segment shifts."""
    channel_exponent: Positive | None = None
    """In place of the exponent of the channel."""


class Happened(Data):
    """An event and the year in which it came."""

    round: int
    event: Event


class Forewarning(Data):
    """What is expected for a year: it comes with the certainty given, and nothing comes unannounced."""

    round: int
    """The year it is expected in."""
    key: str
    title: str
    text: str
    certainty: Share


# State --------------------------------------------------------------------------------------------------------------


class ProductState(Data):
    """A product at the beginning of a year."""

    attributes: Attributes
    """Levels, 5 to 100."""
    awareness: dict[str, Share]
    """In each segment."""
    channel: Share
    """Reach of its sales channels."""
    shares: dict[str, Share]
    """Share of demand in each segment in the year before."""
    stock: Amount
    """'000 units."""
    stock_value: Amount
    """₹ million, at weighted average cost less write-downs."""
    cumulative: Amount
    """'000 units made so far."""
    price: Positive
    """₹ '000 in the year before; for a new product its parent's."""
    brand: Amount
    """₹ million in the year before."""
    mix: dict[str, Share]
    """Shares of the brand spend in the year before."""
    sales: Amount
    """₹ million in the year before."""
    demand: Amount
    """'000 units in the year before, before anything ran out."""


class Year(Data):
    """What the scorecard needs of a year that is over."""

    free_cash_flow: float
    """₹ million: operating cash flow less investment."""
    revenue: Amount
    contribution: float
    """₹ million: revenue less cost of goods, brand and sales spends."""
    debt: Amount
    """₹ million at its end."""
    sold: Amount
    """'000 units."""
    delight: Amount
    """'000 units, each counted with its fit (0 to 1) for the segment that bought it."""
    demand: Amount
    """'000 units."""
    served: Amount
    """'000 units of that demand that found the product on the shelf."""
    missed: Amount
    """'000 units by which forecasts were off, products added up."""
    utilisation: Amount
    """Made by capacity."""


class TeamState(Data):
    """A team at the beginning of a year."""

    cash: Amount
    """₹ million; none while there is debt."""
    debt: Amount
    """₹ million."""
    capacity: Positive
    """'000 units a year."""
    gross_plant: Amount
    """₹ million: what the plant has cost."""
    net_plant: Amount
    """₹ million: less depreciation."""
    losses: Amount
    """₹ million of losses that lower later tax."""
    products: dict[str, ProductState]
    years: tuple[Year, ...] = ()


class State(Data):
    """A world at the beginning of a year."""

    world: str
    seed: int
    round: int = Field(ge=1)
    """The year to be played next; one above the last when all are over."""
    teams: dict[str, TeamState]
    events: tuple[Happened, ...] = ()
    """Everything that has happened, in order."""
    warning: Forewarning | None = None
    """What is expected for the year to be played."""


# Decisions ----------------------------------------------------------------------------------------------------------

NOTHING = Attributes(performance=0, ease=0, trust=0)


class ProductDecision(Data):
    """What is decided for one product for one year."""

    price: float
    """₹ '000, 3 to 30."""
    brand: Amount = 0.0
    """₹ million."""
    mix: dict[str, Share]
    """Share of the brand spend in each segment; they come to one."""
    sales: Amount = 0.0
    """₹ million for sales and channels."""
    development: Amount = 0.0
    """₹ million; works from next year."""
    weights: Attributes | None = None
    """What it is spent on: come to one; needed where `development` is above nothing."""
    trim: Attributes = NOTHING
    """Points taken off each attribute, free of charge, from next year; 0 to 10."""
    production: Amount
    """'000 units."""
    forecast: Amount
    """'000 units of demand that the team expects."""


class LaunchDecision(Data):
    """A new product, sold from next year."""

    parent: str
    """The product that it is a clone of."""
    development: Amount
    """₹ million, at least 60, beside the fee."""
    weights: Attributes
    """What it is spent on; come to one."""


class Survey(Data):
    """A study that needs no further choice."""

    study: Literal["sizes", "ideals", "order", "rivals"]


class MarketingTest(Data):
    """A study of what one spend of one product does."""

    study: Literal["test"]
    product: str
    spend: Literal["brand", "sales"]


Study = Annotated[Survey | MarketingTest, Field(discriminator="study")]


class TeamDecision(Data):
    """What a team decides for one year."""

    products: dict[str, ProductDecision]
    """Every product of the team."""
    capacity: Amount = 0.0
    """'000 units a year to be added, usable from next year."""
    launch: LaunchDecision | None = None
    research: tuple[Study, ...] = ()
    editor: str = ""
    """Who handed it in."""
    rationale: str = ""
    """Why, in the team's words."""


class Decisions(Data):
    """What all teams decide for one year. A team without a decision is idle."""

    teams: dict[str, TeamDecision | None]
