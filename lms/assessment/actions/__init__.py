"""Writes of marks: bringing work, judging it, recording marks that come otherwise, and the one release gate."""

from lms.assessment.actions.gate import Release, Released, release
from lms.assessment.actions.judging import Unfinished, correct, finalise, reopen, save_draft
from lms.assessment.actions.recording import Recorded, record_mark
from lms.assessment.actions.work import Work, bring_work, hand_over, reassign

__all__ = [
    "Recorded",
    "Release",
    "Released",
    "Unfinished",
    "Work",
    "bring_work",
    "correct",
    "finalise",
    "hand_over",
    "reassign",
    "record_mark",
    "release",
    "reopen",
    "save_draft",
]
