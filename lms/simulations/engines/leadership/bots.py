"""Scripted players, sane and degenerate, by which the balance of a scenario is judged.

A bot knows the true state, so what is measured is the worth of its way of leading and not its luck in reading. One of
them, the listener, has only what a team has: it puts its members' readings together and takes a middling guess at the
rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lms.simulations.engines import draws
from lms.simulations.engines.leadership import briefs, deal, stages
from lms.simulations.engines.leadership.cards import Card
from lms.simulations.engines.leadership.decisions import Attention, Decisions, candidates
from lms.simulations.engines.leadership.names import LETTERS, Letter, Message, StakeholderId
from lms.simulations.engines.leadership.parameters import Parameters, Shares
from lms.simulations.engines.leadership.state import State

Choose = Callable[[Parameters, State, Card], Letter]
Style = Callable[[Parameters, State, str], int]


@dataclass(frozen=True)
class Wishes:
    """What a bot would give its attention to, in multiples of what each needs."""

    stakeholders: Mapping[StakeholderId, float]
    people: float
    vision: float
    ritual: float
    customers: float


@dataclass(frozen=True)
class Bot:
    """One way of leading."""

    name: str
    sane: bool
    says: str
    choose: Choose
    wishes: Wishes
    capacity: Shares
    style: Style
    message: Message = "full"
    hires: bool = True
    jitter: float = 0.25
    """Every wish is multiplied by a draw between 1 - jitter and 1 + jitter."""
    absent: bool = False

    def decides(self, params: Parameters, state: State, game: int) -> Decisions | None:
        """This bot's decisions in a state; `game` tells apart games of one seed."""
        if self.absent:
            return None

        def about(wish: float, *key: str) -> float:
            return wish * (1 + draws.within(self.jitter, game, self.name, state.round, *key))

        dealt = deal.hand(params, state.seed, state.round)
        wishes, work = self.wishes, params.work
        free = candidates(params, state) if self.hires else ()
        return Decisions(
            attention=Attention(
                stakeholders={
                    one.id: about(wishes.stakeholders.get(one.id, 0) * one.need, one.id)
                    for one in params.stakeholders
                },
                people={one.id: about(wishes.people * params.people.need, one.id) for one in state.people},
                vision=about(wishes.vision * work.vision_need, "vision"),
                ritual=about(wishes.ritual * work.ritual_need, "ritual"),
                customers=about(wishes.customers * work.customer_need, "customers"),
            ),
            capacity=self.capacity,
            delegation={one.id: self.style(params, state, one.id) for one in state.people},
            message=self.message,
            options={card.id: self.choose(params, state, card) for card in dealt},
            hire=_needed(params, state, free),
        )


def _needed(params: Parameters, state: State, free: tuple[str, ...]) -> str | None:
    """Who would be hired: the most engaged, and only where a seat is vacant."""
    if not free or len(state.people) >= params.people.seats:
        return None
    return max(free, key=lambda one: (params.seat(one).engagement, one))


# How options are chosen ---------------------------------------------------------------------------------------------


def fitting(_params: Parameters, state: State, card: Card) -> Letter:
    return card.fitting(state.values())


def heard(params: Parameters, state: State, card: Card) -> Letter:
    """By what the members of the team hear when they tell each other, and by the middle of a band for the rest."""
    if card.context is None:
        return card.textbook
    quantity = card.context.when.quantity
    if quantity not in state.values():
        return card.textbook
    if quantity in briefs.private(params, state).values():
        return card.fitting({quantity: float(briefs.reading(params, state, quantity).value)})
    word, least = briefs.band(params, briefs.reading(params, state, quantity).value), 0.0
    for one in params.signals.bands:
        if one.name == word:
            return card.fitting({quantity: (least + one.below) / 2})
        least = one.below
    return card.textbook


def textbook(_params: Parameters, _state: State, card: Card) -> Letter:
    return card.textbook


def weak(_params: Parameters, _state: State, card: Card) -> Letter:
    return card.weak


def plain(_params: Parameters, _state: State, card: Card) -> Letter:
    return next(one for one in LETTERS if one not in {card.textbook, card.weak})


def dearest(_params: Parameters, _state: State, card: Card) -> Letter:
    return max(LETTERS, key=lambda one: card.options[one].cost)


def cheapest(_params: Parameters, _state: State, card: Card) -> Letter:
    return min(LETTERS, key=lambda one: card.options[one].cost)


def drawn(_params: Parameters, state: State, card: Card) -> Letter:
    return LETTERS[draws.below(len(LETTERS), state.seed, "bot", state.round, card.id)]


def always(letter: Letter) -> Choose:
    return lambda _params, _state, _card: letter


