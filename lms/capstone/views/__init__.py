"""Pages of `capstone`."""

from lms.capstone.views import answers, files, guide, guides, milestone, project, room
from lms.capstone.views.frame import bp

__all__ = ["answers", "bp", "files", "guide", "guides", "milestone", "project", "room"]
