"""What happened to ratings inside teams, to samples, to pieces that markers begin with, and to peer reviews."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RatingOpened:
    """Members of a team may rate each other from now on; `place_ids` are those who were not asked before."""

    cohort_id: int
    activity_id: int
    rating_id: int
    public_id: str
    place_ids: tuple[int, ...]
    closes_at: dt.datetime
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class RatingClosesSoon:
    """Ratings close within a day, and these members have not answered."""

    cohort_id: int
    activity_id: int
    rating_id: int
    public_id: str
    place_ids: tuple[int, ...]
    closes_at: dt.datetime
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class RatingClosed:
    """Ratings closed and wait to be settled; with `guide_ids` these are asked for their comment first."""

    cohort_id: int
    activity_id: int
    rating_id: int
    public_id: str
    title: str
    guide_ids: tuple[int, ...]
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SecondLooksAsked:
    """Pieces of a sample wait for a second marker."""

    cohort_id: int
    activity_id: int
    moderation_id: int
    marker_id: int
    count: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SampleAsked:
    """Markers are to judge the piece that is set before they judge others."""

    cohort_id: int
    activity_id: int
    calibration_id: int
    public_id: str
    marker_ids: tuple[int, ...]
    again: bool
    """They were asked before."""
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class PeerReviewsAllotted:
    """These learners have work of others to review."""

    cohort_id: int
    activity_id: int
    round_id: int
    place_ids: tuple[int, ...]
    closes_at: dt.datetime
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class PeerReviewsCloseSoon:
    """A round closes within a day, and these learners have reviews to submit."""

    cohort_id: int
    activity_id: int
    round_id: int
    place_ids: tuple[int, ...]
    closes_at: dt.datetime
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class PeerReviewsReleased:
    """These learners may read what others said of their work."""

    cohort_id: int
    activity_id: int
    round_id: int
    place_ids: tuple[int, ...]
    at: dt.datetime
