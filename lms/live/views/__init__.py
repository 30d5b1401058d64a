"""Pages of `live`: a session, its roster, lists from the meeting, a week; seats, questions, feedback."""

from lms.live.views import (
    editing,
    feedback,
    lists,
    names,
    questions,
    rosters,
    seats,
    sessions,
    unknown,
    weeks,
)
from lms.live.views.frame import bp

__all__ = [
    "bp",
    "editing",
    "feedback",
    "lists",
    "names",
    "questions",
    "rosters",
    "seats",
    "sessions",
    "unknown",
    "weeks",
]
