"""Pages of `fairness`: ratings inside teams, for members and for those who settle them."""

from lms.fairness.views import ratings, settling
from lms.fairness.views.blueprint import bp

__all__ = ["bp", "ratings", "settling"]
