"""What the gradebook states: results changed although no mark was released."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ResultsChanged:
    """An excuse, a ceiling or a resit changed what marks come to."""

    cohort_id: int
    place_ids: tuple[int, ...]
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ItemExcused:
    """An item is excused for a learner, or (`back`) is not any more."""

    cohort_id: int
    place_id: int
    activity_id: int
    reason: str
    back: bool
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ResitOpened:
    """A learner has a second attempt at a course."""

    cohort_id: int
    place_id: int
    course: str
    until: dt.datetime
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ResitReleased:
    """A learner may see what came of a second attempt."""

    cohort_id: int
    place_id: int
    course: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ReviewAsked:
    """Somebody is asked to look at work a second time."""

    review_id: int
    cohort_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ReviewEnded:
    """A second look is judged, or was declined."""

    review_id: int
    cohort_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class BoardCalled:
    """Somebody sits on a board from now on."""

    board_id: int
    cohort_id: int
    person_ids: tuple[int, ...]
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class BoardItemProposed:
    """A board has something to vote on."""

    item_id: int
    board_id: int
    cohort_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class BoardClosed:
    """The minutes of a board are closed."""

    board_id: int
    cohort_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class BoardAnnounced:
    """What a board decided about a learner besides their marks is in effect: they read it from now on."""

    item_id: int
    cohort_id: int
    place_id: int
    at: dt.datetime
