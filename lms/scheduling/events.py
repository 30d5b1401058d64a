"""What happened to schedules."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SchedulePublished:
    """A release of a cohort's schedule is in force. Release 1 builds everything; later ones change `item_ids`."""

    cohort_id: int
    release_id: int
    number: int
    item_ids: tuple[int, ...]
    announced: bool


@dataclass(frozen=True, kw_only=True)
class PersonalDateChanged:
    """A learner or team has another date than the cohort."""

    cohort_id: int
    item_id: int
    scope: str
    scope_id: int
