"""Competencies of PORTFOLIO YEARS: terms of the scorecard, read by what the programme says a round is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.simulations.engines.market.reports import Scorecard

LEVELS = (40.0, 60.0, 78.0)
"""Scores from which the second, third and fourth level hold: those of SIX QUARTERS."""
SPEAKS: Mapping[str, tuple[str, ...]] = {
    "SDM": ("value", "future", "volume"),
    "RES": ("margin", "safety", "utilisation"),
    "CX": ("satisfaction", "fill"),
    "DEC": ("forecast", "value"),
    "SCO": ("future", "volume"),
    "FOC": ("satisfaction", "margin"),
}
"""Competency → the terms that say something about it. Of one that is not here the whole scorecard speaks."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a round says about a code."""

    round: int
    terms: tuple[tuple[str, float], ...]
    """Term, and how far from nothing to everything it had come, 0 to 100."""
    score: float


@dataclass(frozen=True, slots=True)
class Competency:
    """A code with its score, level and evidence."""

    code: str
    score: float
    level: int
    evidence: tuple[Evidence, ...]


def level_of(score: float) -> int:
    """The level of a score, 1 to 4."""
    return 1 + sum(score >= limit for limit in LEVELS)


def competencies(
    cards: Sequence[tuple[int, Scorecard]], codes: Mapping[int, Sequence[str]]
) -> tuple[Competency, ...]:
    """A team's competencies from its scorecards by round and the codes that each round is about.

    A round speaks of a code with the terms that belong to it, by their weights; a score is the mean of its rounds.
    """
    found: dict[str, list[Evidence]] = {}
    for number, card in cards:
        for code in codes.get(number, ()):
            names = SPEAKS.get(code, tuple(one.key for one in card.terms))
            terms = [one for one in card.terms if one.key in names]
            weight = sum(one.weight for one in terms)
            score = sum(one.reached * one.weight for one in terms) / weight if weight else 0.0
            told = tuple((one.key, one.reached) for one in terms)
            found.setdefault(code, []).append(Evidence(number, told, round(score, 1)))
    return tuple(
        Competency(code, score, level_of(score), tuple(rows))
        for code, rows in sorted(found.items())
        for score in [round(sum(one.score for one in rows) / len(rows), 1)]
    )
