"""Every number of SIX QUARTERS, as it is read from a scenario.

Values are points in [0, 100] unless something else is said; attention is in units of a leader's quarter. Equations that
use the numbers are in `stages`, in the order in which they are computed.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from lms.simulations.engines.data import Data, comes_to_one
from lms.simulations.engines.leadership.cards import Card
from lms.simulations.engines.leadership.names import Line, Message, StakeholderId

Points = Annotated[float, Field(ge=0, le=100)]
Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]


class Shares(Data):
    """Where the capacity of the teams goes; the five come to one."""

    cash: Share
    growth: Share
    bet: Share
    debt: Share
    discovery: Share

    @model_validator(mode="after")
    def _come_to_one(self) -> Self:
        if not comes_to_one(self.model_dump()):
            raise ValueError("the five shares of capacity must come to 1")
        return self

    def lines(self) -> dict[Line, float]:
        """The shares of the three lines."""
        return {"cash": self.cash, "growth": self.growth, "bet": self.bet}

    def all(self) -> tuple[float, ...]:
        """The five shares in their order."""
        return (self.cash, self.growth, self.bet, self.debt, self.discovery)

    def misfit(self, other: Shares) -> float:
        """How much would have to be moved from one to have the other, from 0 to 1."""
        pairs = zip(self.all(), other.all(), strict=True)
        return sum(abs(mine - theirs) for mine, theirs in pairs) / 2


class Stakeholder(Data):
    """Somebody outside the team on whom the work depends."""

    id: StakeholderId
    name: str
    about: str
    power: Share
    """Weight in what stakeholders think together; the six come to one."""
    need: Positive
    """Units of attention that this person needs in a quarter to feel attended to."""
    prefers: Shares
    """Where this person would put the capacity."""


class Seat(Data):
    """A product manager as the game begins, or somebody who may be hired."""

    id: str = Field(pattern=r"^[a-z]$")
    name: str
    about: str
    skill: Points
    engagement: Points
    safety: float = 0
    """Points of safety that hiring this person brings."""


class Start(Data):
    """The state before the first round."""

    trust: Points
    buy_in: Points
    vision: Points
    safety: Points
    delivery: Points
    debt: Points
    customers: Points
    budget: Points
    lines: dict[Line, Points]
    people: tuple[Seat, ...]


class Trust(Data):
    """How trust of a stakeholder moves."""

    fade: Positive
    """A card's gain v counts v × (1 − trust ÷ fade)."""
    loss: Positive
    """A card's loss counts so many times."""
    contact: Amount
    """Gain at full contact, times what is missing to 100."""
    neglect: Amount
    """Loss without any contact, times trust ÷ 100."""
    drift: Share
    """Share of the way back to `rest` each quarter."""
    rest: Points
    message: dict[Message, float]


class BuyIn(Data):
    """How the agreement of a stakeholder with the direction moves."""

    gain: Amount
    """Gain at full vision and trust, times what is missing to 100."""
    base: Share
    """Part of the gain that comes without contact; full contact adds the rest."""
    misfit: Amount
    """Loss per unit of misfit between capacity and preference beyond `tolerance`."""
    tolerance: Share


class People(Data):
    """How product managers grow, stay or leave."""

    skill_weight: Share
    """Weight of skill in readiness; engagement has the rest."""
    stage: Positive
    """Points of readiness to a stage; the ideal style is 1 + full stages, at most 4."""
    need: Positive
    """Units of attention for a product manager."""
    practice: Amount
    """Skill that comes with a quarter's work."""
    coaching: Amount
    """Skill at full attention, times what is missing to 100."""
    hindrance: Amount
    """Share of learning lost for every step between the style and the ideal one."""
    care: Amount
    """Engagement at full attention, times what is missing to 100."""
    style: Amount
    """Engagement lost for every step between the style and the ideal one."""
    vacancy: Amount
    """Engagement that everybody loses for each vacant seat."""
    safety_scale: Positive
    """Points of safety above `neutral` for one point of engagement."""
    neutral: Points
    wear: Amount
    """Engagement lost in any quarter."""
    limit: Points
    """Below this engagement somebody may leave …"""
    odds: Positive
    """… with the probability (limit − engagement) ÷ odds."""
    parting: Amount
    """Safety lost with each who leaves."""
    seats: int = Field(ge=1)
    """Seats that count as vacant when they are."""
    most: int = Field(ge=1)
    """The most product managers that there may be."""


