"""Samples and agreement: tables, what always holds, and figures worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.fairness import rules
from lms.fairness.rules import Marked, Pair, SamplePolicy, Second, Why
from lms.fairness.rules.agreement import icc, spread, weighted_kappa

POLICY = SamplePolicy(
    share=Fraction(1, 10),
    least=6,
    below=Fraction(50),
    above=Fraction(85),
    apart=Fraction(9),
    least_batch=6,
    tolerance=Fraction(5),
)


def pieces(*marks: int, markers: tuple[int, ...] = (1,)) -> list[Marked]:
    return [
        Marked(number, f"piece {number}", markers[number % len(markers)], Fraction(mark))
        for number, mark in enumerate(marks)
    ]


def test_six_at_least_a_tenth_all_fails_and_the_highest() -> None:
    found = rules.draw(pieces(*[70] * 60), POLICY, "seed")
    assert list(found.values()) == [Why.SAMPLE] * 6
    assert len(rules.draw(pieces(*[70] * 90), POLICY, "seed")) == 9
    mixed = rules.draw(pieces(*[70] * 20, 49, 50, 84, 85, 20, 99), POLICY, "seed")
    assert {task: why for task, why in mixed.items() if why is not Why.SAMPLE} == {
        20: Why.BELOW, 24: Why.BELOW, 23: Why.ABOVE, 25: Why.ABOVE,
    }  # fmt: skip
    assert sum(why is Why.SAMPLE for why in mixed.values()) == 6


def test_a_small_batch_has_none_unless_markers_lie_nine_points_apart() -> None:
    assert rules.draw(pieces(20, 90, 70, 70, 70), POLICY, "seed") == {}
    five = pieces(70, 70, 70, 70, 70)
    assert rules.draw(five, POLICY, "seed") == {}
    near = pieces(70, 78, 70, 78, 70, 78, markers=(1, 2))
    assert rules.means_apart(near) == 8
    far = pieces(60, 69, 60, 69, 60, 69, markers=(1, 2))[:6]
    assert rules.means_apart(far) == 9
    strict = SamplePolicy(**{**{n: getattr(POLICY, n) for n in POLICY.__slots__}, "least_batch": 20})
    assert rules.draw(near, strict, "seed") == {}
    assert len(rules.draw(far, strict, "seed")) == 6
    assert rules.means_apart(pieces(60, 90, 60, 90, markers=(1, 2))) == 0  # two pieces each say nothing


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(1, 4)), min_size=6, max_size=80), st.text(max_size=5)
)
@settings(max_examples=150, deadline=None)
def test_the_draw_is_the_same_for_everybody_and_takes_every_marker(drawn, seed) -> None:
    batch = [Marked(n, f"p{n}", marker, Fraction(mark)) for n, (mark, marker) in enumerate(drawn)]
    found = rules.draw(batch, POLICY, seed)
    assert rules.draw(list(reversed(batch)), POLICY, seed) == found
    assert {one.task_id for one in batch if one.mark < 50 or one.mark >= 85} <= set(found)
    rest = [one for one in batch if 50 <= one.mark < 85]
    sample = [task for task, why in found.items() if why is Why.SAMPLE]
    assert len(sample) == min(len(rest), max(6, -(-len(batch) // 10)))
    if len(sample) >= len({one.marker_id for one in rest}):
        assert {batch[task].marker_id for task in sample} == {one.marker_id for one in rest}


def test_the_second_marker_is_another_one_without_a_conflict() -> None:
    def second(person: int, looks: int = 0, waiting: int = 0, *excluded: int) -> Second:
        return Second(person, looks, waiting, frozenset(excluded))

    several = [second(1), second(2, 1), second(3, 0, 9), second(4, 0, 0, 77)]
    assert rules.choose_second(several, 1, [77], {}) == 3
    assert rules.choose_second(several, 1, [5], {}) == 4
    assert rules.choose_second(several, 1, [5], {4: 1}) == 3
    assert rules.choose_second([second(1), second(4, 0, 0, 77)], 1, [77], {}) is None
    assert rules.choose_second([], None, [77], {}) is None


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [(70, 75, True), (70, 76, False), (70, 65, True), (52, 48, False), (48, 44, True), (50, 50, True)],
)
def test_two_marks_agree_within_five_points_on_one_side_of_the_pass_mark(first, second, agree) -> None:
    assert rules.agrees(Fraction(first), Fraction(second), POLICY) is agree


def test_agreement_by_hand() -> None:
    pairs = [Pair(Fraction(a), Fraction(b)) for a, b in ((60, 62), (70, 66), (80, 90), (50, 50))]
    found = rules.agreement(pairs, tolerance=Fraction(5))
    assert found is not None
    assert (found.mean_difference, found.mean_absolute, found.within) == (2, 4, Fraction(3, 4))
    assert spread(pairs) == [
        ("-10 or lower", 0), ("-10 to -5", 0), ("within 5", 3), ("5 to 10", 0), ("10 or higher", 1),
    ]  # fmt: skip
    assert rules.agreement([], tolerance=Fraction(5)) is None


def test_kappa_weighs_by_the_square_of_the_distance() -> None:
    same = [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert weighted_kappa(same, 4) == 1
    assert weighted_kappa([(2, 2)] * 5, 4) is None
    # by hand: observed (0 + 1 + 0 + 1) / 4; expected over all 16 combinations of {1,2,3,4} and {1,1,3,3}
    rows = [(1, 1), (2, 1), (3, 3), (4, 3)]
    expected = Fraction(sum((a - b) ** 2 for a in (1, 2, 3, 4) for b in (1, 1, 3, 3)), 16)
    assert weighted_kappa(rows, 4) == 1 - Fraction(2, 4) / expected
    assert weighted_kappa([(1, 4), (4, 1)], 4) == -1


def test_the_intraclass_correlation_of_shrout_and_fleiss() -> None:
    """Two of the judges of their table 2 (ratings of six targets), worked out by the formula."""
    first, second = (9, 6, 8, 7, 10, 6), (2, 1, 4, 1, 5, 2)
    pairs = [Pair(Fraction(a), Fraction(b)) for a, b in zip(first, second, strict=True)]
    n, k = 6, 2
    grand = Fraction(sum(first) + sum(second), 12)
    rows = [Fraction(a + b, 2) for a, b in zip(first, second, strict=True)]
    ss_rows = k * sum((row - grand) ** 2 for row in rows)
    ss_columns = n * sum((Fraction(sum(c), 6) - grand) ** 2 for c in (first, second))
    ss_all = sum((Fraction(x) - grand) ** 2 for x in (*first, *second))
    bms, jms = ss_rows / (n - 1), ss_columns / (k - 1)
    ems = (ss_all - ss_rows - ss_columns) / ((n - 1) * (k - 1))
    assert icc(pairs) == (bms - ems) / (bms + (k - 1) * ems + Fraction(k, n) * (jms - ems))
    assert icc(pairs[:2]) is None
    assert icc([Pair(Fraction(5), Fraction(5))] * 4) is None
