"""Reads of progress: the learning pages, and a learner's standing."""

from lms.progress.queries.board import StandingLine, standing_of, standings
from lms.progress.queries.pages import (
    ActivityPage,
    ActivityRow,
    CoursePage,
    Dates,
    LearnPage,
    Member,
    ModulePage,
    activity_page,
    course_page,
    dates,
    learn_page,
    member,
    module_page,
    module_why,
    row,
    rules_page,
)
from lms.progress.queries.standing import Computed, compute

__all__ = [
    "ActivityPage",
    "ActivityRow",
    "Computed",
    "CoursePage",
    "Dates",
    "LearnPage",
    "Member",
    "ModulePage",
    "StandingLine",
    "activity_page",
    "compute",
    "course_page",
    "dates",
    "learn_page",
    "member",
    "module_page",
    "module_why",
    "row",
    "rules_page",
    "standing_of",
    "standings",
]
