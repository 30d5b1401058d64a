"""Item statistics, pure: difficulty, corrected item–total correlation, what was chosen, what asks for a second look."""

from __future__ import annotations

from fractions import Fraction
from statistics import correlation as textbook

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.coursework.rules import item_statistics
from lms.coursework.rules.item_statistics import FEWEST, Taken, statistics
from lms.coursework.rules.quiz import BankItem


def single(number: int, right: int = 0) -> BankItem:
    texts = ("alpha", "beta", "gamma")
    return BankItem(
        number, "single", 1, {"options": [{"text": t, "correct": at == right} for at, t in enumerate(texts)]}
    )


BANK = {number: single(number) for number in (1, 2, 3)}


def test_nothing_is_said_of_few():
    few = statistics(BANK, [Taken([1, 2], {1: 0})] * (FEWEST - 1))
    assert (few[1].count, few[1].open, few[1].facility, few[1].chosen, few[1].flags) == (4, 0, None, (), ())
    assert few[2].open == 4
    assert few[3].count == 0
    assert statistics(BANK, [Taken([1, 2], {1: 0})] * FEWEST)[1].facility == 1


def test_difficulty_choices_and_what_is_left_open():
    taken = [Taken([1, 2, 3], {1: 0, 2: 0, 3: 0})] * 3 + [Taken([1, 2, 3], {1: 1, 2: 1})] * 2
    found = statistics(BANK, taken)[1]
    assert found.facility == Fraction(3, 5)
    assert [(one.text, one.count, one.right) for one in found.chosen] == [
        ("alpha", 3, True),
        ("beta", 2, False),
        ("gamma", 0, False),
    ]
    assert [one.upper for one in found.chosen] == [2, 0, 0]
    assert statistics(BANK, taken)[3].open == 2
    assert found.discrimination == pytest.approx(1)


def test_an_item_that_the_stronger_get_wrong_is_flagged():
    strong, weak = {1: 1, 2: 0, 3: 0}, {1: 0, 2: 1, 3: 1}
    found = statistics(BANK, [Taken([1, 2, 3], strong)] * 4 + [Taken([1, 2, 3], weak)] * 4)[1]
    assert found.discrimination == pytest.approx(-1)
    assert found.flags == ("the stronger get it wrong: look at the key",)


def test_hard_and_easy_are_flagged():
    hard = statistics(BANK, [Taken([1, 2], {1: 1, 2: 0})] * 20)
    assert hard[1].flags == ("hardly anybody solves it",)
    assert hard[2].flags == ("nearly everybody solves it",)
    assert hard[1].discrimination is None, "nobody differs from anybody"


@given(
    st.lists(
        st.tuples(st.sampled_from([0, 1, 2, None]), st.sampled_from([0, 1]), st.sampled_from([0, 1])),
        min_size=5,
    )
)
def test_discrimination_is_the_correlation_with_the_others(rows):
    """The item itself is not in what it is compared with."""
    taken = [Taken([1, 2, 3], {1: a, 2: b, 3: c}) for a, b, c in rows]
    found = statistics(BANK, taken)[1]
    own = [float(a == 0) for a, _b, _c in rows]
    rest = [((b == 0) + (c == 0)) / 2 for _a, b, c in rows]
    if len(set(own)) == 1 or len(set(rest)) == 1:
        assert found.discrimination is None
    else:
        assert found.discrimination == pytest.approx(textbook(own, rest))
    assert found.facility == Fraction(sum(a == 0 for a, _b, _c in rows), len(rows))


def test_numbers_words_pairs_and_steps():
    number = BankItem(1, "numeric", 1, {"answer": 34.7, "tolerance": 0.4})
    words = BankItem(2, "short", 1, {"accept": ["Explore"]})
    steps = BankItem(3, "order", 2, {"steps": ["one", "two", "three"]})
    pairs = BankItem(4, "match", 2, {"pairs": [{"left": c, "right": c.upper()} for c in "abc"]})
    bank = {one.id: one for one in (number, words, steps, pairs)}
    answers = {1: "34,7 %", 2: "EXPLORE!", 3: [0, 2, 1], 4: [0, 1, None]}
    found = statistics(bank, [Taken([1, 2, 3, 4], answers)] * 5)
    assert [(one.text, one.count, one.right) for one in found[1].chosen] == [("34.7", 5, True)]
    assert [(one.text, one.count, one.right) for one in found[2].chosen] == [("explore", 5, True)]
    assert [(one.text, one.count) for one in found[3].chosen] == [
        ("1. one", 5),
        ("2. two", 0),
        ("3. three", 0),
    ]
    assert [(one.text, one.count) for one in found[4].chosen] == [("a: A", 5), ("b: B", 5), ("c: C", 0)]
    assert item_statistics.correlation([(0, 1)] * 4) is None
