"""Who may see and change a cohort's dates."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from lms.cohorts.policy import OfCohort, can_coordinate, can_oversee, can_take_part, can_teach
from lms.people.rules import Actor


def can_see_schedule(actor: Actor, thing: OfCohort) -> bool:
    """See when things are: everybody in the cohort."""
    return can_take_part(actor, thing)


def can_see_plan(actor: Actor, thing: OfCohort) -> bool:
    """See the plan with its anchors, releases and own dates: staff."""
    return can_teach(actor, thing) or can_oversee(actor, thing)


def can_change_dates(actor: Actor, thing: OfCohort) -> bool:
    """Move, pin, cancel and publish: those who coordinate the cohort."""
    return can_coordinate(actor, thing)


class OfCohorts(OfCohort, Protocol):
    """A thing that belongs to several cohorts, looked at from one of them."""

    @property
    def cohort_ids(self) -> Collection[int]: ...


@dataclass(frozen=True, slots=True)
class _Cohort:
    cohort_id: int


def can_change_all(actor: Actor, thing: OfCohorts) -> bool:
    """Change the dates of several cohorts at once: those who coordinate every one of them."""
    return all(can_coordinate(actor, _Cohort(each)) for each in thing.cohort_ids)
