"""Who gets which piece: caps hold, loads are even, as many as possible have a marker, and the rest says why."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.assessment.rules import (
    AllocationRefusal,
    Candidate,
    Hindered,
    Piece,
    choose_marker,
    share_out,
    why_not_give,
)

PLACES = st.frozensets(st.integers(1, 4), max_size=2)
CAPS = st.none() | st.integers(0, 4)
MARKERS = st.lists(
    st.builds(
        Candidate,
        person_id=st.integers(1, 6),
        of_course=st.booleans(),
        waiting=st.integers(0, 5),
        in_cohort=st.integers(0, 3),
        here=st.integers(0, 2),
        cap=CAPS,
        cap_here=CAPS,
        away=st.booleans(),
        excluded=st.frozensets(st.integers(1, 4), max_size=2),
    ),
    max_size=4,
    unique_by=lambda one: one.person_id,
)
PIECES = st.lists(PLACES, max_size=5).map(
    lambda all_: [Piece(number, places) for number, places in enumerate(all_, start=1)]
)


@given(PIECES, MARKERS)
def test_caps_leave_and_conflicts_hold_and_every_piece_is_given_or_says_why(pieces, markers) -> None:
    shared = share_out(pieces, markers)
    by = {one.person_id: one for one in markers}
    assert set(shared.given) | set(shared.left) == {piece.id for piece in pieces}
    assert not set(shared.given) & set(shared.left)
    for piece in pieces:
        to = shared.given.get(piece.id)
        if to is not None:
            assert not by[to].away
            assert by[to].excluded.isdisjoint(piece.places)
        else:
            why = shared.left[piece.id]
            assert why.away + why.full + why.conflict == len(markers)
    for one in markers:
        got = list(shared.given.values()).count(one.person_id)
        assert one.cap is None or not got or one.in_cohort + got <= one.cap
        assert one.cap_here is None or not got or one.here + got <= one.cap_here


@settings(max_examples=60)
@given(PIECES, MARKERS)
def test_no_other_way_gives_more_pieces_a_marker(pieces, markers) -> None:
    def holds(choice: tuple[int | None, ...]) -> bool:
        for one in markers:
            theirs = [piece for piece, to in zip(pieces, choice, strict=True) if to == one.person_id]
            if theirs and (one.away or (one.room is not None and len(theirs) > one.room)):
                return False
            if any(not one.may_mark(piece.places) for piece in theirs):
                return False
        return True

    people = [None, *(one.person_id for one in markers)]
    best = max(
        sum(to is not None for to in choice)
        for choice in product(people, repeat=len(pieces))
        if holds(choice)
    )
    assert len(share_out(pieces, markers).given) == best


@given(
    st.integers(0, 40),
    st.lists(st.integers(0, 12), min_size=1, max_size=6),
)
def test_loads_lie_within_one_of_each_other_where_nothing_hinders(count, loads) -> None:
    markers = [Candidate(number, of_course=True, waiting=load) for number, load in enumerate(loads)]
    shared = share_out([Piece(number) for number in range(count)], markers)
    got = {one.person_id: list(shared.given.values()).count(one.person_id) for one in markers}
    after = {one.person_id: one.waiting + got[one.person_id] for one in markers}
    for one in markers:
        if got[one.person_id]:
            assert after[one.person_id] <= min(after.values()) + 1
    if len(set(loads)) == 1:
        assert max(after.values()) - min(after.values()) <= 1


@given(PIECES, MARKERS, st.randoms())
def test_the_order_in_which_markers_are_named_does_not_matter(pieces, markers, random) -> None:
    mixed = list(markers)
    random.shuffle(mixed)
    assert share_out(pieces, markers) == share_out(pieces, mixed)


def test_those_of_the_course_come_first_and_others_take_what_they_cannot() -> None:
    own = Candidate(1, of_course=True, waiting=9, cap=10, in_cohort=9)
    other = Candidate(2, of_course=False, waiting=0)
    shared = share_out([Piece(1), Piece(2)], [own, other])
    assert shared.given == {1: 1, 2: 2}


def test_a_piece_changes_hands_rather_than_leaving_another_without_a_marker() -> None:
    wide = Candidate(1, of_course=True, waiting=0, cap=1)
    narrow = Candidate(2, of_course=True, waiting=5, excluded=frozenset({8}))
    shared = share_out([Piece(1, frozenset({7})), Piece(2, frozenset({8}))], [wide, narrow])
    assert shared.given == {1: 2, 2: 1}


def test_what_nobody_gets_says_why() -> None:
    markers = [
        Candidate(1, of_course=True, waiting=3, cap=3, in_cohort=3),
        Candidate(2, of_course=True, waiting=0, away=True),
        Candidate(3, of_course=True, waiting=0, excluded=frozenset({7})),
    ]
    assert choose_marker(markers, [7]) is None
    left = share_out([Piece(1, frozenset({7}))], markers).left[1]
    assert left == Hindered(away=1, full=1, conflict=1)
    assert left.words() == (
        "Of those who mark here 1 is at the cap, 1 is on leave, 1 may not mark this author."
    )
    assert share_out([Piece(1)], []).left[1].words() == "Nobody marks here yet."


@pytest.mark.parametrize(
    ("one", "author", "reason", "refusal"),
    [
        (Candidate(1, True, 0), False, "", None),
        (Candidate(1, True, 0), True, "we must", AllocationRefusal.AUTHOR),
        (Candidate(1, True, 0, excluded=frozenset({7})), False, "we must", AllocationRefusal.CONFLICT),
        (Candidate(1, True, 0, away=True), False, " ", AllocationRefusal.AWAY),
        (Candidate(1, True, 0, away=True), False, "She offered.", None),
        (Candidate(1, True, 2, in_cohort=2, cap=2), False, "", AllocationRefusal.FULL),
        (Candidate(1, True, 2, in_cohort=2, cap=2), False, "She offered.", None),
        (Candidate(1, True, 2, in_cohort=2, cap=3), False, "", None),
    ],
)
def test_by_hand_a_reason_goes_beyond_caps_and_leave_and_never_beyond_a_conflict(
    one, author, reason, refusal
) -> None:
    assert why_not_give(one, [7], author=author, reason=reason) == refusal
