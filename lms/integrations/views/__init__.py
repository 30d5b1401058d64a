"""Pages and files of calendars."""

from lms.integrations.views import calendar, files
from lms.integrations.views.frame import bp

__all__ = ["bp", "calendar", "files"]
