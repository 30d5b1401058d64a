"""Reads of progress: the learning pages, and a learner's standing."""

from lms.progress.queries.board import StandingLine, standing_in, standing_of, standings
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
from lms.progress.queries.person import (
    CaseFile,
    CaseLine,
    PersonProgress,
    case_file,
    case_visible_to,
    person_progress,
)
from lms.progress.queries.standing import Computed, compute
from lms.progress.queries.standing_work import WorkDone, compute_work

__all__ = [
    "ActivityPage",
    "ActivityRow",
    "CaseFile",
    "CaseLine",
    "Computed",
    "CoursePage",
    "Dates",
    "LearnPage",
    "Member",
    "ModulePage",
    "PersonProgress",
    "StandingLine",
    "WorkDone",
    "activity_page",
    "case_file",
    "case_visible_to",
    "compute",
    "compute_work",
    "course_page",
    "dates",
    "learn_page",
    "member",
    "module_page",
    "module_why",
    "person_progress",
    "row",
    "rules_page",
    "standing_in",
    "standing_of",
    "standings",
]
