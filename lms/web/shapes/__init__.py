"""The shapes of the three finished pages. The real desks produce values of the same shape."""

from lms.web.shapes.board import BoardRow, Cell, CohortBoard, Facts, Tab
from lms.web.shapes.common import Act, Fact, Tone, Verdict
from lms.web.shapes.learner import (
    Capstone,
    LearnerDesk,
    Milestone,
    NextUp,
    Phase,
    Returned,
    Standing,
    Task,
    Week,
)
from lms.web.shapes.marking import Criterion, FileItem, Level, MarkingDesk, QueueItem, Work
from lms.web.shapes.parts import Comment, RowItem, StoryEvent

__all__ = [
    "Act",
    "BoardRow",
    "Capstone",
    "Cell",
    "CohortBoard",
    "Comment",
    "Criterion",
    "Fact",
    "Facts",
    "FileItem",
    "LearnerDesk",
    "Level",
    "MarkingDesk",
    "Milestone",
    "NextUp",
    "Phase",
    "QueueItem",
    "Returned",
    "RowItem",
    "Standing",
    "StoryEvent",
    "Tab",
    "Task",
    "Tone",
    "Verdict",
    "Week",
    "Work",
]
