"""Pages of `gradebook`: results of a cohort and of one learner, and work done elsewhere."""

from lms.gradebook.views import external, grids
from lms.gradebook.views.blueprint import bp

__all__ = ["bp", "external", "grids"]
