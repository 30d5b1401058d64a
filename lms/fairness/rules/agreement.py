"""How far two markers agree: differences, the share within a tolerance, weighted kappa, intraclass correlation.

Kappa is Cohen's, weighted by the square of the distance between levels (J. Cohen, *Weighted kappa*, Psychological
Bulletin 70 (1968), 213-220), over every row of the rubric that both judged. The intraclass correlation is ICC(2,1) of
P. Shrout and J. Fleiss (*Intraclass correlations*, Psychological Bulletin 86 (1979), 420-428): single marks, markers
taken at random, absolute agreement. Both are left out where they mean nothing: no spread, or too few pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Pair:
    """One piece, marked twice."""

    first: Fraction
    second: Fraction
    levels: tuple[tuple[int, int], ...] = ()
    """The level that each chose, row by row."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What pairs say together."""

    count: int
    mean_difference: Fraction
    """Second less first."""
    mean_absolute: Fraction
    within: Fraction
    kappa: Fraction | None
    icc: Fraction | None


def agreement(pairs: Sequence[Pair], *, tolerance: Fraction, levels: int = 4) -> Agreement | None:
    """The agreement of some pairs; None where there are none."""
    if not pairs:
        return None
    differences = [pair.second - pair.first for pair in pairs]
    return Agreement(
        count=len(pairs),
        mean_difference=_mean(differences),
        mean_absolute=_mean([abs(one) for one in differences]),
        within=Fraction(sum(abs(one) <= tolerance for one in differences), len(pairs)),
        kappa=weighted_kappa([row for pair in pairs for row in pair.levels], levels),
        icc=icc(pairs),
    )


def weighted_kappa(rows: Sequence[tuple[int, int]], levels: int) -> Fraction | None:
    """Quadratically weighted kappa of pairs of levels from 1; None where one would expect no disagreement at all."""
    if not rows:
        return None
    count = len(rows)
    first = [sum(a == level for a, _b in rows) for level in range(1, levels + 1)]
    second = [sum(b == level for _a, b in rows) for level in range(1, levels + 1)]
    observed = Fraction(sum((a - b) ** 2 for a, b in rows), count)
    expected = Fraction(
        sum((i - j) ** 2 * first[i] * second[j] for i in range(levels) for j in range(levels)), count**2
    )
    return 1 - observed / expected if expected else None


def icc(pairs: Sequence[Pair]) -> Fraction | None:
    """ICC(2,1) of pairs of marks; None for fewer than three, or where nothing varies."""
    count = len(pairs)
    if count < 3:
        return None
    rows = [(pair.first + pair.second) / 2 for pair in pairs]
    columns = (_mean([pair.first for pair in pairs]), _mean([pair.second for pair in pairs]))
    grand = _mean(rows)
    between = 2 * sum(((row - grand) ** 2 for row in rows), Fraction(0)) / (count - 1)
    markers = count * sum(((column - grand) ** 2 for column in columns), Fraction(0))
    error = Fraction(0)
    for pair, row in zip(pairs, rows, strict=True):
        for value, column in zip((pair.first, pair.second), columns, strict=True):
            error += (value - row - column + grand) ** 2
    error /= count - 1
    below = between + error + 2 * (markers - error) / count
    return (between - error) / below if below else None


def spread(pairs: Sequence[Pair]) -> list[tuple[str, int]]:
    """How many second marks lie how far from the first: for a picture."""
    words = ("-10 or lower", "-10 to -5", "within 5", "5 to 10", "10 or higher")
    counts = [0] * 5
    for pair in pairs:
        apart = pair.second - pair.first
        place = 0 if apart <= -10 else 1 if apart < -5 else 2 if apart <= 5 else 3 if apart < 10 else 4
        counts[place] += 1
    return list(zip(words, counts, strict=True))


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)
