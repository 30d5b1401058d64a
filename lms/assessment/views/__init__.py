"""Pages of `assessment`: the marking desk, who marks what, the release of marks, and a learner's own mark."""

from lms.assessment.views import allocation, bank, class_feedback, marking, marks, packs, release
from lms.assessment.views.blueprint import bp

__all__ = ["allocation", "bank", "bp", "class_feedback", "marking", "marks", "packs", "release"]
