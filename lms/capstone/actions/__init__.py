"""Writes of the capstone."""

from lms.capstone.actions.answers import Answering, answer, revised, revision_bounds
from lms.capstone.actions.drafts import DraftChange, Saved, save_draft
from lms.capstone.actions.files import (
    add_arrived,
    add_file,
    begin_upload,
    receive,
    received_in_pieces,
    remove_file,
)
from lms.capstone.actions.guides import assign_guide
from lms.capstone.actions.hand_in import Handing, Receipt, hand_in
from lms.capstone.actions.meetings import Note, correct_meeting, note_meeting
from lms.capstone.actions.projects import (
    Topic,
    assign_topic,
    create_for_teams,
    end_project,
    release,
    start,
    tell_team,
)
from lms.capstone.actions.steps import step_back, take_answer_back
from lms.capstone.actions.talk import say

__all__ = [
    "Answering",
    "DraftChange",
    "Handing",
    "Note",
    "Receipt",
    "Saved",
    "Topic",
    "add_arrived",
    "add_file",
    "answer",
    "assign_guide",
    "assign_topic",
    "begin_upload",
    "correct_meeting",
    "create_for_teams",
    "end_project",
    "hand_in",
    "note_meeting",
    "receive",
    "received_in_pieces",
    "release",
    "remove_file",
    "revised",
    "revision_bounds",
    "save_draft",
    "say",
    "start",
    "step_back",
    "take_answer_back",
    "tell_team",
]
