"""How marks are distributed: exact mean, median and quartiles, the share that passes; nothing below a few marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

TENS = 10


@dataclass(frozen=True, slots=True)
class Summary:
    """Some marks in figures."""

    count: int
    mean: Fraction
    lowest: Fraction
    lower: Fraction
    """First quartile: a quarter of the marks lies at or below it."""
    median: Fraction
    upper: Fraction
    highest: Fraction
    passed: Fraction
    """Share at or above the pass mark, 0 to 1."""


def summary(marks: Sequence[Fraction], *, fewest: int, passing: Fraction) -> Summary | None:
    """Marks in figures; None for fewer than `fewest`, when they would say who has which."""
    if len(marks) < fewest:
        return None
    ranked = sorted(marks)
    return Summary(
        count=len(ranked),
        mean=sum(ranked, Fraction(0)) / len(ranked),
        lowest=ranked[0],
        lower=quantile(ranked, Fraction(1, 4)),
        median=quantile(ranked, Fraction(1, 2)),
        upper=quantile(ranked, Fraction(3, 4)),
        highest=ranked[-1],
        passed=Fraction(sum(mark >= passing for mark in ranked), len(ranked)),
    )


def quantile(ranked: Sequence[Fraction], share: Fraction) -> Fraction:
    """The mark below which a share of sorted marks lies, between two of them where it falls between."""
    place = share * (len(ranked) - 1)
    low = place.numerator // place.denominator
    rest = place - low
    return ranked[low] if not rest else ranked[low] * (1 - rest) + ranked[low + 1] * rest


def histogram(marks: Sequence[Fraction], *, fewest: int) -> list[tuple[str, int]]:
    """How many marks lie in each ten; empty for fewer than `fewest`."""
    if len(marks) < fewest:
        return []
    counts = [0] * TENS
    for mark in marks:
        counts[min(TENS - 1, int(mark // TENS))] += 1
    return [(f"{low * TENS}–{low * TENS + 9 if low < TENS - 1 else 100}", counts[low]) for low in range(TENS)]


def split(
    marks: Mapping[str, Sequence[Fraction]], *, fewest: int, passing: Fraction
) -> list[tuple[str, int, Summary | None]]:
    """The same by section or marker: name, number, figures.

    Where one part alone is too small to be shown, the next smallest is held back too: otherwise the difference to the
    whole would say it.
    """
    made = {name: summary(values, fewest=fewest, passing=passing) for name, values in sorted(marks.items())}
    small = [name for name, one in made.items() if one is None]
    shown = [name for name, one in made.items() if one is not None]
    if len(small) == 1 and shown:
        made[min(shown, key=lambda name: (len(marks[name]), name))] = None
    return [(name, len(marks[name]), one) for name, one in made.items()]
