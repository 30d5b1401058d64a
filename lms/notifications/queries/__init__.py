"""Reads of notices and choices, and of whom and what a message is about."""

from lms.notifications.queries.notices import (
    NoticeLine,
    choices,
    counts,
    inbox,
    notice_visible_to,
    unread_count,
)
from lms.notifications.queries.things import Thing, cohort_path, path, short, thing
from lms.notifications.queries.whom import (
    Recipient,
    by_place,
    of_places,
    on_leave,
    people,
    place_id_of,
)

__all__ = [
    "NoticeLine",
    "Recipient",
    "Thing",
    "by_place",
    "choices",
    "cohort_path",
    "counts",
    "inbox",
    "notice_visible_to",
    "of_places",
    "on_leave",
    "path",
    "people",
    "place_id_of",
    "short",
    "thing",
    "unread_count",
]
