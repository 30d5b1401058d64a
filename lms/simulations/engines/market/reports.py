"""What a year ends with: the public part, each team's own report, and what only the debrief may see."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lms.simulations.engines.data import Data
from lms.simulations.engines.market.quantities import Attributes
from lms.simulations.engines.market.records import Event, Forewarning, State

# The books, in ₹ million --------------------------------------------------------------------------------------------


class ProfitAndLoss(Data):
    """Profit of a year. Costs stand as positive figures; every sum is exact."""

    revenue: float
    cost_of_goods: float
    """Units sold at weighted average cost."""
    brand: float
    sales: float
    contribution: float
    """revenue − cost_of_goods − brand − sales."""
    development: float
    """Of products and of a launch."""
    launch_fee: float
    carrying: float
    """Of closing stock, at its value before the write-down."""
    write_down: float
    """Of closing stock of products under development."""
    fixed: float
    depreciation: float
    research: float
    operating_profit: float
    """contribution less everything from development to research."""
    interest: float
    """Earned on opening cash less paid on opening debt."""
    before_tax: float
    tax: float
    after_tax: float


class CashFlow(Data):
    """Where the money went. opening + change = closing; debt counts as negative cash."""

    opening: float
    receipts: float
    """Revenue; everybody pays at once."""
    production: float
    """What was made, sold or not."""
    spends: float
    """Brand, sales, development, launch fee, research, carrying, fixed cost."""
    interest: float
    tax: float
    operating: float
    """receipts − production − spends + interest − tax."""
    investment: float
    """Capacity added."""
    change: float
    """operating − investment: the free cash flow."""
    closing: float


class BalanceSheet(Data):
    """What there is at the end of the year. cash + stock + plant = debt + equity."""

    cash: float
    stock: float
    gross_plant: float
    plant: float
    """Less depreciation."""
    debt: float
    equity: float
    losses: float
    """That lower later tax; not an asset here."""


# A team's own report ------------------------------------------------------------------------------------------------


class SegmentLine(Data):
    """One product in one segment."""

    awareness: float
    demand: float
    """'000 units that chose it."""
    share: float
    """Of the segment's demand."""
    sold: float
    """'000 units, with what came over from others' empty shelves."""


class ProductReport(Data):
    """One product in the year. Money in ₹ million, quantities in '000, prices and unit costs in ₹ '000."""

    attributes: Attributes
    """As sold in the year."""
    attributes_next: Attributes
    """As sold from next year."""
    price: float
    unit_cost: float
    """Of a unit made within capacity in the year."""
    average_cost: float
    """Weighted average of opening stock and what was made: what a unit sold cost."""
    channel: float
    planned: float
    produced: float
    forecast: float
    demand: float
    served: float
    """Of this demand, what found the product on the shelf."""
    sold: float
    stock: float
    stock_value: float
    """After the write-down."""
    production_cost: float
    revenue: float
    cost_of_goods: float
    brand: float
    sales: float
    contribution: float
    development: float
    carrying: float
    write_down: float
    segments: dict[str, SegmentLine]


class Capacity(Data):
    """The plant in the year, '000 units."""

    available: float
    """After events."""
    planned: float
    produced: float
    """No more than the ceiling: plans above it are scaled down."""
    above: float
    """Units made above capacity, at a premium."""
    added: float
    """Usable from next year."""
    next: float
    utilisation: float
    """produced / available."""


class Term(Data):
    """One term of the scorecard, from figure to points."""

    key: str
    raw: float
    """The figure."""
    zero: float
    """The figure that would give nothing."""
    full: float
    """The figure that would give everything."""
    reached: float
    """0 to 100: 100 · (raw − zero) / (full − zero), kept within 0 and 100."""
    weight: float
    points: float
    """weight · reached / 100."""


class Scorecard(Data):
    """Points so far, as if the world ended after this year."""

    total: float
    """0 to 100."""
    present_value: float
    """₹ million: discounted free cash flows of the years so far."""
    terminal_value: float
    """₹ million, discounted: what the portfolio is worth after them."""
    terms: tuple[Term, ...]


class Note(Data):
    """Something that the rules did, said openly."""

    about: str
    """`idle`, `production`, `debt`, `launch`."""
    product: str | None = None
    text: str


class SizeLine(Data):
    """Estimates of buyers in '000."""

    next_year: float
    year_after: float


class SizesAnswer(Data):
    """Buyers of each segment; every figure may be off by the spread, events to come are not in it."""

    study: Literal["sizes"] = "sizes"
    segments: dict[str, SizeLine]


class IdealsAnswer(Data):
    """Ideal points of each segment next year; every figure may be off by the spread."""

    study: Literal["ideals"] = "ideals"
    segments: dict[str, Attributes]


class OrderAnswer(Data):
    """What matters, in order, the most important first; exact."""

    study: Literal["order"] = "order"
    attributes: dict[str, tuple[str, ...]]
    """For each segment."""
    by_price: tuple[str, ...]
    """Segments, the most sensitive to price first."""
    by_fit: tuple[str, ...]
    """Segments, the least forgiving of a gap first."""


class RivalLine(Data):
    """A product of another team as it was sold in the year that ends."""

    price: float
    attributes: Attributes


class RivalsAnswer(Data):
    """Products of the others, by team; exact, and a year old when it is read."""

    study: Literal["rivals"] = "rivals"
    teams: dict[str, dict[str, RivalLine]]


class TestAnswer(Data):
    """By how many per cent demand for a product changes when one spend changes by one per cent."""

    study: Literal["test"] = "test"
    product: str
    spend: str
    elasticity: float
    """Measured in the year that ends; may be off by the spread."""


Answer = Annotated[
    SizesAnswer | IdealsAnswer | OrderAnswer | RivalsAnswer | TestAnswer, Field(discriminator="study")
]


class TeamReport(Data):
    """What a team reads after the year."""

    team: str
    round: int
    idle: bool
    """Nothing valid was handed in; the idle rule decided."""
    notes: tuple[Note, ...]
    profit: ProfitAndLoss
    cash: CashFlow
    balance: BalanceSheet
    products: dict[str, ProductReport]
    capacity: Capacity
    research: tuple[Answer, ...]
    scorecard: Scorecard


# Public, and behind the scenes --------------------------------------------------------------------------------------


class PublicProduct(Data):
    """What everybody sees of a product."""

    price: float
    shares: dict[str, float]
    """Of each segment's demand."""
    sold: float


class PublicMarket(Data):
    """What everybody sees of a segment, '000 units."""

    buyers: float
    sold: float
    outside_share: float
    """Share of demand for none of the teams."""


class Public(Data):
    """What everybody reads after the year."""

    round: int
    event: Event | None
    """What happened in the year."""
    in_force: tuple[str, ...]
    """Keys of all events that had an effect in the year."""
    warning: Forewarning | None
    """What is expected for next year."""
    segments: dict[str, PublicMarket]
    teams: dict[str, dict[str, PublicProduct]]


class HiddenMarket(Data):
    """The truth of a segment in the year."""

    ideal: Attributes
    lost: float
    """'000 units of demand that found nothing."""


class Hidden(Data):
    """What only the debrief may see."""

    segments: dict[str, HiddenMarket]
    fit: dict[str, dict[str, dict[str, float]]]
    """By team, product and segment, 0 to 1."""


class Report(Data):
    """A year, whole."""

    round: int
    public: Public
    teams: dict[str, TeamReport]
    hidden: Hidden


class Result(Data):
    """The next state, and the report of the year."""

    state: State
    report: Report
