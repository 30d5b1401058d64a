"""Pages of `capstone`."""

from lms.capstone.views import (
    answers,
    files,
    guide,
    guides,
    meeting,
    milestone,
    project,
    room,
    uploads,
)
from lms.capstone.views.frame import bp

__all__ = [
    "answers",
    "bp",
    "files",
    "guide",
    "guides",
    "meeting",
    "milestone",
    "project",
    "room",
    "uploads",
]
