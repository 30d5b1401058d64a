"""What each desk is made of."""

from lms.desks.queries.board import BoardLine, board
from lms.desks.queries.learner import LearnerRead, ProjectRead, learner
from lms.desks.queries.staff import CoordinationRead, TeachingRead, coordination, teaching

__all__ = [
    "BoardLine",
    "CoordinationRead",
    "LearnerRead",
    "ProjectRead",
    "TeachingRead",
    "board",
    "coordination",
    "learner",
    "teaching",
]
