"""Factors from ratings: the formula by hand, what always holds, the projection against a slow search."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.fairness import rules
from lms.fairness.rules import FactorPolicy, Sign

POLICY = FactorPolicy(Fraction(4, 5), Fraction(11, 10), Fraction(3, 5), Fraction(15, 100))


def everybody(scores: dict[int, list[int]]) -> dict[int, dict[int, int]]:
    """Rater → member → sum; a rater's list has the others in order."""
    members = sorted(scores)
    return {
        rater: dict(zip([one for one in members if one != rater], row, strict=True))
        for rater, row in scores.items()
    }


# By hand --------------------------------------------------------------------------------------------------------------


def test_a_member_who_did_less_by_the_formula_step_for_step() -> None:
    """Three members. 1 gives 2 and 3 15 and 10; 2 gives 1 and 3 12 and 8; 3 gives both 10."""
    ratings = everybody({1: [15, 10], 2: [12, 8], 3: [10, 10]})
    assert rules.shares(ratings, [1, 2, 3])[1] == {2: Fraction(3, 5), 3: Fraction(2, 5)}
    raw = rules.raw_figures(ratings, [1, 2, 3])
    # 1: 2 × mean(12/20, 10/20) = 11/10; 2: 2 × mean(15/25, 1/2) = 11/10; 3: 2 × mean(10/25, 8/20) = 4/5
    assert raw == {1: Fraction(11, 10), 2: Fraction(11, 10), 3: Fraction(4, 5)}
    found = rules.factors([1, 2, 3], ratings, POLICY)
    assert found.values == {1: Fraction(11, 10), 2: Fraction(11, 10), 3: Fraction(4, 5)}
    assert found.far(Fraction(15, 100)) == [3]


def test_strict_and_generous_raters_weigh_the_same() -> None:
    strict = everybody({1: [5, 10], 2: [5, 10], 3: [5, 5]})
    kind = everybody({1: [10, 20], 2: [10, 20], 3: [25, 25]})
    assert rules.factors([1, 2, 3], strict, POLICY).values == rules.factors([1, 2, 3], kind, POLICY).values


def test_clipping_and_scaling_would_break_the_cap_and_this_does_not() -> None:
    found = rules.project(
        [Fraction(2), Fraction(2), Fraction(0), Fraction(0)], Fraction(4, 5), Fraction(11, 10)
    )
    assert found == [Fraction(11, 10), Fraction(11, 10), Fraction(9, 10), Fraction(9, 10)]


@pytest.mark.parametrize(
    ("answered", "enough"),
    [((), False), ((1,), False), ((1, 2), False), ((1, 2, 3), True), ((1, 2, 3, 4), True)],
)
def test_under_three_fifths_everybody_has_one(answered: tuple[int, ...], enough: bool) -> None:
    ratings = {
        rater: {one: 25 if one == 1 else 5 for one in (1, 2, 3, 4) if one != rater} for rater in answered
    }
    found = rules.factors([1, 2, 3, 4], ratings, POLICY)
    assert found.enough is enough
    assert (found.values == dict.fromkeys((1, 2, 3, 4), Fraction(1))) is not enough


def test_nobody_rated_a_member_counts_as_one_and_a_leaver_has_none() -> None:
    assert rules.raw_figures({1: {2: 10}}, [1, 2]) == {1: Fraction(1), 2: Fraction(1)}
    ratings = everybody({1: [20, 10, 10], 2: [10, 10, 10], 3: [10, 10, 10], 4: [5, 25, 25]})
    found = rules.factors([1, 2, 3], ratings, POLICY)
    assert sorted(found.values) == [1, 2, 3]
    assert rules.factors([1], {}, POLICY).values == {1: Fraction(1)}
    assert rules.factors([], {}, POLICY).values == {}


def test_a_rater_left_out_still_answered_and_keeps_a_factor() -> None:
    ratings = everybody({1: [15, 15, 15], 2: [15, 15, 15], 3: [15, 15, 15], 4: [25, 5, 5]})
    with_all = rules.factors([1, 2, 3, 4], ratings, POLICY)
    without = rules.factors([1, 2, 3, 4], ratings, POLICY, excluded={4})
    assert with_all.values[1] > 1 > with_all.values[2]
    assert without.values == dict.fromkeys((1, 2, 3, 4), Fraction(1))
    assert without.answered == 4


# What always holds ----------------------------------------------------------------------------------------------------


@st.composite
def teams(draw) -> tuple[list[int], dict[int, dict[int, int]]]:
    """Two to eight members, each of whom may not have answered."""
    size = draw(st.integers(2, 8))
    members = list(range(1, size + 1))
    raters = draw(st.sets(st.sampled_from(members)))
    return members, {
        rater: {one: draw(st.integers(5, 25)) for one in members if one != rater} for rater in sorted(raters)
    }


