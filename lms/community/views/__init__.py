"""Pages of community: discussions, forums and announcements."""

from lms.community.views import (
    announcements,
    begin,
    contribution,
    course_participation,
    discussions,
    forum_care,
    forum_search,
    forum_thread,
    forums,
    moderation,
    participation,
)
from lms.community.views.frame import bp

__all__ = [
    "announcements",
    "begin",
    "bp",
    "contribution",
    "course_participation",
    "discussions",
    "forum_care",
    "forum_search",
    "forum_thread",
    "forums",
    "moderation",
    "participation",
]
