"""Writes of marks: bringing work, judging it, recording marks that come otherwise, and the one release gate."""

from lms.assessment.actions.allocating import give_out, undo_run
from lms.assessment.actions.factors import multiply_again
from lms.assessment.actions.gate import Release, Released, release
from lms.assessment.actions.handing_over import hand_over, reassign
from lms.assessment.actions.judging import Unfinished, correct, finalise, reopen, save_draft
from lms.assessment.actions.recording import Recorded, record_mark
from lms.assessment.actions.terms import add_leave, declare_conflict, end_leave, set_cap, withdraw_conflict
from lms.assessment.actions.work import Work, bring_work

__all__ = [
    "Recorded",
    "Release",
    "Released",
    "Unfinished",
    "Work",
    "add_leave",
    "bring_work",
    "correct",
    "declare_conflict",
    "end_leave",
    "finalise",
    "give_out",
    "hand_over",
    "multiply_again",
    "reassign",
    "record_mark",
    "release",
    "reopen",
    "save_draft",
    "set_cap",
    "undo_run",
    "withdraw_conflict",
]
