"""Pages of `live`: a session, its roster, lists from the meeting, the sessions of a week."""

from lms.live.views import editing, logs, names, rosters, sessions, weeks
from lms.live.views.frame import bp

__all__ = ["bp", "editing", "logs", "names", "rosters", "sessions", "weeks"]
