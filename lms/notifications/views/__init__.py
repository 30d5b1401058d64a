"""Pages of notifications: the list of notices, the choices, and (not in production) every mail with sample data."""

from lms.notifications.views import choices, inbox, samples
from lms.notifications.views.frame import bp

__all__ = ["bp", "choices", "inbox", "samples"]
