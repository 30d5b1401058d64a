"""Sheets of scripted players as people would write them, without building the demonstration."""

from __future__ import annotations

from lms.demo.cast import read
from lms.demo.games import LEADERSHIP_WAYS, MARKET_WAYS
from lms.demo.turns import tidied, within

SHEET = {
    "attention": {"people": {"a": 2.1}, "stakeholders": {"ceo": 1.9, "cus": 4.2}, "vision": 3.1},
    "capacity": {"cash": 0.3},
}


def test_attention_is_planned_in_half_units_and_fits_into_the_quarter() -> None:
    sheet = tidied(SHEET)
    assert sheet["attention"] == {
        "people": {"a": 2.0},
        "stakeholders": {"ceo": 2.0, "cus": 4.0},
        "vision": 3.0,
    }
    assert within(sheet, 11) == sheet, "what fits stays"
    less = within(sheet, 8)
    assert less["attention"] == {
        "people": {"a": 1.0},
        "stakeholders": {"ceo": 1.0, "cus": 2.5},
        "vision": 2.0,
    }
    assert less["capacity"] == sheet["capacity"]


def test_every_way_of_playing_has_reasons_for_every_round() -> None:
    words = read("texts/games.yaml")
    assert {way: len(words["market"][way]) for way in MARKET_WAYS} == dict.fromkeys(MARKET_WAYS, 8)
    assert {way: len(words["leadership"][way]) for way in LEADERSHIP_WAYS} == dict.fromkeys(
        LEADERSHIP_WAYS, 6
    )
    said = [text for game in ("market", "leadership") for texts in words[game].values() for text in texts]
    assert len(set(said)) == len(said)
