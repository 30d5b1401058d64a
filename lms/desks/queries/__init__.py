"""What each desk is made of."""

from lms.desks.queries.learner import LearnerRead, learner

__all__ = ["LearnerRead", "learner"]
