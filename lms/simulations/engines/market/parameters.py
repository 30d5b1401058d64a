"""The numbers of the world, as a scenario gives them; what does not make sense together is refused here."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from lms.simulations.engines.data import Data, InvalidInput, Problem, comes_to_one
from lms.simulations.engines.market.quantities import Amount, Attributes, Key, Positive, Range, Share


class Teams(Data):
    """How many teams a world has."""

    least: int = Field(ge=1)
    most: int = Field(ge=1, le=12)


class Growing(Data):
    """A segment that grows by the same share every year."""

    kind: Literal["growing"]
    buyers: Positive
    """Buyers of the first year in '000."""
    growth: float = Field(gt=-1)
    """By this share a year."""


class Diffusing(Data):
    """A segment whose first buyers come by diffusion (Bass): innovators first, then those who saw them."""

    kind: Literal["diffusing"]
    potential: Positive
    """All who will ever buy, in '000."""
    innovation: Positive
    imitation: Amount


class Segment(Data):
    """A group of buyers who value alike."""

    title: str = Field(min_length=1)
    about: str = Field(min_length=1)
    """What everybody is told of them."""
    size: Growing | Diffusing = Field(discriminator="kind")
    reference_price: Positive
    """₹ '000: at this price the price term is one."""
    elasticity: Positive
    """Of attraction with respect to price."""
    sensitivity: Positive
    """How much a gap between product and ideal costs."""
    weights: Attributes
    """Of the attributes; they come to one."""
    ideal: Attributes
    """What buyers want in the first year, 0 to 100."""
    drift: Attributes
    """Points by which the ideal moves in a year."""
    outside: Positive
    """Attraction of buying from none of the teams."""

    @model_validator(mode="after")
    def _weights(self) -> Self:
        if not self.weights.come_to_one():
            raise ValueError("weights are not negative and come to one")
        return self


class StartProduct(Data):
    """A product that every team begins with, and what it carries on with where it decides nothing."""

    attributes: Attributes
    price: Positive
    brand: Amount
    """₹ million of the year before."""
    mix: dict[str, Share]
    """Share of the brand spend in each segment."""
    sales: Amount
    """₹ million of the year before."""
    demand: Amount
    """'000 units of the year before."""


class Start(Data):
    """What every team begins with; all begin alike."""

    cash: Amount
    """₹ million."""
    capacity: Positive
    """'000 units a year."""
    products: dict[Key, StartProduct] = Field(min_length=1)
    awareness: Share
    channel: Share
    cumulative: Amount
    """'000 units made before the start."""


class Response(Data):
    """Something that a spend builds up, with diminishing effect, and that fades without it."""

    retention: Share
    """What stays of it in a year."""
    scale: Positive
    """₹ million that bring it 63 per cent of the way that is left."""
    exponent: Positive
    """Its power in attraction."""


class Demand(Data):
    """How buyers answer."""

    awareness: Response
    channel: Response
    inertia: Amount
    """Weight of last year's share in attraction."""
    overshoot: Share
    """A point above the ideal counts as so much of a point below it."""
    spill: Share
    """What part of unmet demand is offered once to products with stock left."""


class Production(Data):
    """What it costs to make."""

    ceiling: float = Field(ge=1)
    """Most that can be made, as a multiple of capacity."""
    premium: Amount
    """What a unit above capacity costs more, as a share."""
    base: Positive
    """₹ '000 a unit."""
    squares: Attributes
    """₹ '000 a unit for (attribute / 100)²."""
    learning: Amount
    """Unit cost falls with cumulative volume to this power."""
    reference: Positive
    """Cumulative volume in '000 up to which nothing is learnt."""
    floor: Share
    """Share of unit cost below which learning does not take it."""
    plant: Amount
    """₹ million for capacity of '000 units a year."""


class Ledger(Data):
    """What the books know."""

    fixed: Amount
    """₹ million a year."""
    per_product: Amount
    """₹ million a year and product."""
    complexity: Amount
    """₹ million, times the square of products above `simple`."""
    simple: int = Field(ge=0)
    carrying: Share
    """Of the value of closing stock."""
    write_down: Share
    """Of the value of closing stock of a product under development."""
    depreciation: Share
    """Of gross plant, a year, as long as its net value lasts."""
    interest_debt: Share
    interest_cash: Share
    """Both on the opening balance."""
    tax: Share
    """Of profit, after losses carried forward."""


class Development(Data):
    """What money for development does."""

    reach: Positive
    scale: Positive
    """₹ million for which effort equals `reach`."""
    focus: Positive
    focus_exponent: Amount
    """Effort for one product falls with (focus / products) to this power, above `focus` products."""
    ceiling: Positive
    """An attribute gains in proportion to what it lacks of 100 times this."""
    most_trim: Amount
    attributes: Range
    """Levels that a product can have."""


class Launch(Data):
    """A new product: a clone of one of the team's, developed at once, sold from next year."""

    fee: Amount
    least: Amount
    """₹ million of development that a launch needs."""
    reach: Positive
    awareness: Share
    channel: Share
    """Share of its parent's."""
    most_products: int = Field(ge=1, le=9)


