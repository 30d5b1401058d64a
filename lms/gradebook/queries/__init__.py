"""Reads of results: one learner's, a cohort's, the grid of a course, and results recorded from elsewhere."""

from lms.gradebook.queries.external import (
    ExternalLine,
    Ground,
    Markable,
    evidence_visible_to,
    external_results,
    ground,
    import_visible_to,
    markable,
)
from lms.gradebook.queries.plans import has_participation, plan
from lms.gradebook.queries.results import (
    CourseGrid,
    ResultFigure,
    ResultLine,
    course_visible_to,
    results,
    results_of_cohort,
)

__all__ = [
    "CourseGrid",
    "ExternalLine",
    "Ground",
    "Markable",
    "ResultFigure",
    "ResultLine",
    "course_visible_to",
    "evidence_visible_to",
    "external_results",
    "ground",
    "has_participation",
    "import_visible_to",
    "markable",
    "plan",
    "results",
    "results_of_cohort",
]
