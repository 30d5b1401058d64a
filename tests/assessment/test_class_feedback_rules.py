"""What a draft of class feedback says, what it never says, and when a text may be approved."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.rules.class_feedback import (
    LEAST_PIECES,
    MOST_SAID,
    ClassFeedbackRefusal,
    MarkedPiece,
    Material,
    Row,
    compose,
    often_said,
    share_in_words,
    standings,
    why_not_approve,
)

ROWS = (
    Row("vision", "Vision", ("a topic", "a goal", "a sharp goal", "a goal that moves people")),
    Row("bet", "The bet", ("no bet", "a bet", "a bet with a test", "a bet with a price")),
)
LEVELS = {1: "Weak", 2: "Adequate", 3: "Strong", 4: "Excellent"}
SAID = {"own": "Name your rival.", "twice": "Say what you stop.\n\nAnd when.", "often": "Give the sum."}


def piece(vision: int, bet: int, *said: str) -> MarkedPiece:
    return MarkedPiece({"vision": vision, "bet": bet}, frozenset(said))


def test_a_draft_speaks_of_the_class() -> None:
    pieces = [
        piece(3, 2, "often", "twice"),
        piece(3, 2, "often"),
        piece(4, 1, "often", "own"),
        piece(3, 2, "twice"),
        piece(3, 3),
        piece(2, 2),
    ]
    text = compose(Material(ROWS, LEVELS, pieces, SAID))
    assert text == (
        "## On the whole\n\n"
        "Strongest was **Vision**, weakest **The bet**. One level higher reads there: “a bet with a test”\n\n"
        "## Row by row\n\n"
        "- **Vision**: most at “Strong”, a few at “Excellent”, a few at “Adequate”.\n"
        "- **The bet**: most at “Adequate”, a few at “Strong”, a few at “Weak”.\n\n"
        "## What was said more than once\n\n"
        "- Give the sum.\n- Say what you stop.\n\n  And when."
    )
    assert "Name your rival" not in text
    assert compose(Material(ROWS, LEVELS, pieces[:4], SAID)) == ""


def test_rows_that_came_out_alike_have_no_strongest() -> None:
    text = compose(Material(ROWS, LEVELS, [piece(3, 3)] * LEAST_PIECES))
    assert "much alike" in text
    assert "**Vision**: nearly all at “Strong”." in text
    assert "said" not in text


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (1, "nearly all"),
        ("9/10", "nearly all"),
        ("3/4", "most"),
        ("1/2", "about half"),
        ("1/4", "some"),
        ("1/9", "a few"),
    ],
)
def test_shares_are_said_in_words(share, words) -> None:
    assert share_in_words(Fraction(share)) == words


@given(
    st.lists(
        st.builds(
            MarkedPiece,
            st.fixed_dictionaries({"vision": st.integers(1, 4)}, optional={"bet": st.integers(1, 4)}),
            st.frozensets(st.sampled_from("abcdefghij")),
        ),
        max_size=20,
    )
)
def test_nothing_of_one_piece_is_in_any_draft(pieces) -> None:
    said = {name: f"comment {name}." for name in "abcdefghij"}
    text = compose(Material(ROWS, LEVELS, pieces, said))
    assert bool(text) is (len(pieces) >= LEAST_PIECES)
    assert len(often_said(pieces)) <= MOST_SAID
    for name, words in said.items():
        if sum(name in one.snippets for one in pieces) < 2:
            assert words not in text
    assert not any(sign.isdigit() for sign in text), "no figure is in it"
    assert all(sum(one.counts.values()) <= len(pieces) for one in standings(ROWS, pieces))


@pytest.mark.parametrize(
    ("text", "changed", "seen", "reason", "refusal"),
    [
        (" ", True, False, "", ClassFeedbackRefusal.EMPTY),
        ("So", False, False, "", ClassFeedbackRefusal.APPROVED),
        ("So", True, True, " ", ClassFeedbackRefusal.NO_REASON),
        ("So", True, True, "A slip.", None),
        ("So", True, False, "", None),
    ],
)
def test_when_a_text_is_approved(text, changed, seen, reason, refusal) -> None:
    assert why_not_approve(text, changed=changed, seen=seen, reason=reason) is refusal
