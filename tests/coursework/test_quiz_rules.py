"""Quizzes, pure: what is drawn, how answers are read, what they are worth, what is shown."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.coursework.rules import CourseworkRefusal as No
from lms.coursework.rules import quiz
from lms.coursework.rules.quiz import BankItem

DUE = dt.datetime(2027, 3, 14, 18, 29, tzinfo=dt.UTC)
OPENS = DUE - dt.timedelta(days=6)


def after(**by: float) -> dt.datetime:
    return DUE + dt.timedelta(**by)


def bank_item(kind: str, number: int = 1, points: int = 1, **spec) -> BankItem:
    return BankItem(number, kind, points, spec)


def options(*correct: bool) -> list[dict]:
    return [{"text": f"option {at}", "correct": right, "feedback": "…"} for at, right in enumerate(correct)]


SINGLE = bank_item("single", options=options(False, True, False))
MULTIPLE = bank_item("multiple", 2, 2, options=options(True, True, False, False, False))
NUMERIC = bank_item("numeric", 3, answer=34.7, tolerance=0.4, mistakes=[{"value": 32.1, "feedback": "items"}])
SHORT = bank_item(
    "short", 4, accept=["Explore", "exploration"], mistakes=[{"text": "grow", "feedback": "no"}]
)
MATCH = bank_item("match", 5, 3, pairs=[{"left": c, "right": c.upper()} for c in "abcd"])
ORDER = bank_item("order", 6, steps=["one", "two", "three", "four"])
EVERY = [SINGLE, MULTIPLE, NUMERIC, SHORT, MATCH, ORDER]


@given(st.integers(3, 12), st.integers(1, 4), st.integers(1, 4), st.text(max_size=8))
def test_every_attempt_has_so_many_of_each_pool(count, one, other, seed):
    """The rest comes from items in no pool; nothing comes twice, and the same seed draws the same."""
    bank = [
        BankItem(at, "single", 1, {"options": options(True, False, False), "pool": ("a", "b", None)[at % 3]})
        for at in range(24)
    ]
    pools = [{"id": "a", "draws": one}, {"id": "b", "draws": other}]
    drawn = quiz.draw(bank, count, seed, pools)
    assert drawn == quiz.draw(bank, count, seed, pools)
    found = [bank[each["item"]].spec["pool"] for each in drawn]
    assert len({each["item"] for each in drawn}) == len(drawn)
    assert len(drawn) == min(count, one + other + 8)
    assert found.count("a") == min(one, count)
    assert found.count("b") == min(other, count - found.count("a"))


def test_options_stay_where_their_author_put_them_if_they_say_so():
    item = BankItem(1, "single", 1, {"options": options(True, False, False, False), "shuffle": False})
    assert all(quiz.draw([item], 1, str(seed))[0]["options"] == [0, 1, 2, 3] for seed in range(20))


@pytest.mark.parametrize(
    ("rule", "one_left", "none_left", "after_deadline"),
    [
        (quiz.Answers.AFTER_ATTEMPTS, False, True, True),
        (quiz.Answers.AFTER_EACH, True, True, True),
        (quiz.Answers.AFTER_DEADLINE, False, False, True),
        (quiz.Answers.NEVER, False, False, False),
    ],
)
def test_when_right_answers_are_shown(rule, one_left, none_left, after_deadline):
    def shown(now, finished, *, going=False):
        return quiz.answers_open(now=now, due=DUE, finished=finished, going=going, attempts=2, rule=rule)

    assert shown(OPENS, 1) == one_left
    assert shown(OPENS, 2) == none_left
    assert shown(after(minutes=2), 1) == after_deadline
    assert not shown(after(minutes=2), 2, going=True)


right_or_not = st.lists(st.booleans(), min_size=4, max_size=7).filter(lambda each: 1 < sum(each) < len(each))


@given(right_or_not, st.data())
def test_partial_credit_rewards_each_right_choice_and_never_ticking_all(correct, data):
    item = bank_item("multiple", options=options(*correct))
    picked = data.draw(st.sets(st.integers(0, len(correct) - 1), min_size=1))
    share = quiz.share(item, sorted(picked))
    assert 0 <= share <= 1
    assert (share == 1) == (picked == {at for at, right in enumerate(correct) if right})
    for at, right in enumerate(correct):
        if at not in picked:
            more = quiz.share(item, sorted(picked | {at}))
            assert more >= share if right else more <= share
    everything = quiz.share(item, list(range(len(correct))))
    assert everything == max(0, Fraction(2 * sum(correct) - len(correct), sum(correct)))


@given(st.lists(st.none() | st.integers(0, 3), min_size=4, max_size=4))
def test_each_pair_and_step_put_rightly_earns_its_part(answer):
    for item in (MATCH, ORDER):
        assert quiz.share(item, answer) == Fraction(sum(place == at for at, place in enumerate(answer)), 4)


@pytest.mark.parametrize(
    ("item", "answer", "share"),
    [
        (SINGLE, 1, "1"),
        (SINGLE, 0, "0"),
        (SINGLE, None, "0"),
        (MULTIPLE, [0, 1], "1"),
        (MULTIPLE, [0], "1/2"),
        (MULTIPLE, [0, 1, 2], "1/2"),
        (MULTIPLE, [0, 2], "0"),
        (MULTIPLE, [2, 3], "0"),
        (MULTIPLE, [0, 1, 2, 3, 4], "0"),
        (NUMERIC, "34.7", "1"),
        (NUMERIC, "35,1 %", "1"),
        (NUMERIC, "35.2", "0"),
        (NUMERIC, "about thirty", "0"),
        (SHORT, "  EXPLORÉ. ", "1"),
        (SHORT, "Exploration", "1"),
        (SHORT, "grow", "0"),
        (MATCH, [0, 1, 2, 3], "1"),
        (MATCH, [0, 1, 3, None], "1/2"),
        (MATCH, [1, 0, 3, 2], "0"),
        (ORDER, [0, 2, 1, 3], "1/2"),
        (ORDER, [0, 0, 0, 0], "1/4"),
    ],
)
def test_what_answers_are_worth(item, answer, share):
    assert quiz.share(item, answer) == Fraction(share)


def test_a_score_is_exact_and_keeps_what_each_item_gave():
    given_answers = {1: 1, 2: [0], 5: [0, 1, 3, None]}
    score = quiz.score(EVERY, given_answers)
    assert (score.points, score.out_of) == (Fraction(7, 2), 9)
    assert score.mark == Fraction(350, 9)
    assert Fraction(*score.whole) == Fraction(7, 18)
    assert [line["points"] for line in score.items] == ["1", "1", "0", "0", "3/2", "0"]
    assert [line["answered"] for line in score.items] == [True, True, False, False, True, False]


@given(st.lists(st.sampled_from(range(5)), unique=True))
def test_ticking_gains_nothing_beyond_what_is_right(ticked):
    share = quiz.share(MULTIPLE, sorted(ticked))
    assert 0 <= share <= 1
    assert quiz.share(MULTIPLE, [0, 1, 2, 3, 4]) == 0


@given(st.text(alphabet="abcdefghjkmnp23456789", min_size=12, max_size=12), st.integers(3, 10))
def test_the_same_seed_draws_the_same_and_no_item_twice(seed, count):
    bank = [bank_item("order", number, steps=list("abcd")) for number in range(1, 25)]
    drawn = quiz.draw(bank, count, seed)
    assert drawn == quiz.draw(bank, count, seed)
    assert len({each["item"] for each in drawn}) == count
    for each in drawn:
        assert sorted(each["options"]) == [0, 1, 2, 3]
        assert each["options"] != [0, 1, 2, 3], "steps are never shown in their right order"


def test_a_bank_smaller_than_the_draw_is_asked_whole():
    assert len(quiz.draw(EVERY, 50, "seed")) == 6


@given(st.data())
def test_what_a_page_shows_reads_back_as_the_same_answer(data):
    item = data.draw(st.sampled_from(EVERY))
    order = data.draw(st.permutations(range(item.choices)))
    answer = data.draw(
        {
            "single": st.sampled_from(range(3)),
            "multiple": st.lists(st.sampled_from(range(5)), unique=True, min_size=1).map(sorted),
            "numeric": st.sampled_from(["34.7", "-3"]),
            "short": st.sampled_from(["explore", "a b"]),
            "match": st.permutations(range(4)),
            "order": st.permutations(range(4)),
        }[item.kind]
    )
    answer = list(answer) if isinstance(answer, list | tuple) else answer
    assert quiz.read(item, order, quiz.shown(item, order, answer)) == answer


@pytest.mark.parametrize("values", [[], [""], ["99"], ["-1"], ["x"], ["1e3"], ["²"]])
def test_nonsense_reads_as_left_open(values):
    for item in (SINGLE, MULTIPLE, MATCH, ORDER):
        assert quiz.read(item, list(range(item.choices)), values) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("34.7", "34.7"),
        ("34,7", "34.7"),
        ("1,096.74", "1096.74"),
        ("1.096,74", "1096.74"),
        ("1,00,000", "100000"),
        ("12,345", "12345"),
        ("\N{MINUS SIGN}14", "-14"),
        ("₹ 316.99", "316.99"),
        ("12 %", "12"),
        ("1 234", "1234"),
        ("1.234.567", "1234567"),
        ("5 or 6", None),
        ("many", None),
        ("", None),
        ("1/3", None),
    ],
)
def test_numbers_as_people_write_them(text, number):
    assert quiz.number(text) == (None if number is None else Fraction(number))


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_numbers(text):
    quiz.number(text)
    quiz.plain_words(text)


def test_a_foreseen_mistake_is_found():
    assert quiz.mistake(NUMERIC, "32.1") == 0
    assert quiz.mistake(NUMERIC, "50") is None
    assert quiz.mistake(SHORT, "Grow!") == 0
    assert quiz.mistake(SHORT, None) is None


@pytest.mark.parametrize(
    ("now", "used", "refusal"),
    [
        (OPENS - dt.timedelta(seconds=1), 0, No.NOT_OPEN),
        (OPENS, 0, None),
        (after(seconds=59), 1, None),
        (after(seconds=60), 0, No.CLOSED),
        (OPENS, 2, No.NO_ATTEMPTS),
    ],
)
def test_when_an_attempt_can_be_started(now, used, refusal):
    assert quiz.why_not_start(now=now, opens=OPENS, due=DUE, used=used, attempts=2) is refusal


def test_a_late_start_is_shortened_to_the_deadline():
    assert quiz.ends_at(OPENS, 20, DUE) == OPENS + dt.timedelta(minutes=20)
    assert quiz.ends_at(after(minutes=-3), 20, DUE) == after(minutes=1)


def test_answers_on_their_way_are_taken_for_five_seconds():
    assert quiz.still_takes(after(seconds=5), DUE)
    assert not quiz.still_takes(after(seconds=5, microseconds=1), DUE)


@pytest.mark.parametrize(
    ("now", "finished", "going", "shown"),
    [
        (OPENS, 1, False, False),
        (OPENS, 2, False, True),
        (OPENS, 2, True, False),
        (after(minutes=1), 1, False, True),
        (after(minutes=1), 1, True, False),
    ],
)
def test_right_answers_are_shown_when_nothing_can_be_gained_by_them(now, finished, going, shown):
    found = quiz.answers_open(now=now, due=DUE, finished=finished, going=going, attempts=2)
    assert found is shown
