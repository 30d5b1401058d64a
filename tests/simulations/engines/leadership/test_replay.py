"""What would have happened with another choice."""

from __future__ import annotations

import pytest

from lms.simulations.engines import data
from lms.simulations.engines.leadership import Decisions, beginning, deal, step
from lms.simulations.engines.leadership.bots import BOTS, READER
from lms.simulations.engines.leadership.course import played
from lms.simulations.engines.leadership.replay import adapted, led, swapped, turning_points
from tests.simulations.engines.leadership.world import shipped

SEED = 11


def decisions(bot, seed=SEED, skip=()):
    state, found = beginning(shipped(), seed), []
    for number in range(1, 7):
        found.append(None if number in skip else bot.decides(shipped(), state, seed))
        state = step(shipped(), state, found[-1]).state
    return tuple(found)


@pytest.fixture(scope="module")
def course():
    return decisions(READER)


def test_a_swap_is_the_game_played_with_the_other_option(course):
    card = deal.hands(shipped(), SEED)[3][1]
    chose = course[3].options[card]
    instead = "a" if chose != "a" else "b"
    swap = swapped(shipped(), SEED, course, card, instead)
    by_hand = list(course)
    by_hand[3] = Decisions.read({**course[3].written(), "options": {**course[3].options, card: instead}})
    again, before = played(shipped(), SEED, tuple(by_hand)).score, played(shipped(), SEED, course).score
    assert (swap.round, swap.chose, swap.instead) == (4, chose, instead)
    assert swap.index == pytest.approx(again.index - before.index, abs=1e-5)
    assert swap.codes == pytest.approx(
        {code: again.codes[code].score - before.codes[code].score for code in before.codes}, abs=1e-5
    )
    assert swap.index < 0, "the reader chose what fitted"


def test_a_swap_with_what_was_chosen_changes_nothing(course):
    card = deal.hands(shipped(), SEED)[0][0]
    swap = swapped(shipped(), SEED, course, card, course[0].options[card])
    assert swap.index == 0
    assert set(swap.codes.values()) == {0}


def test_turning_points_are_the_heaviest_choices_with_both_others(course):
    points = turning_points(shipped(), SEED, course, n=3)
    everything = turning_points(shipped(), SEED, course, n=12)
    assert points == everything[:3]
    assert [one.weight for one in everything] == sorted((one.weight for one in everything), reverse=True)
    assert len({one.card for one in everything}) == 12
    for point in points:
        assert {one.instead for one in point.swaps} == set("abc") - {point.chose}
        assert point.weight == max(abs(one.index) for one in point.swaps)
        assert point.swaps[0].index >= point.swaps[1].index


def test_where_somebody_would_have_left_later_decisions_are_made_to_fit():
    """Letting the star go in round 3 of a game that afterwards gives her attention and a style."""
    lost = [
        swap
        for seed in range(8)
        if (swap := swapped(shipped(), seed, decisions(READER, seed), "A2", "c")).left
    ]
    assert lost
    assert all("a" in swap.left and swap.codes["TEA"] < 0 for swap in lost)


def test_decisions_for_people_who_are_not_there_fall_away(course):
    state = beginning(shipped(), SEED)
    fewer = state.model_copy(update={"people": state.people[1:], "left": ("a",)})
    fitted = adapted(shipped(), fewer, course[0], led(course[:1]))
    assert set(fitted.delegation) == {"b", "c"}
    assert set(fitted.attention.people) == {"b", "c"}
    back = adapted(shipped(), state, fitted, {})
    assert back.delegation == {"a": 3, "b": 3, "c": 2}, "strangers are led as suits them"


def test_rounds_without_decisions_have_no_turning_points_and_cannot_be_swapped():
    silent = decisions(READER, skip=(2,))
    cards = deal.hands(shipped(), SEED)
    assert not {one.card for one in turning_points(shipped(), SEED, silent, n=12)} & set(cards[1])
    with pytest.raises(data.InvalidInput, match="nothing was decided in round 2"):
        swapped(shipped(), SEED, silent, cards[1][0], "a")
    with pytest.raises(data.InvalidInput, match="was not played"):
        swapped(shipped(), SEED, silent[:2], cards[5][0], "a")


def test_a_replay_of_any_bot_can_be_computed():
    for bot in BOTS:
        if not bot.absent and bot.name in {"random", "hands-off", "micro-manager"}:
            assert len(turning_points(shipped(), 3, decisions(bot, 3))) == 3
