"""What happened to attendance and sessions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AttendanceChanged:
    """Marks of some learners were computed anew and came out differently."""

    cohort_id: int
    place_ids: tuple[int, ...]
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class AttendanceCorrected:
    """A coordinator decided one learner's attendance of one session against what stood there."""

    cohort_id: int
    session_id: int
    place_id: int
    actor_id: int
    reason: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class RecordingAdded:
    """A session has a recording now."""

    cohort_id: int
    session_id: int
    at: dt.datetime
