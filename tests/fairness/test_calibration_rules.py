"""The piece to begin with: who still has to judge it, when once more, how far judgements lie apart, names blanked."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.fairness.rules import (
    Asked,
    Standing,
    Step,
    holds_back,
    median_distance,
    next_try,
    rows_apart,
    within,
    without_names,
)

NEAR, FAR = (Fraction(66),), (Fraction(50),)
TOTAL, TOLERANCE = Fraction(60), Fraction(7)


@pytest.mark.parametrize(
    ("standing", "step", "following", "held"),
    [
        (Standing(), Step.TO_DO, 1, True),
        (Standing(begun=True), Step.BEGUN, 1, True),
        (Standing(NEAR), Step.DONE, None, False),
        (Standing(FAR), Step.DONE, 2, False),
        (Standing(FAR, begun=True), Step.DONE, 2, False),
        (Standing(FAR + NEAR), Step.DONE, None, False),
        (Standing(FAR + FAR), Step.DONE, None, False),
        (Standing(exempt=True), Step.EXEMPT, 1, False),
        (Standing(exempt=True, begun=True), Step.EXEMPT, 1, False),
        (Standing(agreed=True), Step.AGREED, None, False),
        (Standing(NEAR, exempt=True), Step.DONE, None, False),
    ],
)
def test_where_somebody_stands_and_what_is_asked_of_them(standing, step, following, held) -> None:
    assert standing.step is step
    assert next_try(standing, TOTAL, TOLERANCE) == following
    assert holds_back(Asked.REQUIRED, standing) is held
    assert not holds_back(Asked.ADVISED, standing)
    assert not holds_back(Asked.OFF, standing)


@given(st.lists(st.fractions(0, 100, max_denominator=100), min_size=1, max_size=2), st.fractions(0, 20))
def test_nobody_is_asked_a_third_time_nor_again_when_they_agree(marks, tolerance) -> None:
    following = next_try(Standing(tuple(marks)), TOTAL, tolerance)
    assert following in (None, 2)
    assert (following == 2) is (len(marks) == 1 and not within(marks[0], TOTAL, tolerance))


def test_exactly_at_the_tolerance_is_within() -> None:
    assert within(Fraction(67), TOTAL, TOLERANCE)
    assert within(Fraction(53), TOTAL, TOLERANCE)
    assert not within(Fraction("67.01"), TOTAL, TOLERANCE)


def test_how_far_two_judgements_lie_apart() -> None:
    own, agreed = (
        {"a": Fraction(57), "b": Fraction(90)},
        {"b": Fraction(72), "a": Fraction(57), "c": Fraction(1)},
    )
    assert [(row.key, row.difference) for row in rows_apart(own, agreed)] == [("b", 18), ("a", 0)]
    assert median_distance([], TOTAL) is None
    assert median_distance([Fraction(50), Fraction(61)], TOTAL) == Fraction(11, 2)
    assert median_distance([Fraction(50), Fraction(61), Fraction(90)], TOTAL) == 10


def test_names_are_blanked_as_words_and_tags_stay() -> None:
    html = '<p class="Rao">Asha RAO and José wrote &amp; Rao’s raoul <a href="/asha">it</a>.</p>'
    assert without_names(html, ["Asha Rao", "Jose Li"]) == (
        '<p class="Rao">[name] [name] and [name] wrote &amp; [name]’s raoul <a href="/asha">it</a>.</p>'
    )
    assert without_names(html, ["Li"]) == html
