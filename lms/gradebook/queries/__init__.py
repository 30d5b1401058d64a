"""Reads of results: one learner's, a cohort's, the grid of a course, and results recorded from elsewhere."""

from lms.cohorts.queries import by_id as cohort_of
from lms.enrolment.queries.places import section_of
from lms.gradebook.queries.allowances import (
    ResitLine,
    RulingLine,
    excused_of,
    resits,
    rulings,
    rulings_of_cohort,
)
from lms.gradebook.queries.board_lists import reckoning
from lms.gradebook.queries.board_said import (
    decisions_about,
    eligible,
    entered_by,
    said_to,
    second_assessors,
)
from lms.gradebook.queries.boards import (
    BoardView,
    Case,
    ItemPage,
    Room,
    board_visible_to,
    boards_of,
    item_visible_to,
    results_now,
    room,
)
from lms.gradebook.queries.cells import CellPage, Sheet, TaskLine, cell_visible_to, sheet, work_of
from lms.gradebook.queries.complaints import (
    SECOND,
    Complaint,
    ReviewPage,
    assessors,
    complaint_visible_to,
    reads_as_assessor,
    review_visible_to,
)
from lms.gradebook.queries.earlier_decisions import earlier_decisions
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
from lms.gradebook.queries.personal import personal_part
from lms.gradebook.queries.plans import has_participation, plan
from lms.gradebook.queries.resit_panels import judged_before, judged_by_panel, judges, panel_size, panels
from lms.gradebook.queries.results import (
    CourseGrid,
    ResultFigure,
    ResultLine,
    course_visible_to,
    results,
    results_of_cohort,
)
from lms.gradebook.queries.sheets import (
    brought,
    brought_visible_to,
    marks_ground,
    marks_list_visible_to,
)
from lms.gradebook.queries.statistics import counted

__all__ = [
    "SECOND",
    "BoardView",
    "Case",
    "CellPage",
    "Complaint",
    "CourseGrid",
    "ExternalLine",
    "Ground",
    "ItemPage",
    "Markable",
    "ResitLine",
    "ResultFigure",
    "ResultLine",
    "ReviewPage",
    "Room",
    "RulingLine",
    "Sheet",
    "TaskLine",
    "assessors",
    "board_visible_to",
    "boards_of",
    "brought",
    "brought_visible_to",
    "cell_visible_to",
    "cohort_of",
    "complaint_visible_to",
    "counted",
    "course_visible_to",
    "decisions_about",
    "earlier_decisions",
    "eligible",
    "entered_by",
    "evidence_visible_to",
    "excused_of",
    "external_results",
    "ground",
    "has_participation",
    "import_visible_to",
    "item_visible_to",
    "judged_before",
    "judged_by_panel",
    "judges",
    "markable",
    "marks_ground",
    "marks_list_visible_to",
    "panel_size",
    "panels",
    "personal_part",
    "plan",
    "reads_as_assessor",
    "reckoning",
    "resits",
    "results",
    "results_now",
    "results_of_cohort",
    "review_visible_to",
    "room",
    "rulings",
    "rulings_of_cohort",
    "said_to",
    "second_assessors",
    "section_of",
    "sheet",
    "work_of",
]
