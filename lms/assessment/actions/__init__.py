"""Writes of marks: bringing work, judging it, recording marks that come otherwise, and the one release gate."""

from lms.assessment.actions.allocating import give_out, undo_run
from lms.assessment.actions.annotated import put_file_back, remove_file
from lms.assessment.actions.bank import change_snippet, count_use, keep_snippet, retire_snippet
from lms.assessment.actions.beforehand import require_sample_judged
from lms.assessment.actions.blind import unmask
from lms.assessment.actions.class_feedback import (
    CLASS_HEADING_FROM,
    approve_class_feedback,
    draft_class_feedback,
    save_class_feedback,
)
from lms.assessment.actions.entering import Entered, enter_mark, release_version, take_back_version
from lms.assessment.actions.factors import multiply_again
from lms.assessment.actions.gate import Release, Released, release
from lms.assessment.actions.handing_over import hand_over, reassign
from lms.assessment.actions.judging import Unfinished, correct, finalise, reopen, save_draft
from lms.assessment.actions.moderating import agree, moderated
from lms.assessment.actions.packs import keep_return, take_return
from lms.assessment.actions.recording import Recorded, record_mark, record_marks
from lms.assessment.actions.terms import add_leave, declare_conflict, end_leave, set_cap, withdraw_conflict
from lms.assessment.actions.work import Work, bring_work

__all__ = [
    "CLASS_HEADING_FROM",
    "Entered",
    "Recorded",
    "Release",
    "Released",
    "Unfinished",
    "Work",
    "add_leave",
    "agree",
    "approve_class_feedback",
    "bring_work",
    "change_snippet",
    "correct",
    "count_use",
    "declare_conflict",
    "draft_class_feedback",
    "end_leave",
    "enter_mark",
    "finalise",
    "give_out",
    "hand_over",
    "keep_return",
    "keep_snippet",
    "moderated",
    "multiply_again",
    "put_file_back",
    "reassign",
    "record_mark",
    "record_marks",
    "release",
    "release_version",
    "remove_file",
    "reopen",
    "require_sample_judged",
    "retire_snippet",
    "save_class_feedback",
    "save_draft",
    "set_cap",
    "take_back_version",
    "take_return",
    "undo_run",
    "unmask",
    "withdraw_conflict",
]
