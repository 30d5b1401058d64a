"""Who may see and change a cohort's dates."""

from __future__ import annotations

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
