"""Pages of `gradebook`: the grids of a cohort, one mark, one learner's results, and work done elsewhere."""

from lms.gradebook.views import (
    board_items,
    boards,
    complaints,
    external,
    grids,
    learners,
    minutes,
    one_cell,
    sheets,
    statistics,
)
from lms.gradebook.views.blueprint import bp

__all__ = [
    "board_items",
    "boards",
    "bp",
    "complaints",
    "external",
    "grids",
    "learners",
    "minutes",
    "one_cell",
    "sheets",
    "statistics",
]
