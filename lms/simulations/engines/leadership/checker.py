"""What is wrong with a scenario that reads well: every place, and words for its author.

`Parameters.read` refuses what has the wrong shape. This finds what has the right shape and would still not make a game.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from lms.simulations.engines.data import Problem
from lms.simulations.engines.leadership import deal
from lms.simulations.engines.leadership.cards import Card
from lms.simulations.engines.leadership.names import CODES, EVERYBODY, LETTERS, LINES, STAKEHOLDERS, known
from lms.simulations.engines.leadership.parameters import Parameters

SITUATION = range(60, 121)
OPTION = range(20, 51)
"""Words."""
LINE = range(4, 41)
"""Words of a consequence, a reason, what was overdone."""
FEWEST = 24
SPARE = 2
"""A code stands on so many times more cards than every game must have of it."""
_UNFINISHED = re.compile(r"\b(lorem|todo|tbd|fixme|xxx)\b|\.\.\.|…\s*$", re.IGNORECASE)


def problems(params: Parameters) -> list[Problem]:
    """All that an author should put right, in the order of the files."""
    return [
        *_parameters(params),
        *_signals(params),
        *_deck(params),
        *(problem for card in params.cards for problem in _card(params, card)),
        *_dealt(params),
    ]


def _parameters(params: Parameters) -> Iterable[Problem]:
    people = params.everybody()
    for one, count in Counter(people).items():
        if count > 1:
            yield Problem(f"people.{one}", "stands for two people")
    if sorted(one.id for one in params.stakeholders) != sorted(STAKEHOLDERS):
        yield Problem("stakeholders", f"must be {', '.join(STAKEHOLDERS)}, each once")
    elif abs(sum(one.power for one in params.stakeholders) - 1) > 1e-6:
        yield Problem("stakeholders", "their power must come to 1")
    if abs(sum(params.scoring.business.values()) - 1) > 1e-6:
        yield Problem("scoring.business", "the weights of the lines must come to 1")
    for name, found in (
        ("start.lines", params.start.lines),
        ("scoring.business", params.scoring.business),
        ("business.lines", params.business.lines),
        ("signals.lines", params.signals.lines),
    ):
        if set(found) != set(LINES):
            yield Problem(name, f"must name {', '.join(LINES)}")
    if list(params.scoring.levels) != sorted(params.scoring.levels):
        yield Problem("scoring.levels", "must rise")


def _signals(params: Parameters) -> Iterable[Problem]:
    bands = [one.below for one in params.signals.bands]
    if bands != sorted(bands) or not bands or bands[-1] <= 100:
        yield Problem("signals.bands", "must rise, and the last must lie above 100")
    for lens in params.signals.lenses:
        for name in lens.watches:
            if not known(name, params.everybody()):
                yield Problem(f"signals.lenses.{lens.id}", f"watches {name}, which there is not")
    watched = Counter(name for lens in params.signals.lenses for name in lens.watches)
    for name, count in watched.items():
        if count > 1:
            yield Problem(
                "signals.lenses", f"{name} is watched by {count} lenses; what each hears is to be its own"
            )


def _deck(params: Parameters) -> Iterable[Problem]:
    for identifier, count in Counter(card.id for card in params.cards).items():
        if count > 1:
            yield Problem(f"cards.{identifier}", f"stands {count} times")
    if len(params.cards) < FEWEST:
        yield Problem("cards", f"are {len(params.cards)}; a deck has at least {FEWEST}")
    if len(params.draws) != params.rounds:
        yield Problem("draws", f"must say for each of the {params.rounds} rounds how many cards are drawn")
    for number, count in Counter(card.round for card in params.cards if card.round is not None).items():
        if count > 1:
            yield Problem("cards", f"round {number} has {count} anchors")
        if not 1 <= number <= params.rounds:
            yield Problem("cards", f"an anchor stands in round {number}, and there are {params.rounds}")
    codes = Counter(code for card in params.cards for code in card.codes)
    for code in CODES:
        if codes[code] < SPARE * params.coverage:
            yield Problem(
                "cards", f"{code} stands on {codes[code]} cards; it needs {SPARE * params.coverage}"
            )


def _card(params: Parameters, card: Card) -> Iterable[Problem]:
    at = f"cards.{card.id}"
    yield from _worded(f"{at}.situation", card.situation, SITUATION)
    if set(card.options) != set(LETTERS):
        yield Problem(f"{at}.options", "must be a, b and c")
        return
    if card.textbook == card.weak:
        yield Problem(f"{at}.weak", "the textbook's option cannot be the weak one too")
    if len(set(card.codes)) != len(card.codes):
        yield Problem(f"{at}.codes", "names a code twice")
    for letter in LETTERS:
        option, place = card.options[letter], f"{at}.options.{letter}"
        yield from _worded(f"{place}.text", option.text, OPTION)
        yield from _worded(f"{place}.consequence", option.consequence, LINE)
        yield from _effects(params, f"{place}.effects", option.effects)
        late = card.latest or card.round or params.rounds
        if option.promise is not None and late + params.promises.after > params.rounds:
            last = params.rounds - params.promises.after
            yield Problem(
                f"{place}.promise", f"would not fall due in every game; the card needs `latest: {last}`"
            )
    yield from _context(params, card)


def _context(params: Parameters, card: Card) -> Iterable[Problem]:
    if card.context is None:
        return
    at, context = f"cards.{card.id}.context", card.context
    if context.then == card.textbook:
        yield Problem(f"{at}.then", "is the textbook's option, which fits anyway")
    if not known(context.when.quantity, params.everybody()):
        yield Problem(f"{at}.when", f"asks for {context.when.quantity}, which there is not")
    elif not any(context.when.quantity in lens.watches for lens in params.signals.lenses):
        yield Problem(
            f"{at}.when", f"asks for {context.when.quantity}, which no lens watches: nobody could know"
        )
    yield from _worded(f"{at}.because", context.because, LINE)
    yield from _effects(params, f"{at}.penalty", context.penalty)
    if bool(context.penalty) != bool(context.penalty_says.strip()):
        yield Problem(
            f"{at}.penalty_says", "a penalty is told in words, and nothing is told where there is none"
        )


def _effects(params: Parameters, at: str, effects: dict[str, float]) -> Iterable[Problem]:
    for name in effects:
        if name != EVERYBODY and not known(name, params.everybody()):
            yield Problem(at, f"changes {name}, which there is not")


def _worded(at: str, text: str, words: range) -> Iterable[Problem]:
    count = len(text.split())
    if count not in words:
        yield Problem(at, f"has {count} words; {words.start} to {words.stop - 1} are right")
    if _UNFINISHED.search(text):
        yield Problem(at, "is not finished")


def _dealt(params: Parameters) -> Iterable[Problem]:
    """Whether a game can be dealt at all, and leaves something to decide beside the cards."""
    try:
        hands = [deal.hands(params, seed) for seed in range(20)]
    except ValueError as error:
        yield Problem("cards", str(error))
        return
    dear = {card.id: max(option.cost for option in card.options.values()) for card in params.cards}
    worst = max(sum(dear[one] for one in hand) for world in hands for hand in world)
    if worst > params.attention:
        yield Problem(
            "cards", f"one round's cards can ask for {worst:g} units, and there are {params.attention:g}"
        )
