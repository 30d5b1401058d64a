"""Pages of simulations."""

from __future__ import annotations

from lms.simulations.views import (
    debrief,
    exports,
    game,
    index,
    leadership_desk,
    making,
    market_desk,
    marks,
    results,
    setup,
)
from lms.simulations.views.blueprint import bp

__all__ = [
    "bp",
    "debrief",
    "exports",
    "game",
    "index",
    "leadership_desk",
    "making",
    "market_desk",
    "marks",
    "results",
    "setup",
]
