"""Writes of fairness: ratings inside teams, samples that are marked again."""

from lms.fairness.actions.moderating import (
    decide,
    draw_if_complete,
    draw_now,
    give_look,
    judged_again,
    keep_look,
    remark,
    waive,
)
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
    "decide",
    "draw_if_complete",
    "draw_now",
    "exclude",
    "give_look",
    "judged_again",
    "keep_look",
    "open_for",
    "rate",
    "remark",
    "set_end",
    "settle",
    "take_back",
    "waive",
]
