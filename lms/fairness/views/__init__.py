"""Pages of `fairness`: ratings inside teams, second looks and the samples they make up."""

from lms.fairness.views import looks, moderating, ratings, settling
from lms.fairness.views.blueprint import bp

__all__ = ["bp", "looks", "moderating", "ratings", "settling"]
