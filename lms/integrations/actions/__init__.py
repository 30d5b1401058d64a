"""Writes of calendars: their addresses, what goes in, and the invitations that follow the dates."""

from lms.integrations.actions.feeds import choose, make_address, note_fetched, switch_off
from lms.integrations.actions.invitations import have_cohort_looked_at, have_looked_at, invite, letter

__all__ = [
    "choose",
    "have_cohort_looked_at",
    "have_looked_at",
    "invite",
    "letter",
    "make_address",
    "note_fetched",
    "switch_off",
]
