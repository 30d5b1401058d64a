"""Pages and files of calendars."""

from lms.integrations.views import calendar, files, samples
from lms.integrations.views.frame import bp

__all__ = ["bp", "calendar", "files", "samples"]
