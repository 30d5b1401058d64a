"""What happened to marks and marking tasks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class MarksReleased:
    """Learners may see marks of an activity (or of a part of it) from now on; some may replace earlier ones."""

    cohort_id: int
    activity_id: int
    place_ids: tuple[int, ...]
    at: dt.datetime
    part: str = ""
    corrected: bool = False
    """Every one of them replaces a mark that was seen before."""
    class_feedback: bool = False
    """There is feedback to the whole class to read beside them."""
    actor_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class MarkingAssigned:
    """Work waits for another marker than before."""

    cohort_id: int
    activity_id: int
    task_ids: tuple[int, ...]
    marker_id: int
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class WorkJudged:
    """The judgement of a piece of work was finished; its mark waits for its release."""

    cohort_id: int
    activity_id: int
    part: str
    task_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class WorkBrought:
    """A piece of work came to the marking desk, or one that is there changed whose it is."""

    cohort_id: int
    activity_id: int
    part: str
    task_id: int
    title: str
    place_ids: tuple[int, ...]
    at: dt.datetime
