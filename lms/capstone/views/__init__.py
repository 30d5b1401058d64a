"""Pages of `capstone`."""

from lms.capstone.views.frame import bp

__all__ = ["bp"]
