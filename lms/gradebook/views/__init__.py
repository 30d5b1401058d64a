"""Pages of `gradebook`: the grids of a cohort, one mark, one learner's results, and work done elsewhere."""

from lms.gradebook.views import complaints, external, grids, learners, one_cell, sheets, statistics
from lms.gradebook.views.blueprint import bp

__all__ = ["bp", "complaints", "external", "grids", "learners", "one_cell", "sheets", "statistics"]