class Work(Data):
    """How vision, safety, debt, customers and delivery move."""

    vision_gain: Amount
    vision_need: Positive
    vision_fade: Amount
    ritual_gain: Amount
    ritual_need: Positive
    safety_fade: Amount
    message: dict[Message, float]
    """What the quarter's message does to safety."""
    debt_growth: Amount
    debt_paid: Amount
    """Points of debt paid by the whole capacity."""
    customer_gain: Amount
    customer_need: Positive
    discovery: Amount
    """Points of customer health that the whole capacity in discovery would bring."""
    customer_fade: Amount
    debt_hurts_above: Points
    """Debt above this costs customer health …"""
    debt_scale: Positive
    """… one point for so many."""
    people_gain: Amount
    people_scale: Positive
    """The sum of skill × engagement that would be one."""
    people_par: Amount
    """The same as a share, at which delivery neither rises nor falls."""
    safety_gain: Amount
    debt_drag: Amount
    drag_above: Points
    scale: Positive
    """Points of safety around `neutral`, or of debt above `drag_above`, that count fully."""
    neutral: Points
    narrow: Amount
    """Delivery lost where the largest line has a share outside `narrow_least` … `narrow_most`."""
    narrow_least: Share
    narrow_most: Share


class LineRules(Data):
    """How a line of products moves."""

    gain: Amount
    """Points at full capacity and ordinary effectiveness."""
    fade: Amount
    base: Amount
    """Part of the gain that does not depend on customers …"""
    customers: Amount
    """… and the part at customer health `Business.customers`."""


class Business(Data):
    """What capacity makes of the three lines: effectiveness is delivery × vision × budget, each against its base."""

    delivery: Positive
    vision: Positive
    vision_base: Amount
    vision_weight: Amount
    budget: Positive
    customers: Positive
    lines: dict[Line, LineRules]


class Promises(Data):
    """When a promise falls due and what keeps it."""

    after: int = Field(ge=1)
    """Rounds."""
    quantity: str
    at_least: Points


class Hiring(Data):
    """When somebody may be hired, and whom."""

    rounds: tuple[int, ...]
    cost: Amount
    """Points of budget."""
    candidates: tuple[Seat, ...]


class Quality(Data):
    """What a choice is worth."""

    fitting: float
    textbook: float
    plain: float
    weak: float


class Scoring(Data):
    """How choices and the end state become levels of competency."""

    quality: Quality
    weights: tuple[Amount, Amount, Amount]
    """Weight of a choice for the card's first, second and third code."""
    middle: Points
    """Process score of a mean quality of nought."""
    per_quality: Amount
    process: Share
    """Weight of process; outcome has the rest."""
    levels: tuple[Points, Points, Points]
    """Scores from which level 2, 3 and 4 are reached."""
    business: dict[Line, Share]
    decision: Positive
    """Factor of the business in the outcome of strategic decisions."""
    parting: Amount
    """Points that each who left costs the outcome of leading people."""
    scope: float
    """Points added to the mean of growth and bet in the outcome of scope."""


class Band(Data):
    """A word for values below a limit."""

    name: str
    below: float


class Lens(Data):
    """What one member of the team looks after, and alone hears of."""

    id: str
    title: str
    about: str
    watches: tuple[str, ...]


class Signals(Data):
    """What is seen of the true values."""

    noise: Amount
    """Points by which a reading may be off, either way."""
    bands: tuple[Band, ...]
    lenses: tuple[Lens, ...]
    words: dict[str, str]
    """What a value is called; `{who}` is a stakeholder, a product manager or a line."""
    lines: dict[Line, str]


class Parameters(Data):
    """A scenario of SIX QUARTERS."""

    simulation: str
    title: str
    about: str
    rounds: int = Field(ge=1)
    attention: Positive
    """Units that the team has in a quarter, before the cards' costs."""
    draws: tuple[int, ...]
    """How many cards are drawn for each round, beside its anchor."""
    coverage: int = Field(ge=0)
    """On how many cards of a game every code must at least stand."""
    start: Start
    stakeholders: tuple[Stakeholder, ...]
    trust: Trust
    buy_in: BuyIn
    people: People
    work: Work
    business: Business
    promises: Promises
    hiring: Hiring
    scoring: Scoring
    signals: Signals
    cards: tuple[Card, ...]

    def card(self, identifier: str) -> Card:
        """The card of this name; KeyError where there is none."""
        for card in self.cards:
            if card.id == identifier:
                return card
        raise KeyError(identifier)

    def everybody(self) -> tuple[str, ...]:
        """Every product manager that there may ever be."""
        return tuple(seat.id for seat in (*self.start.people, *self.hiring.candidates))

    def seat(self, identifier: str) -> Seat:
        """Who this product manager is."""
        return next(seat for seat in (*self.start.people, *self.hiring.candidates) if seat.id == identifier)
