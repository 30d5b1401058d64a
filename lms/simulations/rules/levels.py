"""Competencies of PORTFOLIO YEARS: terms of the scorecard, in the shares that the scenario gives each code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.simulations.engines.market.reports import Scorecard

LEVELS = (40.0, 60.0, 78.0)
"""Scores from which the second, third and fourth level hold: those of SIX QUARTERS."""


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
    cards: Sequence[tuple[int, Scorecard]], shares: Mapping[str, Mapping[str, float]]
) -> tuple[Competency, ...]:
    """A team's competencies from its scorecards by round and the scenario's `evidence`: code → terms with shares.

    A scorecard says how the game would stand if it ended with its round, so the score is that of the last one: the
    same that a recorded mark counts as evidence. The rounds before it show how it came there.
    """
    found = []
    for code, terms in sorted(shares.items() if cards else ()):
        rows = []
        for number, card in cards:
            reached = {one.key: one.reached for one in card.terms}
            score = sum(share * reached[term] for term, share in terms.items())
            told = tuple((term, reached[term]) for term in terms)
            rows.append(Evidence(number, told, round(score, 1)))
        found.append(Competency(code, rows[-1].score, level_of(rows[-1].score), tuple(rows)))
    return tuple(found)
