"""What progress states to itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class StandingTouched:
    """Something bore on the standing of learners.

    `work_in`, a cohort: only work, or the dates of work, so that the rest of their standing is as it was.
    """

    place_ids: frozenset[int]
    work_in: int | None = None
    at: dt.datetime
