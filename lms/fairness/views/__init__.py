"""Pages of `fairness`: ratings inside teams, second looks and samples, the piece markers begin with, peer reviews."""

from lms.fairness.views import (
    calibrating,
    calibration_desk,
    looks,
    moderating,
    peer_reviews,
    peer_rounds,
    ratings,
    settling,
)
from lms.fairness.views.blueprint import bp

__all__ = [
    "bp",
    "calibrating",
    "calibration_desk",
    "looks",
    "moderating",
    "peer_reviews",
    "peer_rounds",
    "ratings",
    "settling",
]
