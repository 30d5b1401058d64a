"""Whose notices one may read, who sees who was told what, and who calls those who were not reached."""

from __future__ import annotations

from typing import Protocol

from lms.cohorts import policy as cohorts
from lms.cohorts.policy import OfCohort
from lms.people.rules import Actor


class SomebodysNotice(Protocol):
    """A notice."""

    @property
    def person_id(self) -> int: ...


def can_read_notice(actor: Actor, notice: SomebodysNotice) -> bool:
    """Read and open a notice: the person it is for."""
    return actor.person_id == notice.person_id


def can_see_log(actor: Actor, thing: OfCohort) -> bool:
    """See who was told what in a cohort and how far it got: its coordinators, and those who oversee it."""
    return cohorts.can_coordinate(actor, thing) or cohorts.can_oversee(actor, thing)


def can_call(actor: Actor, thing: OfCohort) -> bool:
    """See telephone numbers of those who were not reached, and note calls: the cohort's coordinators."""
    return cohorts.can_coordinate(actor, thing)
