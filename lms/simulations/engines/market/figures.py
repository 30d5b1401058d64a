"""Counting: money in whole ₹ 1,000, quantities in whole units, shares in billionths.

Engines compute in floats; whatever enters a state or a report is counted first, so sums are sums of whole numbers.
Written down, money is ₹ million, quantities are thousands, shares are of one.

What rounding leaves always goes to a figure that belongs to nobody in particular, so that teams who decide alike are
treated alike: the outside option takes the rest of a segment, lost demand the rest of what was offered, closing stock
the rest of what was made and bought.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from lms.simulations.engines.exact import MONEY, QUANTITIES, SHARES, rounded

BILLION: int = 10**SHARES
THOUSAND: int = 10**MONEY
"""₹ 1,000 in ₹ million, and units in thousands."""


def money(millions: float) -> int:
    """₹ million as whole ₹ 1,000, half to even."""
    return round(rounded(millions, MONEY) * THOUSAND)


def units(thousands: float) -> int:
    """Thousands as whole units, half to even."""
    return round(rounded(thousands, QUANTITIES) * THOUSAND)


def written(count: int) -> float:
    """Whole ₹ 1,000 as ₹ million, or whole units as thousands."""
    return count / THOUSAND


@lru_cache(maxsize=256)
def decimal(number: float) -> Fraction:
    """A number exactly as the decimal that it is written as."""
    return Fraction(str(number))


def part(whole: int, share: float) -> int:
    """A share of counted money or units, half to even."""
    return round(whole * decimal(share))


def parts_of(whole: int, shares: Sequence[float]) -> list[int]:
    """Shares of a whole in whole numbers, each half to even, with the rest left to whoever is not among them.

    Were there no rest to leave, all are rounded down. Equal shares give equal numbers.
    """
    parts = [round(whole * share) for share in shares]
    return parts if sum(parts) <= whole else [math.floor(whole * share) for share in shares]


def split(whole: int, by: Sequence[int]) -> list[int]:
    """A whole number in parts proportional to others, by the largest remainder, the first of equals first."""
    total = sum(by)
    if not total:
        return [0] * len(by)
    parts = [whole * one // total for one in by]
    order = sorted(range(len(by)), key=lambda at: (-(whole * by[at] % total), at))
    for at in order[: whole - sum(parts)]:
        parts[at] += 1
    return parts
