"""By what a board decides: truth tables of votes and steps; a shift is the same for all and keeps every order."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.gradebook.rules.boards import (
    Band,
    BoardRefusal,
    Bound,
    Choice,
    Condition,
    Grounds,
    ItemState,
    Outcome,
    Seat,
    Tally,
    borderline,
    count,
    crossed,
    decided,
    outcome,
    shifted,
    why_not_release,
    why_not_shift,
    why_not_vote,
)

F, A, N, R = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN, Choice.RECUSED
YES, NO = Outcome(adopted=True, casting=False), Outcome(adopted=False, casting=False)
MARKS = st.fractions(0, 100, max_denominator=1000)
VOTES = st.dictionaries(st.integers(1, 9), st.sampled_from(list(Choice)))


@pytest.mark.parametrize(
    ("votes", "found"),
    [
        ([F, F], None),
        ([F, F, R], None),
        ([F, F, F], YES),
        ([F, F, A], YES),
        ([F, A, A], NO),
        ([F, N, N], YES),
        ([N, N, N], Outcome(adopted=False, casting=False)),
        ([F, A, N], Outcome(adopted=True, casting=True)),
        ([A, F, N], Outcome(adopted=False, casting=True)),
        ([N, F, A], Outcome(adopted=False, casting=False)),
        ([R, F, A, N], Outcome(adopted=False, casting=False)),
        ([R, F, F, N], YES),
    ],
)
def test_what_votes_come_to(votes: list[Choice], found: Outcome | None) -> None:
    """The first is the vote of the chair."""
    assert outcome(dict(enumerate(votes, 1)), quorum=3, chair=1) == found


@given(VOTES, st.integers(1, 5))
def test_every_vote_is_counted_once_and_a_majority_is_one(votes: dict[int, Choice], quorum: int) -> None:
    tally, found = count(votes), outcome(votes, quorum=quorum, chair=1)
    assert tally.voted == sum(choice is not R for choice in votes.values())
    assert (found is None) == (tally.voted < quorum)
    if found is not None:
        assert found.adopted == (
            tally.favour > tally.against or (tally.favour == tally.against and votes.get(1) is F)
        )
        assert not found.casting or tally.favour == tally.against


def test_a_tally_is_written_for_against_abstained() -> None:
    assert str(Tally(4, 1, 2)) == "4:1:2"


@pytest.mark.parametrize(
    ("seat", "state", "choice", "assessor", "why", "refusal"),
    [
        (Seat.MEMBER, ItemState.OPEN, F, False, "", None),
        (Seat.CHAIR, ItemState.OPEN, A, False, "", None),
        (Seat.SECRETARY, ItemState.OPEN, F, False, "", BoardRefusal.NOT_VOTING),
        (None, ItemState.OPEN, F, False, "", BoardRefusal.NOT_VOTING),
        (Seat.MEMBER, ItemState.ADOPTED, F, False, "", BoardRefusal.NOT_OPEN),
        (Seat.MEMBER, ItemState.WITHDRAWN, F, False, "", BoardRefusal.NOT_OPEN),
        (Seat.MEMBER, ItemState.OPEN, F, True, "", BoardRefusal.RECUSED),
        (Seat.MEMBER, ItemState.OPEN, R, True, "I judged it.", None),
        (Seat.MEMBER, ItemState.OPEN, R, False, " ", BoardRefusal.NO_REASON),
    ],
)
def test_who_votes(seat, state, choice, assessor, why, refusal) -> None:
    assert why_not_vote(seat, state, choice, assessor=assessor, why=why) == refusal


@pytest.mark.parametrize("state", list(ItemState))
def test_nobody_releases_alone_what_they_carried_out(state: ItemState) -> None:
    entered = state is ItemState.ENTERED
    assert why_not_release(state, 7, 7) == (
        BoardRefusal.ENTERED_ALONE if entered else BoardRefusal.NOT_ENTERED
    )
    assert why_not_release(state, 7, 8) == (None if entered else BoardRefusal.NOT_ENTERED)


@pytest.mark.parametrize(
    ("shift", "fine"), [(None, False), (0, False), (101, False), (-100, True), (Fraction(-5, 2), True)]
)
def test_what_is_a_shift(shift, fine: bool) -> None:
    assert (why_not_shift(shift if shift is None else Fraction(shift)) is None) == fine


@given(MARKS, MARKS, st.fractions(-100, 100, max_denominator=100))
def test_a_shift_keeps_every_order_and_every_mark_between_0_and_100(one, other, shift) -> None:
    low, high = sorted((one, other))
    assert 0 <= shifted(low, shift) <= shifted(high, shift) <= 100
    if low + shift >= 0 and high + shift <= 100:
        assert shifted(high, shift) - shifted(low, shift) == high - low, "the same shift for all"
    assert (shifted(one, shift) >= one) if shift > 0 else (shifted(one, shift) <= one)


@pytest.mark.parametrize(
    ("value", "near"),
    [
        (Fraction("59.96"), [("Completion", Fraction(1, 25))]),
        (Fraction(60), []),
        (Fraction(59), [("Completion", Fraction(1))]),
        (Fraction("58.99"), []),
        (Fraction("74.5"), [("Merit", Fraction(1, 2))]),
    ],
)
def test_who_is_near_a_bound_and_by_how_much_exactly(value: Fraction, near) -> None:
    bounds = (Bound("Merit", Fraction(75)), Bound("Completion", Fraction(60)))
    assert [(bound.title, far) for bound, far in borderline(value, bounds, Fraction(1))] == near


GROUNDS = Grounds(
    "",
    (
        Band("distinction", "Distinction", {"": Fraction(85), "capstone": Fraction(80)}, complete=True),
        Band("completion", "Completion", {"": Fraction(60)}, complete=True),
        Band("participation", "Participation", {"attendance": Fraction(3, 5)}),
        Band("statement", "Statement", {}),
    ),
    (
        Condition("programme", "The programme", "", Fraction(60)),
        Condition("attendance", "Attendance", "attendance", Fraction(3, 4), share=True),
    ),
    (),
    Fraction(1),
    3,
)


@pytest.mark.parametrize(
    ("figures", "condoned", "given_band", "band"),
    [
        ({"": 90, "capstone": 81, "attendance": 1}, (), "", "distinction"),
        ({"": 90, "capstone": 79, "attendance": 1}, (), "", "completion"),
        ({"": 90, "attendance": 1}, (), "", "completion"),
        ({"": 90, "capstone": 81, "attendance": Fraction(7, 10)}, (), "", "participation"),
        ({"": 90, "capstone": 81, "attendance": Fraction(7, 10)}, ("attendance",), "", "distinction"),
        ({"": Fraction("59.96"), "attendance": 1}, (), "", "participation"),
        ({"": Fraction("59.96"), "attendance": 1}, ("programme",), "", "participation"),
        ({"": Fraction("59.96"), "attendance": 1}, (), "completion", "completion"),
        ({"": 50}, (), "", "statement"),
        ({}, (), "unknown", "statement"),
    ],
)
def test_bands(figures, condoned, given_band: str, band: str) -> None:
    """Unknown attendance is not met; what is condoned is; what the board set stands whatever the figures."""
    values = {key: Fraction(value) for key, value in figures.items()}
    found = decided(GROUNDS, values, condoned, given_band)
    assert (found.band.key, found.by_board) == (band, given_band == "completion")


def test_who_crosses_what() -> None:
    before, after = (
        {"": Fraction(59), "attendance": Fraction(1)},
        {"": Fraction(61), "attendance": Fraction(1)},
    )
    bands = crossed(GROUNDS, before, after, ())
    assert bands is not None
    assert [one.key for one in bands] == ["participation", "completion"]
    assert crossed(GROUNDS, before, before, ()) is None
