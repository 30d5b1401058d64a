"""The calendars that other software reads: iCalendar (RFC 5545, 7986) and invitations by mail (RFC 5546, 6047).

Pure translation: an `Entry` in, text out. What is in whose calendar is asked in `integrations.queries`, when somebody
is invited is decided in `integrations.rules`. Time zones are written by `zones` and not by the icalendar package, which
names the beginning of summer time on the clock that it brings; the standard asks for the one that it ends.
"""

from lms.integrations.calendar.entries import Drawn, Entry, Part, drawn, uid_of
from lms.integrations.calendar.objects import Attendee, feed, invitation, single
from lms.integrations.calendar.zones import timezone_text

__all__ = [
    "Attendee",
    "Drawn",
    "Entry",
    "Part",
    "drawn",
    "feed",
    "invitation",
    "single",
    "timezone_text",
    "uid_of",
]
