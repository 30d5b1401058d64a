"""Pure decisions: what is in a calendar and how often it was revised; when somebody is invited, told, or let go."""

from lms.integrations.rules.calendars import (
    KEPT,
    PARTS,
    QUIETLY_LEFT_OUT,
    PartWords,
    client_name,
    in_feed,
    own_revisions,
    part_of,
    summary,
)
from lms.integrations.rules.invitations import AHEAD, Act, Known, Wanted, next_act

__all__ = [
    "AHEAD",
    "KEPT",
    "PARTS",
    "QUIETLY_LEFT_OUT",
    "Act",
    "Known",
    "PartWords",
    "Wanted",
    "client_name",
    "in_feed",
    "next_act",
    "own_revisions",
    "part_of",
    "summary",
]
