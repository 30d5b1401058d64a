"""Pages of coursework: readings, quizzes, work to hand in, forms, extensions, downloads."""

from lms.coursework.views import (
    assignments,
    downloads,
    extensions,
    extra_time,
    forms,
    overlaps,
    own_time,
    quiz_bank,
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
    "extra_time",
    "forms",
    "overlaps",
    "own_time",
    "quiz_bank",
    "quizzes",
    "readings",
    "uploads",
]
