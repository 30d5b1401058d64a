"""Which cards a world has, in which rounds, and in which order their options are shown: drawn by the seed alone."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from lms.simulations.engines import draws
from lms.simulations.engines.leadership.cards import Card
from lms.simulations.engines.leadership.names import CODES, LETTERS, Code, Letter
from lms.simulations.engines.leadership.parameters import Parameters

_ATTEMPTS = 200


class Outline(NamedTuple):
    """What dealing needs to know of a card."""

    id: str
    round: int | None
    latest: int | None
    codes: tuple[Code, ...]


def hands(params: Parameters, seed: int) -> tuple[tuple[str, ...], ...]:
    """The cards of every round, the anchor first.

    Cards are drawn anew until every code stands on as many cards as the scenario asks for, so that nobody is judged on
    a competency that the game never asked of them.
    """
    outlines = tuple(Outline(card.id, card.round, card.latest, card.codes) for card in params.cards)
    return _dealt(outlines, params.draws, params.coverage, seed)


def hand(params: Parameters, seed: int, number: int) -> tuple[Card, ...]:
    """The cards of one round."""
    return tuple(params.card(identifier) for identifier in hands(params, seed)[number - 1])


def shown(card: Card, seed: int) -> tuple[Letter, ...]:
    """The options of a card in the order in which this world shows them."""
    return order(card.id, seed)


def order(identifier: str, seed: int) -> tuple[Letter, ...]:
    """The same, by the card's name."""
    return tuple(draws.shuffled(LETTERS, seed, "options", identifier))


@lru_cache(maxsize=4096)
def _dealt(
    cards: tuple[Outline, ...], counts: tuple[int, ...], coverage: int, seed: int
) -> tuple[tuple[str, ...], ...]:
    anchors = {card.round: card for card in cards if card.round is not None}
    others = [card for card in cards if card.round is None]
    slots = [number for number, count in enumerate(counts, start=1) for _ in range(count)]
    for attempt in range(_ATTEMPTS):
        drawn = draws.sample(others, len(slots), seed, "deck", attempt)
        placed = _placed(drawn, slots)
        if placed is not None and _covers([*anchors.values(), *drawn], coverage):
            break
    else:
        raise ValueError("the deck has too few cards that can be dealt")
    return tuple(
        tuple(
            [card.id for card in anchors.values() if card.round == number]
            + [card.id for slot, card in placed if slot == number]
        )
        for number in range(1, len(counts) + 1)
    )


def _placed(drawn: list[Outline], slots: list[int]) -> list[tuple[int, Outline]] | None:
    """Cards in their rounds, the last round first, because some cards must not come late; None where it cannot be."""
    waiting, placed = list(drawn), []
    for slot in reversed(slots):
        card = next((one for one in waiting if one.latest is None or slot <= one.latest), None)
        if card is None:
            return None
        waiting.remove(card)
        placed.append((slot, card))
    return placed[::-1]


def _covers(cards: list[Outline], coverage: int) -> bool:
    """Whether every code stands on enough of the cards."""
    counts = Counter(code for card in cards for code in card.codes)
    return all(counts[code] >= coverage for code in CODES)
