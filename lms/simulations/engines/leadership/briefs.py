"""What a team knows before it decides: the cards, words for what is going on, and one reading for each member alone.

True values are hidden. A *reading* is the value within a few points either way; a *signal* is the word of the band in
which a reading falls. The whole team sees signals. Each lens moreover has one reading that is on nobody else's page,
its signal included: where one of the round's cards turns on a value that the lens watches, it is that value, so a team
that does not ask all of its members decides blind. Errors are keyed by seed, round and value: they are the same for
every team of a world and do not depend on what was looked at before.
"""

from __future__ import annotations

from collections.abc import Collection

from lms.simulations.engines import draws
from lms.simulations.engines.data import Data
from lms.simulations.engines.leadership import deal
from lms.simulations.engines.leadership.cards import Card
from lms.simulations.engines.leadership.decisions import candidates
from lms.simulations.engines.leadership.names import Letter
from lms.simulations.engines.leadership.parameters import Lens, Parameters
from lms.simulations.engines.leadership.state import Pledge, State


class ShownOption(Data):
    """An option as a team sees it."""

    letter: Letter
    """As it was authored; a page numbers options in their order here and never shows the letter."""
    text: str
    cost: float


class ShownCard(Data):
    """A card as a team sees it: what fits, and what follows, is not in it."""

    id: str
    title: str
    situation: str
    gone: tuple[str, ...]
    """Names of product managers whom the card is about and who have left: nothing reaches them any more."""
    options: tuple[ShownOption, ...]


class Signal(Data):
    """A word for a value."""

    quantity: str
    title: str
    band: str


class Reading(Data):
    """A value, give or take the noise."""

    quantity: str
    title: str
    value: int
    """The reading, in points."""
    low: int
    high: int
    """The true value lies between these."""


class Brief(Data):
    """What one member of the team alone hears."""

    lens: str
    title: str
    about: str
    reading: Reading
    says: str


class Colleague(Data):
    """A product manager who is there."""

    id: str
    name: str
    about: str


class Briefing(Data):
    """All that a team is given before a round."""

    round: int
    attention: float
    cards: tuple[ShownCard, ...]
    colleagues: tuple[Colleague, ...]
    candidates: tuple[Colleague, ...]
    """Who may be hired in this round."""
    promises: tuple[Pledge, ...]
    """What was promised and has not fallen due."""
    board: tuple[Signal, ...]
    """What the whole team sees."""
    briefs: tuple[Brief, ...]
    """For each lens its own; give each to one member only."""


def briefing(params: Parameters, state: State, lenses: Collection[str] | None = None) -> Briefing:
    """What the team of this state is given before its round.

    `lenses` are those that somebody in the team holds, all where nobody says; what another would have heard alone
    stands on the team's board instead.
    """
    dealt = deal.hand(params, state.seed, state.round)
    held = [lens for lens in params.signals.lenses if lenses is None or lens.id in lenses]
    heard = private(params, state)
    own = {lens.id: heard[lens.id] for lens in held}
    hidden = set(own.values())
    values = state.values()
    return Briefing(
        round=state.round,
        attention=params.attention,
        cards=tuple(_shown(params, state, card) for card in dealt),
        colleagues=tuple(_colleague(params, one.id) for one in state.people),
        candidates=tuple(_colleague(params, one) for one in candidates(params, state)),
        promises=state.promises,
        board=tuple(
            Signal(
                quantity=name,
                title=title(params, name),
                band=band(params, reading(params, state, name).value),
            )
            for name in sorted(values)
            if name not in hidden
        ),
        briefs=tuple(_brief(params, state, lens, own[lens.id]) for lens in held),
    )


def private(params: Parameters, state: State) -> dict[str, str]:
    """The value that each lens alone reads in this round, by lens."""
    tested = [
        card.context.when.quantity
        for card in deal.hand(params, state.seed, state.round)
        if card.context is not None
    ]
    values, taken = state.values(), {}
    for lens in params.signals.lenses:
        watched = [name for name in lens.watches if name in values]
        at_stake = [name for name in tested if name in watched]
        chosen = at_stake or draws.shuffled(watched, state.seed, "private", state.round, lens.id)
        taken[lens.id] = chosen[0]
    return taken


def reading(params: Parameters, state: State, quantity: str) -> Reading:
    """A value, give or take the noise, in whole points and within [0, 100]."""
    noise = params.signals.noise
    off = draws.within(noise, state.seed, "noise", state.round, quantity)
    value = round(min(100.0, max(0.0, state.values()[quantity] + off)))
    return Reading(
        quantity=quantity,
        title=title(params, quantity),
        value=value,
        low=max(0, round(value - noise - 1)),
        high=min(100, round(value + noise + 1)),
    )


def band(params: Parameters, value: float) -> str:
    """The word for a value."""
    return next(
        (one.name for one in params.signals.bands if value < one.below), params.signals.bands[-1].name
    )


def title(params: Parameters, quantity: str) -> str:
    """What a value is called."""
    kind, _, of = quantity.partition(".")
    if kind in {"trust", "buy_in"}:
        who = next(one.name for one in params.stakeholders if one.id == of)
    elif kind == "line":
        who = next(name for line, name in params.signals.lines.items() if line == of)
    else:
        who = params.seat(of).name if of else ""
    return params.signals.words[kind].replace("{who}", who)


def _brief(params: Parameters, state: State, lens: Lens, quantity: str) -> Brief:
    read = reading(params, state, quantity)
    return Brief(
        lens=lens.id,
        title=lens.title,
        about=lens.about,
        reading=read,
        says=f"You alone hear: {read.title} is about {read.value} of 100, between {read.low} and {read.high}.",
    )


def _shown(params: Parameters, state: State, card: Card) -> ShownCard:
    gone = [params.seat(one).name for one in state.left if any(one == who for who in about(card))]
    return ShownCard(
        id=card.id,
        title=card.title,
        situation=card.situation,
        gone=tuple(gone),
        options=tuple(
            ShownOption(letter=letter, text=card.options[letter].text, cost=card.options[letter].cost)
            for letter in deal.shown(card, state.seed)
        ),
    )


def about(card: Card) -> frozenset[str]:
    """The product managers whose values a card touches or asks about."""
    touched = [name for option in card.options.values() for name in option.effects]
    if card.context is not None:
        touched += [*card.context.penalty, card.context.when.quantity]
    parts = (name.partition(".") for name in touched)
    return frozenset(of for kind, _, of in parts if kind in {"skill", "engagement"} and of != "*")


def _colleague(params: Parameters, identifier: str) -> Colleague:
    seat = params.seat(identifier)
    return Colleague(id=seat.id, name=seat.name, about=seat.about)
