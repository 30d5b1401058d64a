"""Whose a name may be: proposals with reasons, likeliest first, never more than three."""

from __future__ import annotations

import pytest

from lms.live.rules import Name, candidates
from lms.live.rules.likeness import words_of

ASHA = Name(1, "Asha Rao", "asha@example.org")
BELA = Name(2, "Béla Nair", "bela.nair@work.example", pressed=True)
ROHAN = Name(3, "Rohan Rao", "rohan@example.org", has_minutes=True)
EVERYBODY = (ASHA, BELA, ROHAN)


@pytest.mark.parametrize(
    ("name", "words"),
    [("Dr. Béla  NAIR", ("bela", "nair")), ("iPhone (2)", ()), ("Rao, Asha M.", ("rao", "asha")), ("", ())],
)
def test_the_words_of_a_name(name, words):
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("name", "original", "address", "places"),
    [
        ("Bela Nair", "", "", [2]),
        ("Nair Bela", "", "", [2]),
        ("iPhone", "Bela Nair", "", [2]),
        ("iPhone", "", "bela.nair@private.example", [2]),
        ("Rao", "", "", [1, 3]),
        ("Aasha Raao", "", "", [1]),
        ("iPad", "", "", []),
        ("Somebody Else", "", "else@x.example", []),
    ],
)
def test_who_is_proposed(name, original, address, places):
    assert [one.place_id for one in candidates(name, original, address, EVERYBODY)] == places


def test_reasons_are_said():
    (one,) = candidates("Bela", "", "", EVERYBODY)
    assert one.reasons == (
        "the name has “bela”, which only they are called here",
        "pressed the join button, and no minutes are theirs yet",
    )


def test_where_it_was_theirs_before_comes_first():
    found = candidates("Rao", "", "", EVERYBODY, {3: "S4"})
    assert [one.place_id for one in found] == [3, 1]
    assert found[0].reasons[0] == "was said to be theirs in S4"
    (alone,) = candidates("iPad", "", "", EVERYBODY, {3: "S4"})
    assert alone.place_id == 3


def test_at_most_three_are_proposed():
    many = [Name(number, f"Rao {chr(97 + number)}x", "") for number in range(9)]
    assert len(candidates("Rao", "", "", many)) == 3
