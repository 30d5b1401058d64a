"""Pages of simulations."""

from __future__ import annotations

from lms.simulations.views import (
    console,
    debrief,
    exports,
    game,
    index,
    leadership_desk,
    making,
    market_desk,
    marks,
    projector,
    results,
    setup,
    team_log,
)
from lms.simulations.views.blueprint import bp

__all__ = [
    "bp",
    "console",
    "debrief",
    "exports",
    "game",
    "index",
    "leadership_desk",
    "making",
    "market_desk",
    "marks",
    "projector",
    "results",
    "setup",
    "team_log",
]
