"""The cards that we ship, how they are dealt, and the checker that authors ask."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

import pytest

from lms.simulations.engines import data, play
from lms.simulations.engines.leadership import Parameters, deal
from lms.simulations.engines.leadership.checker import problems
from lms.simulations.engines.leadership.names import CODES, LETTERS
from tests.simulations.engines.leadership.world import shipped


def test_the_shipped_scenario_has_no_problems():
    assert problems(shipped()) == []
    assert len(shipped().cards) >= 24
    assert sum(card.round is None for card in shipped().cards) >= 20


def test_every_game_has_its_anchors_two_cards_a_round_and_asks_for_every_code():
    late = {card.id: card.latest for card in shipped().cards}
    seen = Counter()
    for seed in range(150):
        hands = deal.hands(shipped(), seed)
        assert [len(hand) for hand in hands] == [2] * 6
        assert [hands[at][0] for at in (0, 2, 3, 5)] == ["A1", "A2", "A3", "A4"]
        dealt = [card for hand in hands for card in hand]
        assert len(set(dealt)) == 12
        assert all((late[card] or 6) >= number for number, hand in enumerate(hands, 1) for card in hand)
        codes = Counter(code for card in dealt for code in shipped().card(card).codes)
        assert min(codes[code] for code in CODES) >= shipped().coverage
        seen.update(dealt)
    assert set(seen) == {card.id for card in shipped().cards}, "every card is dealt somewhere"


def test_options_are_shown_in_every_order():
    orders = Counter(deal.shown(card, seed) for card in shipped().cards for seed in range(20))
    assert len(orders) == 6
    assert all(sorted(order) == list(LETTERS) for order in orders)


@cache
def written():
    return json.dumps(play.parameters(play.shipped("six-quarters")))


def raw():
    return json.loads(written())


@pytest.mark.parametrize(
    ("spoil", "place", "words"),
    [
        (lambda card: card.update(situation="Too short."), ".situation", "2 words; 60 to 120"),
        (lambda card: card["options"]["a"].update(text="Do it. " * 11), ".options.a.text", None),
        (lambda card: card["options"]["a"].update(text="Do it " * 30), ".options.a.text", "60 words; 20 to 50"),
        (lambda card: card["options"]["b"].update(effects={"trust.aunt": 1}), ".options.b.effects", "trust.aunt"),
        (lambda card: card["options"]["c"].update(consequence="TODO"), ".options.c.consequence", "not finished"),
        (lambda card: card["options"].pop("c"), ".options", "a, b and c"),
        (lambda card: card.update(weak="b"), ".weak", "textbook"),
        (lambda card: card.update(codes=["XFN", "XFN", "CX"]), ".codes", "twice"),
        (lambda card: card["context"].update(then="b"), ".context.then", "fits anyway"),
        (lambda card: card["context"]["when"].update(quantity="mood"), ".context.when", "there is not"),
        (lambda card: card["context"]["when"].update(quantity="buy_in.cus"), ".context.when", None),
        (lambda card: card["context"].update(penalty_says=""), ".context.penalty_says", "told in words"),
        (lambda card: card["options"]["a"].update(promise={"to": "ceo", "costs": 5}), ".options.a.promise", "latest"),
        (lambda card: card.update(round=3), "cards", "round 3 has 2 anchors"),
        (lambda card: card["options"]["a"].update(cost=20), "cards", "can ask for"),
    ],
)  # fmt: skip
def test_the_checker_names_place_and_fault(spoil, place, words):
    given = raw()
    spoil(next(card for card in given["cards"] if card["id"] == "E01"))
    found = problems(Parameters.read(given))
    at = f"cards.E01{place}" if place.startswith(".") else place
    here = [one.says for one in found if one.place == at]
    if words is None:
        assert here == []
    else:
        assert any(words in one for one in here), found


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (lambda given: given["stakeholders"][0].update(power=0.5), "stakeholders"),
        (lambda given: given["stakeholders"].pop(), "stakeholders"),
        (lambda given: given["scoring"]["business"].update(cash=0.9), "scoring.business"),
        (lambda given: given["scoring"].update(levels=[60, 40, 78]), "scoring.levels"),
        (lambda given: given["signals"]["bands"].pop(), "signals.bands"),
        (lambda given: given["signals"]["lenses"][0]["watches"].append("mood"), "signals.lenses.strategy"),
        (lambda given: given["signals"]["lenses"][0]["watches"].append("safety"), "signals.lenses"),
        (lambda given: given["start"]["lines"].pop("bet"), "start.lines"),
        (lambda given: given["hiring"]["candidates"][0].update(id="a"), "people.a"),
        (lambda given: given["cards"].__delitem__(slice(5, 20)), "cards"),
        (lambda given: given["cards"][9].update(id="E01"), "cards.E01"),
        (lambda given: given.update(draws=[2, 2]), "draws"),
        (lambda given: given.update(coverage=12), "cards"),
    ],
)
def test_the_checker_looks_at_the_numbers_too(spoil, place):
    given = raw()
    spoil(given)
    assert place in {one.place for one in problems(Parameters.read(given))}


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (lambda given: given.update(speed=3), "speed"),
        (lambda given: given["trust"].pop("contact"), "trust.contact"),
        (lambda given: given["stakeholders"][1]["prefers"].update(cash=0.6), "stakeholders.1.prefers"),
        (lambda given: given["cards"][0]["options"]["a"].update(cost=-1), "cards.0.options.a.cost"),
        (lambda given: given["cards"][1]["context"]["when"].update(at_least=3), "cards.1.context.when"),
        (lambda given: given["cards"][0].update(codes=["VIS", "FOC"]), "cards.0.codes"),
    ],
)
def test_what_has_not_the_shape_of_a_scenario_is_refused_with_its_place(spoil, place):
    given = raw()
    spoil(given)
    with pytest.raises(data.InvalidInput) as refused:
        Parameters.read(given)
    assert any(one.place.startswith(place) for one in refused.value.problems)
