"""Rounding in one documented way, so that a replay is equal to the byte and parts always come to their whole.

Results of an engine's arithmetic are rounded where they enter a state or a report: shares to 1e-9, quantities to 0.001
of a thousand (one unit), money to 0.001 of a million (₹ 1,000). Rounding a single figure is half to even; rounding
parts of a whole is by the largest remainder (Hamilton's method), so that what is sold is what was bought.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

SHARES = 9
QUANTITIES = 3
MONEY = 3
"""Decimal places."""
_SLACK = 1e-7
"""How far from a whole number of units a product of floats may lie and still be meant as that number."""


def rounded(value: float, places: int) -> float:
    """The value to so many decimal places, half to even; never minus zero. ValueError for what is not finite."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a figure")
    return round(value, places) + 0.0


def apportioned(parts: Sequence[float], whole: float, places: int) -> list[float]:
    """Parts rounded to so many places whose sum is the rounded whole.

    Each part is rounded down, and the units that are left go to the largest remainders, the first of equal ones first:
    give parts in a fixed order. Parts are not negative and come to the whole within half a unit per part; a ValueError
    says that they do not.
    """
    scale = 10**places
    target = round(whole * scale)
    scaled = [part * scale for part in parts]
    if any(not math.isfinite(part) or part < -_SLACK for part in scaled):
        raise ValueError("a part is negative or not a figure")
    floors = [max(0, math.floor(part + _SLACK)) for part in scaled]
    left = target - sum(floors)
    if not 0 <= left <= len(parts):
        raise ValueError(f"the parts do not come to {whole}")
    order = sorted(range(len(parts)), key=lambda at: (floors[at] - scaled[at], at))
    for at in order[:left]:
        floors[at] += 1
    return [units / scale for units in floors]
