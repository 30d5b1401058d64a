"""What happened in coursework."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class WorkHandedIn:
    """A version was handed in. `place_ids` are the learners it stands for."""

    cohort_id: int
    activity_id: int
    submission_id: int
    version_id: int
    place_ids: tuple[int, ...]
    team_id: int | None
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ExtensionGranted:
    """A learner or a team has more time; `token`: taken by the learner without a reason."""

    cohort_id: int
    activity_id: int
    extension_id: int
    place_ids: tuple[int, ...]
    team_id: int | None
    until: dt.datetime
    token: bool
    actor_id: int | None
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class QuizFinished:
    """An attempt was finished, by the learner or (`expired`) by the clock."""

    cohort_id: int
    activity_id: int
    attempt_id: int
    place_id: int
    expired: bool
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class QuizKeyCorrected:
    """The key of an item was corrected for a cohort, or a correction `taken_back`. `place_ids`: whose mark changed."""

    cohort_id: int
    activity_id: int
    correction_id: int
    place_ids: tuple[int, ...]
    taken_back: bool
    actor_id: int
    at: dt.datetime
