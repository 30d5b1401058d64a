"""Writes of fairness: ratings inside teams, samples that are marked again, pieces that markers begin with."""

from lms.fairness.actions.calibrating import (
    exempt,
    keep_reference,
    keep_try,
    remind,
    set_piece,
    set_text,
    take_back_piece,
)
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
    "exempt",
    "give_look",
    "judged_again",
    "keep_look",
    "keep_reference",
    "keep_try",
    "open_for",
    "rate",
    "remark",
    "remind",
    "set_end",
    "set_piece",
    "set_text",
    "settle",
    "take_back",
    "take_back_piece",
    "waive",
]
