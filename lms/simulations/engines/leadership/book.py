"""The working values of a round, and the account of every change with its cause.

A debrief has to answer "why did she leave?" to the point, so nothing changes a value but through here: the causes of a
round come to exactly the difference between its two states.
"""

from __future__ import annotations

from lms.simulations.engines import exact
from lms.simulations.engines.data import Data
from lms.simulations.engines.leadership.names import PLACES

LEAST, MOST = 0.0, 100.0
LIMIT = "limit"
"""The cause of what is cut off at either end."""


class Change(Data):
    """What one cause did to one value."""

    quantity: str
    cause: str
    """`card A1`, `contact`, `neglect`, `drift`, `message`, `limit` …; `limit` is what was cut off at 0 or 100."""
    by: float


class Book:
    """Values by name, and what changed them."""

    def __init__(self, values: dict[str, float]) -> None:
        self.values = dict(values)
        self.changes: list[tuple[str, str, float]] = []

    def __getitem__(self, quantity: str) -> float:
        return self.values[quantity]

    def __contains__(self, quantity: str) -> bool:
        return quantity in self.values

    def add(self, quantity: str, cause: str, by: float) -> None:
        """Change a value; limits are kept by `settle`."""
        if by:
            self.values[quantity] += by
            self.changes.append((quantity, cause, by))

    def settle(self) -> None:
        """Bring every value back into [0, 100], at the end of each stage."""
        for quantity, value in self.values.items():
            if not LEAST <= value <= MOST:
                kept = min(MOST, max(LEAST, value))
                self.changes.append((quantity, LIMIT, kept - value))
                self.values[quantity] = kept

    def rounded(self) -> dict[str, float]:
        """The values as a state holds them."""
        return {quantity: exact.rounded(value, PLACES) for quantity, value in self.values.items()}

    def written(self) -> tuple[Change, ...]:
        """Every change in the order in which it was made."""
        return tuple(
            Change(quantity=quantity, cause=cause, by=exact.rounded(by, PLACES))
            for quantity, cause, by in self.changes
        )
