"""Pages of requests: a learner's own, one of them, the inbox of staff."""

from lms.requests.views import inbox, mine, one
from lms.requests.views.frame import bp

__all__ = ["bp", "inbox", "mine", "one"]
