"""What each desk is made of."""

from lms.desks.queries.board import BoardLine, board
from lms.desks.queries.learner import LearnerRead, ProjectRead, learner
from lms.desks.queries.run_sheet import Runner, RunSheet, run_sheet, runners
from lms.desks.queries.staff import CoordinationRead, TeachingRead, coordination, teaching

__all__ = [
    "BoardLine",
    "CoordinationRead",
    "LearnerRead",
    "ProjectRead",
    "RunSheet",
    "Runner",
    "TeachingRead",
    "board",
    "coordination",
    "learner",
    "run_sheet",
    "runners",
    "teaching",
]
