"""Writes of requests: ask, talk, own, decide, and what the clock does."""

from lms.requests.actions.asking import Asked, ask, withdraw
from lms.requests.actions.deciding import Decision, decide, possible, reopen
from lms.requests.actions.owning import (
    ASSIGNS,
    MANY,
    Assigned,
    able,
    ask_to_assign,
    assign,
    assign_next,
    hand_over,
    take,
)
from lms.requests.actions.promises import look_at_promises
from lms.requests.actions.story import LIMITS, Upload
from lms.requests.actions.talking import STAFF_ENTRIES, add, write

__all__ = [
    "ASSIGNS",
    "LIMITS",
    "MANY",
    "STAFF_ENTRIES",
    "Asked",
    "Assigned",
    "Decision",
    "Upload",
    "able",
    "add",
    "ask",
    "ask_to_assign",
    "assign",
    "assign_next",
    "decide",
    "hand_over",
    "look_at_promises",
    "possible",
    "reopen",
    "take",
    "withdraw",
    "write",
]
