"""Pages of simulations."""

from __future__ import annotations

from lms.simulations.views import (
    game,
    index,
    leadership_desk,
    making,
    market_desk,
    marks,
    setup,
)
from lms.simulations.views.blueprint import bp

__all__ = [
    "bp",
    "game",
    "index",
    "leadership_desk",
    "making",
    "market_desk",
    "marks",
    "setup",
]
