"""Reads of calendars: whose they are, and what is in them."""

from lms.integrations.queries.feeds import FeedView, feed_by_token, feed_hash, feed_of, personal_part
from lms.integrations.queries.invited import Ground, Invited, concerned, ground
from lms.integrations.queries.personal import PersonCalendar, calendar_of
from lms.integrations.queries.shared import SharedCalendar, SharedEntry, shared_calendar, shared_calendars

__all__ = [
    "FeedView",
    "Ground",
    "Invited",
    "PersonCalendar",
    "SharedCalendar",
    "SharedEntry",
    "calendar_of",
    "concerned",
    "feed_by_token",
    "feed_hash",
    "feed_of",
    "ground",
    "personal_part",
    "shared_calendar",
    "shared_calendars",
]
