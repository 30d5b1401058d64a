"""The shapes of the three finished pages. The real desks produce values of the same shape."""

from lms.web.style_guide.models.board import BoardRow, Cell, CohortBoard, Facts, Tab
from lms.web.style_guide.models.common import Act, Fact, Tone, Verdict
from lms.web.style_guide.models.learner import (
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
from lms.web.style_guide.models.marking import Criterion, FileItem, Level, MarkingDesk, QueueItem, Work
from lms.web.style_guide.models.parts import Comment, RowItem, StoryEvent

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
