"""Reads of results: one learner's, a cohort's, the grid of a course, and results recorded from elsewhere."""

from lms.gradebook.queries.allowances import (
    ResitLine,
    RulingLine,
    excused_of,
    resits,
    rulings,
    rulings_of_cohort,
)
from lms.gradebook.queries.cells import CellPage, Sheet, TaskLine, cell_visible_to, sheet, work_of
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
    "CellPage",
    "CourseGrid",
    "ExternalLine",
    "Ground",
    "Markable",
    "ResitLine",
    "ResultFigure",
    "ResultLine",
    "RulingLine",
    "Sheet",
    "TaskLine",
    "cell_visible_to",
    "course_visible_to",
    "evidence_visible_to",
    "excused_of",
    "external_results",
    "ground",
    "has_participation",
    "import_visible_to",
    "markable",
    "plan",
    "resits",
    "results",
    "results_of_cohort",
    "rulings",
    "rulings_of_cohort",
    "sheet",
    "work_of",
]
