"""What happened to places and teams."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LearnerEnrolled:
    """A person has a place in a cohort."""

    cohort_id: int
    place_id: int
    person_id: int
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class LearnersEnrolled:
    """Places were given in one act, one or many; `LearnerEnrolled` follows for each.

    Subscribe to this one for work that is done for many at once.
    """

    cohort_id: int
    place_ids: tuple[int, ...]
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class PlaceChanged:
    """A place changed: leave, return, withdrawal, completion, section, first day. `state` is the present one."""

    cohort_id: int
    place_id: int
    person_id: int
    state: str
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class PlacesChanged:
    """Places changed in one act, one or many; `PlaceChanged` follows for each.

    Subscribe to this one for work that is done for many at once.
    """

    cohort_id: int
    place_ids: tuple[int, ...]
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class TeamChanged:
    """Somebody joined or left a team, or it was formed or dissolved."""

    cohort_id: int
    team_id: int
    at: dt.datetime
