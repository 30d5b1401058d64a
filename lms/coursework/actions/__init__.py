"""Writes of coursework: one verb each."""

from lms.coursework.actions.corrections import (
    Correcting,
    correct_item,
    proposed,
    taking_back,
    undo_correction,
)
from lms.coursework.actions.drafts import DraftChange, Saved, received, save_draft
from lms.coursework.actions.extensions import (
    ExtensionFacts,
    extend,
    give_back_own,
    take_captions_time,
    take_own,
)
from lms.coursework.actions.extra_time import give_extra_time, lengthen_attempts
from lms.coursework.actions.forms import FILE_LIMITS, add_form_file, answer_form, remove_form_file
from lms.coursework.actions.hand_in import Receipt, Sent, choose_version, hand_in, save_and_hand_in
from lms.coursework.actions.overlap import ask_comparison, compare, comparison_of
from lms.coursework.actions.pieces import add_arrived, begin_upload, received_in_pieces
from lms.coursework.actions.quizzes import close_expired, finish_attempt, save_answers, start_attempt
from lms.coursework.actions.readings import mark_read, note_position, unmark_read
from lms.coursework.actions.recount import recount_items

__all__ = [
    "FILE_LIMITS",
    "Correcting",
    "DraftChange",
    "ExtensionFacts",
    "Receipt",
    "Saved",
    "Sent",
    "add_arrived",
    "add_form_file",
    "answer_form",
    "ask_comparison",
    "begin_upload",
    "choose_version",
    "close_expired",
    "compare",
    "comparison_of",
    "correct_item",
    "extend",
    "finish_attempt",
    "give_back_own",
    "give_extra_time",
    "hand_in",
    "lengthen_attempts",
    "mark_read",
    "note_position",
    "proposed",
    "received",
    "received_in_pieces",
    "recount_items",
    "remove_form_file",
    "save_and_hand_in",
    "save_answers",
    "save_draft",
    "start_attempt",
    "take_captions_time",
    "take_own",
    "taking_back",
    "undo_correction",
    "unmark_read",
]
