"""What was completed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ModuleCompleted:
    """A learner completed a module for the first time (or again, after it was taken back)."""

    place_id: int
    module_id: int
    at: dt.datetime
