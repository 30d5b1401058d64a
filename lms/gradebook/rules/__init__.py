"""Pure arithmetic of results: marks → groups → courses → programme, exact, "so far", and explained."""

from lms.gradebook.rules.allowances import (
    NOTHING,
    AllowanceRefusal,
    Cap,
    Own,
    Resit,
    ResitState,
    RulingKind,
)
from lms.gradebook.rules.external import (
    GradebookRefusal,
    external_trace,
    read_number,
    score_mark,
    why_not_score,
)
from lms.gradebook.rules.results import (
    CoursePlan,
    GroupPlan,
    Item,
    ProgrammePlan,
    SharePlan,
    Standing,
    course_result,
    plain,
    programme_result,
)

__all__ = [
    "NOTHING",
    "AllowanceRefusal",
    "Cap",
    "CoursePlan",
    "GradebookRefusal",
    "GroupPlan",
    "Item",
    "Own",
    "ProgrammePlan",
    "Resit",
    "ResitState",
    "RulingKind",
    "SharePlan",
    "Standing",
    "course_result",
    "external_trace",
    "plain",
    "programme_result",
    "read_number",
    "score_mark",
    "why_not_score",
]
