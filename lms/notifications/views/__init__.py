"""Pages of notifications: the list, how one is told, who was told what; not in production every mail as a sample."""

from lms.notifications.views import choices, ending, inbox, log, reaching, samples
from lms.notifications.views.frame import bp

__all__ = ["bp", "choices", "ending", "inbox", "log", "reaching", "samples"]
