"""Pages of `assessment`: the marking desk, who marks what, the release of marks, and a learner's own mark."""

from lms.assessment.views import allocation, bank, marking, marks, packs, release
from lms.assessment.views.blueprint import bp

__all__ = ["allocation", "bank", "bp", "marking", "marks", "packs", "release"]
