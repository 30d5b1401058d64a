"""Pages of `assessment`: the marking desk, the release of marks, and a learner's own mark."""

from lms.assessment.views import marking, marks, release
from lms.assessment.views.blueprint import bp

__all__ = ["bp", "marking", "marks", "release"]
