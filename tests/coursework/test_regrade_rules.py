"""A wrong key, pure: what each option makes of past attempts, histories, taking back; against brute force."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.coursework.rules import CourseworkRefusal as No
from lms.coursework.rules import quiz, regrade
from lms.coursework.rules.quiz import BankItem
from lms.coursework.rules.regrade import Correction, Past

NOON = dt.datetime(2027, 3, 14, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
FULL, NOTHING = Fraction(1), Fraction(0)


def options(*correct: bool) -> list[dict]:
    return [{"text": f"option {at}", "correct": right, "feedback": "…"} for at, right in enumerate(correct)]


SINGLE = BankItem(1, "single", 1, {"options": options(True, False, False, False)})
MULTIPLE = BankItem(2, "multiple", 2, {"options": options(True, True, False, False)})
NUMERIC = BankItem(3, "numeric", 1, {"answer": 34.7, "tolerance": 0.4})
SHORT = BankItem(4, "short", 1, {"accept": ["Explore"]})
MATCH = BankItem(5, "match", 3, {"pairs": [{"left": c, "right": c.upper()} for c in "abcd"]})
ORDER = BankItem(6, "order", 2, {"steps": ["one", "two", "three", "four"]})
EVERY = (SINGLE, MULTIPLE, NUMERIC, SHORT, MATCH, ORDER)

four = st.integers(0, 3)
KEYS = {
    "single": st.builds(lambda at: {"correct": sorted(at)}, st.sets(four, min_size=1, max_size=3)),
    "multiple": st.builds(lambda at: {"correct": sorted(at)}, st.sets(four, min_size=1, max_size=3)),
    "numeric": st.fixed_dictionaries({"answer": st.integers(0, 5), "tolerance": st.integers(0, 2)}),
    "short": st.builds(lambda words: {"accept": words}, st.lists(st.sampled_from("abc"), min_size=1)),
    "match": st.builds(lambda at: {"places": at}, st.lists(four, min_size=4, max_size=4)),
    "order": st.builds(lambda at: {"places": at}, st.permutations(range(4))),
}
ANSWERS = {
    "single": four,
    "multiple": st.builds(sorted, st.sets(four, min_size=1)),
    "numeric": st.sampled_from(["0", "2", "34.7", "nothing"]),
    "short": st.sampled_from(["a", "B", "explore", "x"]),
    "match": st.lists(st.none() | four, min_size=4, max_size=4),
    "order": st.lists(st.none() | four, min_size=4, max_size=4),
}


def corrected(key: dict, past: Past, *, number: int = 1, no_harm: bool = False, undoes: int | None = None):
    return Correction(number, 1, key, past, no_harm, "The key was wrong.", NOON + number * HOUR, undoes)


ANY = st.booleans()


@st.composite
def histories(draw, *, no_harm=ANY):
    """An item, corrections of it one after the other, some taken back, and an answer."""
    item = draw(st.sampled_from(EVERY))
    history: list[Correction] = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        held = regrade.in_force(history)
        if held and draw(st.booleans()):
            history.append(corrected({}, Past.NONE, number=number, undoes=held[-1].number))
            continue
        key = draw(KEYS[item.kind] | st.just({}))
        past = draw(st.sampled_from(Past))
        history.append(corrected(key, past, number=number, no_harm=draw(no_harm)))
    return item, history, draw(st.none() | ANSWERS[item.kind])


@pytest.mark.parametrize(
    ("past", "no_harm", "was_right", "is_right", "neither"),
    [
        (Past.EVERYBODY, False, FULL, FULL, FULL),
        (Past.EITHER, False, FULL, FULL, NOTHING),
        (Past.NEW, False, NOTHING, FULL, NOTHING),
        (Past.NEW, True, FULL, FULL, NOTHING),
        (Past.NONE, False, FULL, NOTHING, NOTHING),
        (Past.NONE, True, FULL, NOTHING, NOTHING),
    ],
)
def test_the_four_options(past, no_harm, was_right, is_right, neither):
    history = [corrected({"correct": [1]}, past, no_harm=no_harm)]
    found = [regrade.part_of(SINGLE, history, answer, NOON) for answer in (0, 1, 2)]
    assert found == [was_right, is_right, neither]
    open_ = regrade.part_of(SINGLE, history, None, NOON)
    assert open_ == (FULL if past is Past.EVERYBODY else NOTHING)


def test_whoever_ends_afterwards_is_judged_by_the_new_key_alone():
    for past in Past:
        history = [corrected({"correct": [1]}, past, no_harm=True)]
        found = [regrade.part_of(SINGLE, history, answer, NOON + 2 * HOUR) for answer in (0, 1)]
        assert found == [NOTHING, FULL]


@given(histories(no_harm=st.just(True)))
def test_no_harm_and_nobody_falls(drawn):
    item, history, answer = drawn
    shares = [
        regrade.part_of(item, [one for one in history[:upto] if one.undoes is None], answer, NOON)
        for upto in range(len(history) + 1)
    ]
    assert shares == sorted(shares)


@given(histories())
def test_only_the_new_key_is_what_rescoring_from_scratch_gives(drawn):
    item, history, answer = drawn
    key = regrade.key_of(regrade.keyed(item, history))
    last = corrected(key, Past.NEW, number=len(history) + 1)
    again = regrade.part_of(item, [*history, last], answer, NOON)
    assert again == quiz.share(regrade.with_key(item, key), answer)


@given(histories())
def test_what_is_taken_back_had_never_been(drawn):
    """A history comes to what it comes to without what was taken back, whenever an attempt ended."""
    item, history, answer = drawn
    held = regrade.in_force(history)
    assert regrade.keyed(item, history) == regrade.keyed(item, held)
    for hours in range(-1, 7):
        when = NOON + hours * HOUR + HOUR / 2
        assert regrade.part_of(item, history, answer, when) == regrade.part_of(item, held, answer, when)
    if held:
        undone = [*history, corrected({}, Past.NONE, number=9, undoes=held[-1].number)]
        assert regrade.part_of(item, undone, answer, NOON) == regrade.part_of(item, held[:-1], answer, NOON)


@given(histories())
def test_shares_stay_between_nothing_and_all(drawn):
    item, history, answer = drawn
    assert 0 <= regrade.part_of(item, history, answer, NOON) <= 1
    score = regrade.score([item], {item.id: answer}, {item.id: history}, NOON)
    (line,) = score.items
    assert score.points == Fraction(line["points"]) == Fraction(line["share"]) * item.points
    assert ("why" in line) == (Fraction(line["share"]) != quiz.share(item, answer))


@pytest.mark.parametrize("item", EVERY, ids=lambda item: item.kind)
def test_an_items_own_key_changes_nothing(item):
    key = regrade.key_of(item)
    assert regrade.why_not_key(item, key) is None
    assert regrade.key_of(regrade.with_key(item, key)) == key
    assert regrade.why_not_correct(item, key, Past.NEW, "Because.") is No.SAME_KEY
    assert regrade.why_not_correct(item, key, Past.EVERYBODY, "Because.") is None
    assert regrade.why_not_correct(item, key, Past.EVERYBODY, "  ") is No.SAY_WHY


@pytest.mark.parametrize(
    ("item", "key", "why"),
    [
        (SINGLE, {"correct": []}, No.KEY_OF_OPTIONS),
        (SINGLE, {"correct": [0, 1, 2, 3]}, No.KEY_OF_OPTIONS),
        (SINGLE, {"correct": [1, 2]}, None),
        (NUMERIC, {"answer": None, "tolerance": 0}, No.KEY_OF_NUMBER),
        (NUMERIC, {"answer": 3, "tolerance": -1}, No.KEY_OF_NUMBER),
        (SHORT, {"accept": []}, No.KEY_OF_WORDS),
        (SHORT, {"accept": ["a", "?!"]}, No.KEY_OF_WORDS),
        (MATCH, {"places": [0, 0, 1]}, No.KEY_OF_LINES),
        (MATCH, {"places": [0, None, 1, 2]}, No.KEY_OF_LINES),
        (MATCH, {"places": [0, 0, 1, 2]}, None),
        (ORDER, {"places": [0, 0, 1, 2]}, No.KEY_OF_STEPS),
        (ORDER, {"places": [3, 2, 1, 0]}, None),
    ],
)
def test_what_can_be_a_key(item, key, why):
    assert regrade.why_not_key(item, key) is why


def test_only_the_latest_that_counts_is_taken_back():
    history = [corrected({"correct": [1]}, Past.NEW), corrected({"correct": [2]}, Past.NEW, number=2)]
    assert regrade.why_not_undo(history, 1) is No.NOT_THE_LATEST
    assert regrade.why_not_undo(history, 2) is None
    history.append(corrected({}, Past.NONE, number=3, undoes=2))
    assert regrade.why_not_undo(history, 2) is No.NOT_THE_LATEST
    assert regrade.why_not_undo(history, 1) is None
    assert regrade.why_not_undo([], 1) is No.NOT_THE_LATEST
