"""Who may see results and record work done elsewhere."""

from __future__ import annotations

from lms.assessment.policy import RELEASING, SEEING
from lms.cohorts import policy as cohorts
from lms.cohorts.policy import OfCohort
from lms.people.rules import Actor, Role

RECORDING = frozenset({Role.FACULTY, Role.COORDINATOR})


def can_see_results(actor: Actor, thing: OfCohort) -> bool:
    """See the results of every learner of the cohort: those who see its marks."""
    return actor.has_any(SEEING, thing.cohort_id)


def can_record_external(actor: Actor, thing: OfCohort) -> bool:
    """Record work done elsewhere. The mark still passes the release gate."""
    return actor.has_any(RECORDING, thing.cohort_id)


def can_change_marks(actor: Actor, thing: OfCohort) -> bool:
    """Put a mark in by hand, excuse an item, set a ceiling, give a resit: faculty and coordinators of the cohort."""
    return actor.has_any(RECORDING, thing.cohort_id)


def can_see_own_results(actor: Actor, thing: OfCohort) -> bool:
    """See how one's own results come about: a learner of the cohort."""
    return cohorts.can_learn(actor, thing)


def can_release_resit(actor: Actor, thing: OfCohort) -> bool:
    """Work with resits; who entered a mark is never the one who releases it."""
    return actor.has_any(RELEASING, thing.cohort_id)
