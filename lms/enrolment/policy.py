"""Who may do what with people and teams of a cohort."""

from __future__ import annotations

from lms.cohorts import policy as cohorts
from lms.cohorts.policy import OfCohort
from lms.people.rules import Actor


def can_see_people(actor: Actor, thing: OfCohort) -> bool:
    """See who is in the cohort, a place's story and the teams: those who teach, coordinate or oversee."""
    return cohorts.can_teach(actor, thing) or cohorts.can_oversee(actor, thing)


def can_export_people(actor: Actor, thing: OfCohort) -> bool:
    """Take the list of people away as a file: those who coordinate or oversee."""
    return cohorts.can_oversee(actor, thing)


def can_manage_people(actor: Actor, thing: OfCohort) -> bool:
    """Enrol, import, change places and teams: those who coordinate the cohort."""
    return cohorts.can_coordinate(actor, thing)
