"""Pages of coursework: readings, quizzes, work to hand in, forms, extensions, downloads."""

from lms.coursework.views import (
    assignments,
    downloads,
    extensions,
    forms,
    own_time,
    quizzes,
    readings,
    uploads,
)
from lms.coursework.views.frame import bp

__all__ = [
    "assignments",
    "bp",
    "downloads",
    "extensions",
    "forms",
    "own_time",
    "quizzes",
    "readings",
    "uploads",
]
