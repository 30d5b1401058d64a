"""Pages of simulations."""

from __future__ import annotations

from lms.simulations.views import (
    index,
)
from lms.simulations.views.blueprint import bp

__all__ = [
    "bp",
    "index",
]
