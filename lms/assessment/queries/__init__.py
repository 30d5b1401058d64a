"""Reads of marks. For a learner only `released_*` may be asked: what is not released is in none of their results."""

from lms.assessment.queries.batch_lines import (
    BatchView,
    MarkLine,
    WaitingLine,
    batch,
    batch_visible_to,
    staff_markers,
    task_ids,
)
from lms.assessment.queries.batches import BatchLine, batches, export_lines
from lms.assessment.queries.blind import number_of
from lms.assessment.queries.history import History, VersionLine, history_visible_to, version_id_of
from lms.assessment.queries.markers import (
    ConflictLine,
    LeaveLine,
    MarkerLine,
    barred,
    conflicts,
    learners_to_name,
    leaves_of,
    markers_of,
)
from lms.assessment.queries.personal import personal_part
from lms.assessment.queries.proposals import Proposal, RunLine, What, last_run, proposal_of, propose
from lms.assessment.queries.released import (
    ReleasedMark,
    ReleasedPage,
    released_mark_of,
    released_mark_visible_to,
    released_marks,
    released_marks_of,
    released_values_of_cohort,
)
from lms.assessment.queries.rubrics import CriterionWords, RubricView, late_rule, rubric_view
from lms.assessment.queries.standing import StandingMark, standing_marks
from lms.assessment.queries.tasks import (
    QueueGroup,
    QueueLine,
    TaskView,
    my_queue,
    queue_of,
    task_visible_to,
    waiting_count,
)

__all__ = [
    "BatchLine",
    "BatchView",
    "ConflictLine",
    "CriterionWords",
    "History",
    "LeaveLine",
    "MarkLine",
    "MarkerLine",
    "Proposal",
    "QueueGroup",
    "QueueLine",
    "ReleasedMark",
    "ReleasedPage",
    "RubricView",
    "RunLine",
    "StandingMark",
    "TaskView",
    "VersionLine",
    "WaitingLine",
    "What",
    "barred",
    "batch",
    "batch_visible_to",
    "batches",
    "conflicts",
    "export_lines",
    "history_visible_to",
    "last_run",
    "late_rule",
    "learners_to_name",
    "leaves_of",
    "markers_of",
    "my_queue",
    "number_of",
    "personal_part",
    "proposal_of",
    "propose",
    "queue_of",
    "released_mark_of",
    "released_mark_visible_to",
    "released_marks",
    "released_marks_of",
    "released_values_of_cohort",
    "rubric_view",
    "staff_markers",
    "standing_marks",
    "task_ids",
    "task_visible_to",
    "version_id_of",
    "waiting_count",
]
