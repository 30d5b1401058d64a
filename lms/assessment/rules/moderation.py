"""Hints before a release: how the marks spread, how markers differ, what to look at twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

FEWEST = 5
"""Below this many marks a distribution says more about people than about marking."""
STEPS = (0, 40, 50, 60, 70, 80, 90)


def distribution(marks: Sequence[Fraction]) -> list[tuple[str, int]]:
    """How many marks lie in each ten; everything below 40 together. Empty for fewer than five marks."""
    if len(marks) < FEWEST:
        return []
    counts = []
    for index, low in enumerate(STEPS):
        high = STEPS[index + 1] if index + 1 < len(STEPS) else None
        count = sum(1 for mark in marks if mark >= low and (high is None or mark < high))
        counts.append((f"{low}–{high - 1 if high else 100}", count))
    return counts


@dataclass(frozen=True, slots=True)
class Spread:
    """One marker's marks against all of them."""

    marker_id: int
    count: int
    mean: Fraction
    apart: Fraction
    """Mean minus the mean of everybody else's marks; 0 when nobody else marked."""


def spread(marks: Sequence[tuple[int, Fraction]]) -> list[Spread]:
    """Each marker's number and mean, and how far it lies from the others', the furthest first."""
    by: dict[int, list[Fraction]] = {}
    for marker_id, mark in marks:
        by.setdefault(marker_id, []).append(mark)
    rows = []
    for marker_id, own in by.items():
        others = [mark for other, mark in marks if other != marker_id]
        mean = _mean(own)
        rows.append(Spread(marker_id, len(own), mean, mean - _mean(others) if others else Fraction(0)))
    return sorted(rows, key=lambda row: (-abs(row.apart), row.marker_id))


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def sample_size(count: int, *, share: Fraction, least: int) -> int:
    """How many pieces of single-marked work are to be marked again."""
    return min(count, max(least, ceil(share * count)))
