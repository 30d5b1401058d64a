"""Pure arithmetic of results: marks → groups → courses → programme, exact, "so far", and explained."""

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
    "CoursePlan",
    "GradebookRefusal",
    "GroupPlan",
    "Item",
    "ProgrammePlan",
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