class Limits(Data):
    """Beyond these a decision is refused."""

    price: Range
    money: Positive
    """₹ million for one purpose in one year."""
    quantity: Positive
    """'000 units."""
    rationale: int = Field(ge=0)
    """Characters."""


class StudyPrice(Data):
    """What a study costs and how far its figures may be off."""

    price: Amount
    """₹ million."""
    spread: Amount


class Research(Data):
    """The studies on sale."""

    sizes: StudyPrice
    ideals: StudyPrice
    order: StudyPrice
    rivals: StudyPrice
    test: StudyPrice


class EventSpec(Data):
    """An event as the deck has it: what it does while it lasts."""

    title: str = Field(min_length=1)
    text: str = Field(min_length=1)
    rounds: int | None = Field(default=None, ge=1)
    """How many years it lasts; None: to the end."""
    input_cost: Positive = 1.0
    """Unit costs times this."""
    capacity: Positive = 1.0
    """Capacity times this."""
    sizes: dict[str, tuple[Positive, Positive]] = {}
    """Buyers of a segment times a number between these two, drawn once for all segments."""
    outside: dict[str, Positive] = {}
    """Outside attraction of a segment times this."""
    ideal: dict[str, Attributes] = {}
    """Points by which the ideal of a segment shifts."""
    channel_exponent: Positive | None = None
    """In place of the exponent of the channel."""


class Events(Data):
    """The deck, and how it is dealt."""

    probability: Share
    """Of an event in a year."""
    certainty: float = Field(gt=0, le=1)
    """A warning comes true with this chance; never below `probability`."""
    first: int = Field(ge=1)
    """No event before this year."""
    deck: dict[Key, EventSpec]

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.probability > self.certainty:
            raise ValueError("probability is above certainty: no warning could be as sure as that")
        return self


class TermSpec(Data):
    """One term of the scorecard: a figure becomes 0 to 100, in proportion between two marks."""

    weight: Amount
    zero: float
    """The figure that gives nothing."""
    full: float
    """The figure that gives everything."""

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.zero == self.full:
            raise ValueError("zero and full are the same")
        return self


class Terms(Data):
    """The nine terms; their weights come to 100."""

    value: TermSpec
    margin: TermSpec
    safety: TermSpec
    satisfaction: TermSpec
    volume: TermSpec
    fill: TermSpec
    forecast: TermSpec
    utilisation: TermSpec
    future: TermSpec

    @model_validator(mode="after")
    def _weights(self) -> Self:
        total = sum(getattr(self, name).weight for name in type(self).model_fields)
        if abs(total - 100) > 1e-6:
            raise ValueError(f"weights come to {total:g}, not to 100")
        return self


class Scorecard(Data):
    """How a team's years become points."""

    discount: Amount
    """Rate of a year."""
    multiple: Amount
    """Of the mean free cash flow of the last years, times future fit: the terminal value."""
    last: int = Field(ge=1)
    segments: int = Field(ge=1)
    """Future fit is the mean of so many best segments."""
    best_utilisation: Positive
    terms: Terms


class Parameters(Data):
    """All numbers of a world."""

    name: str
    title: str
    rounds: int = Field(ge=1, le=40)
    teams: Teams
    segments: dict[Key, Segment] = Field(min_length=1)
    start: Start
    demand: Demand
    production: Production
    ledger: Ledger
    development: Development
    launch: Launch
    limits: Limits
    research: Research
    events: Events
    scorecard: Scorecard
    evidence: dict[Key, dict[Key, Share]] = {}
    """Competency code → terms of the scorecard with their shares, which come to one: what a game says about a code."""

    @model_validator(mode="after")
    def _together(self) -> Self:
        wrong = [*self._start(), *self._events(), *self._evidence()]
        if self.teams.least > self.teams.most:
            wrong.append("teams: least is above most")
        if wrong:
            raise InvalidInput([Problem(*one.split(": ", 1)) for one in wrong])
        return self

    def _start(self) -> list[str]:
        levels, prices = self.development.attributes, self.limits.price
        wrong = []
        if len(self.start.products) > self.launch.most_products:
            wrong.append("start.products: more than launch.most_products")
        for key, product in self.start.products.items():
            at = f"start.products.{key}"
            if not set(product.mix) <= set(self.segments) or not comes_to_one(product.mix):
                wrong.append(f"{at}.mix: its segments are known and it comes to one")
            if not all(levels.least <= one <= levels.most for one in product.attributes.each()):
                wrong.append(f"{at}.attributes: outside {levels.least:g} to {levels.most:g}")
            if not prices.least <= product.price <= prices.most:
                wrong.append(f"{at}.price: outside {prices.least:g} to {prices.most:g}")
        return wrong

    def _evidence(self) -> list[str]:
        wrong = []
        for code, shares in self.evidence.items():
            if not set(shares) <= set(Terms.model_fields):
                wrong.append(
                    f"evidence.{code}: {', '.join(sorted(set(shares) - set(Terms.model_fields)))} is no term"
                )
            if not comes_to_one(shares):
                wrong.append(f"evidence.{code}: does not come to one")
        return wrong

    def _events(self) -> list[str]:
        return [
            f"events.deck.{key}: {segment} is no segment"
            for key, event in self.events.deck.items()
            for segment in {**event.sizes, **event.outside, **event.ideal}
            if segment not in self.segments
        ]
