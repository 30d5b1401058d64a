"""What progress states to itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class StandingTouched:
    """Something bore on the standing of learners; recorded once in a unit of work, however many they are."""

    at: dt.datetime