@given(teams(), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_mean_bounds_equality_and_order(drawn: tuple[list[int], dict[int, dict[int, int]]], random) -> None:
    members, ratings = drawn
    found = rules.factors(members, ratings, POLICY)
    assert sum(found.values.values()) == len(members)
    assert all(POLICY.low <= value <= POLICY.high for value in found.values.values())
    if found.enough:
        for one, other in itertools.combinations(members, 2):
            if found.raw[one] <= found.raw[other]:
                assert found.values[one] <= found.values[other]
            if found.raw[one] == found.raw[other]:
                assert found.values[one] == found.values[other]
    shuffled = members[:]
    random.shuffle(shuffled)
    names = dict(zip(members, shuffled, strict=True))
    renamed = {names[r]: {names[m]: v for m, v in row.items()} for r, row in ratings.items()}
    again = rules.factors(shuffled, renamed, POLICY)
    assert {names[member]: value for member, value in found.values.items()} == dict(again.values)


@given(st.integers(2, 8), st.integers(5, 25))
@settings(max_examples=40, deadline=None)
def test_equal_ratings_are_exactly_one(size: int, given_to_each: int) -> None:
    members = list(range(size))
    ratings = {r: dict.fromkeys([m for m in members if m != r], given_to_each) for r in members}
    assert set(rules.factors(members, ratings, POLICY).values.values()) == {Fraction(1)}


def nearest(raw: list[Fraction], low: Fraction, high: Fraction) -> list[Fraction]:
    """The least-squares point by trying which figures sit at which bound: slow, and another way altogether."""
    best: tuple[Fraction, list[Fraction]] | None = None
    for sets in itertools.product((-1, 0, 1), repeat=len(raw)):
        fixed = sum((low if one < 0 else high for one in sets if one), Fraction(0))
        free = [figure for figure, one in zip(raw, sets, strict=True) if one == 0]
        if not free and fixed != len(raw):
            continue
        shift = (len(raw) - fixed - sum(free, Fraction(0))) / len(free) if free else Fraction(0)
        point = [
            low if one < 0 else high if one > 0 else figure + shift
            for figure, one in zip(raw, sets, strict=True)
        ]
        if all(low <= value <= high for value in point):
            distance = sum(((a - b) ** 2 for a, b in zip(point, raw, strict=True)), Fraction(0))
            if best is None or distance < best[0]:
                best = (distance, point)
    assert best is not None
    return best[1]


@given(st.lists(st.fractions(0, 7, max_denominator=20), min_size=2, max_size=5))
@settings(max_examples=150, deadline=None)
def test_the_projection_is_the_nearest_point(raw: list[Fraction]) -> None:
    assert rules.project(raw, POLICY.low, POLICY.high) == nearest(raw, POLICY.low, POLICY.high)


@given(st.lists(st.fractions(0, 7, max_denominator=10**6), min_size=1, max_size=8))
@settings(max_examples=200, deadline=None)
def test_the_projection_ends_and_keeps_both(raw: list[Fraction]) -> None:
    found = rules.project(raw, POLICY.low, POLICY.high)
    assert sum(found) == len(raw)
    assert all(POLICY.low <= value <= POLICY.high for value in found)
    assert rules.project(found, POLICY.low, POLICY.high) == found


# Signs ----------------------------------------------------------------------------------------------------------------

ITEMS = ("a", "b", "c")


def flat(rows: dict[int, dict[int, int]]) -> dict[int, dict[int, dict[str, int]]]:
    return {r: {m: dict.fromkeys(ITEMS, v) for m, v in row.items()} for r, row in rows.items()}


def kinds(rows: dict[int, dict[int, dict[str, int]]]) -> list[tuple[Sign, tuple[int, ...], tuple[int, ...]]]:
    return [(one.sign, one.raters, one.members) for one in rules.signs(rows)]


def test_honest_ratings_show_no_sign() -> None:
    assert kinds(flat({r: {m: 3 for m in range(4) if m != r} for r in range(4)})) == []
    varied = flat(
        {0: {1: 4, 2: 3, 3: 3}, 1: {0: 3, 2: 4, 3: 3}, 2: {0: 4, 1: 4, 3: 4}, 3: {0: 3, 1: 3, 2: 3}}
    )
    assert kinds(varied) == []
    assert rules.signs({}) == []


def test_all_against_one_with_the_same_line_is_a_sign_and_different_faults_are_none() -> None:
    rows = flat({r: {m: (2 if m == 3 else 4) for m in range(4) if m != r} for r in range(4)})
    assert (Sign.AGAINST_ONE, (0, 1, 2), (3,)) in kinds(rows)
    for rater, item in ((0, "a"), (1, "b"), (2, "c")):
        rows[rater][3] = {**dict.fromkeys(ITEMS, 3), item: 1}
    assert Sign.AGAINST_ONE not in {sign for sign, _raters, _members in kinds(rows)}


def test_favours_returned_a_rater_apart_and_all_others_low() -> None:
    friends = flat(
        {0: {1: 5, 2: 3, 3: 3}, 1: {0: 5, 2: 3, 3: 3}, 2: {0: 3, 1: 3, 3: 4}, 3: {0: 3, 1: 3, 2: 4}}
    )
    assert (Sign.FAVOURS, (0, 1), (0, 1)) in kinds(friends)
    apart = flat({0: {1: 3, 2: 3, 3: 3}, 1: {0: 3, 2: 3, 3: 3}, 2: {0: 3, 1: 3, 3: 3}, 3: {0: 1, 1: 4, 2: 4}})
    assert kinds(apart) == [(Sign.APART, (3,), (0, 1, 2))]
    low = flat({0: {1: 2, 2: 2}, 1: {0: 4, 2: 4}, 2: {0: 4, 1: 4}})
    assert kinds(low) == [(Sign.ALL_LOW, (0,), (1, 2))]
