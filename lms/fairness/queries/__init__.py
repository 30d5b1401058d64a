"""Reads of fairness. What a learner may see of a factor stands in the trace of their released mark, nowhere here."""

from lms.fairness.queries.ratings import (
    OwnLine,
    OwnRating,
    RatingMember,
    RatingView,
    factor_policy,
    guided,
    own_lines,
    own_rating_visible_to,
    policy_of,
    rating,
    rating_visible_to,
    ratings_of,
    settled_factors,
    unsettled,
)

__all__ = [
    "OwnLine",
    "OwnRating",
    "RatingMember",
    "RatingView",
    "factor_policy",
    "guided",
    "own_lines",
    "own_rating_visible_to",
    "policy_of",
    "rating",
    "rating_visible_to",
    "ratings_of",
    "settled_factors",
    "unsettled",
]
