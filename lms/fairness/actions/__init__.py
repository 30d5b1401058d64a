"""Writes of fairness: ratings inside teams."""

from lms.fairness.actions.ratings import (
    ask,
    close_due,
    open_for,
    rate,
    set_end,
)
from lms.fairness.actions.settling import Settling, comment, exclude, settle, take_back

__all__ = [
    "Settling",
    "ask",
    "close_due",
    "comment",
    "exclude",
    "open_for",
    "rate",
    "set_end",
    "settle",
    "take_back",
]
