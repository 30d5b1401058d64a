"""Pages of community: discussions and announcements."""

from lms.community.views import (
    announcements,
    contribution,
    course_participation,
    discussions,
    moderation,
    participation,
)
from lms.community.views.frame import bp

__all__ = [
    "announcements",
    "bp",
    "contribution",
    "course_participation",
    "discussions",
    "moderation",
    "participation",
]
