"""Who may see results and record work done elsewhere."""

from __future__ import annotations

from lms.assessment.policy import SEEING
from lms.cohorts.policy import OfCohort
from lms.people.rules import Actor, Role

RECORDING = frozenset({Role.FACULTY, Role.COORDINATOR})


def can_see_results(actor: Actor, thing: OfCohort) -> bool:
    """See the results of every learner of the cohort: those who see its marks."""
    return actor.has_any(SEEING, thing.cohort_id)


def can_record_external(actor: Actor, thing: OfCohort) -> bool:
    """Record work done elsewhere. The mark still passes the release gate."""
    return actor.has_any(RECORDING, thing.cohort_id)