def place(number: int) -> Choose:
    """The option that is shown at this place."""
    return lambda _params, state, card: deal.shown(card, state.seed)[number]


# How product managers are led ---------------------------------------------------------------------------------------


def suited(params: Parameters, state: State, identifier: str) -> int:
    values = state.values()
    return stages.ideal(params, values[f"skill.{identifier}"], values[f"engagement.{identifier}"])


def directed(_params: Parameters, _state: State, _identifier: str) -> int:
    return 1


def coached(_params: Parameters, _state: State, _identifier: str) -> int:
    return 2


def let(_params: Parameters, _state: State, _identifier: str) -> int:
    return stages.STYLES


def any_style(_params: Parameters, state: State, identifier: str) -> int:
    return 1 + draws.below(stages.STYLES, state.seed, "bot", state.round, identifier)


# The ways -----------------------------------------------------------------------------------------------------------

_ALL: dict[StakeholderId, float] = {"ceo": 1, "cfo": 1, "cto": 1, "cro": 1, "brd": 1, "cus": 1}
_UPWARD: dict[StakeholderId, float] = {"ceo": 1.5, "cfo": 1.5, "brd": 1.5}
_BROAD = Wishes(stakeholders=_ALL, people=1, vision=1, ritual=1, customers=1)


def _shares(cash: float, growth: float, bet: float, debt: float, discovery: float) -> Shares:
    return Shares(cash=cash, growth=growth, bet=bet, debt=debt, discovery=discovery)


EVEN = _shares(0.30, 0.30, 0.15, 0.13, 0.12)
BET = _shares(0.23, 0.28, 0.27, 0.11, 0.11)
CASH = _shares(0.45, 0.30, 0.05, 0.10, 0.10)
DEBT = _shares(0.27, 0.27, 0.11, 0.24, 0.11)

READER = Bot(
    "context-reader", True, "does what fits, spreads attention by need", fitting, _BROAD, EVEN, suited
)

CONSTANT: tuple[Bot, ...] = tuple(
    Bot(name, False, f"the reader, but always {says}", choose, _BROAD, EVEN, suited)
    for name, says, choose in (
        ("always-a", "a", always("a")),
        ("always-b", "b", always("b")),
        ("always-c", "c", always("c")),
        ("always-textbook", "the textbook's option", textbook),
        ("always-plain", "the one between textbook and weak", plain),
        ("always-weak", "the weak option", weak),
        ("always-first", "the first option shown", place(0)),
        ("always-second", "the second option shown", place(1)),
        ("always-third", "the third option shown", place(2)),
        ("always-dearest", "the option that costs most attention", dearest),
        ("always-cheapest", "the option that costs least attention", cheapest),
    )
)
"""Policies that look at no context; none of them may come near the reader."""

BOTS: tuple[Bot, ...] = (
    READER,
    Bot("listener", True, "the reader, with only what the members hear", heard, _BROAD, EVEN, suited),
    Bot("reader-bet", True, "the reader, with capacity in the bet", fitting, _BROAD, BET, suited),
    Bot("reader-cash", True, "the reader, with capacity in cash", fitting, _BROAD, CASH, suited),
    Bot("reader-debt", True, "the reader, with capacity in repairs", fitting, _BROAD, DEBT, suited),
    *CONSTANT,
    Bot(
        "team-only",
        False,
        "attention to product managers and ritual alone",
        textbook,
        Wishes({}, people=2, vision=0, ritual=2, customers=0),
        EVEN,
        suited,
    ),
    Bot(
        "customer-only",
        False,
        "attention to customers alone",
        textbook,
        Wishes({"cus": 2}, people=0, vision=0, ritual=0, customers=2),
        EVEN,
        suited,
    ),
    Bot(
        "upward-only",
        False,
        "attention to chief executive, finance and board alone",
        textbook,
        Wishes(_UPWARD, people=0, vision=0, ritual=0, customers=0),
        EVEN,
        suited,
        message="framed",
    ),
    Bot("hands-off", False, "leaves product managers alone", textbook,
        Wishes(_ALL, people=0, vision=1, ritual=0, customers=1), EVEN, let, hires=False),
    Bot("micro-manager", False, "directs everybody, closely", textbook,
        Wishes({"ceo": 1}, people=2, vision=0, ritual=0, customers=0), EVEN, directed),
    Bot("random", False, "draws everything", drawn, _BROAD, EVEN, any_style, message="framed", jitter=0.95),
    Bot("absent", False, "submits nothing", weak, _BROAD, EVEN, let, absent=True),
)  # fmt: skip
"""All that take part in the tournament."""
