"""Who may read and write a learner's case file."""

from __future__ import annotations

from lms.cohorts.policy import OfCohort
from lms.people.rules import Actor, Role

READERS = frozenset({Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR, Role.FACULTY, Role.GUIDE})
WRITERS = frozenset({Role.COORDINATOR, Role.FACULTY, Role.GUIDE})


def can_read_case(actor: Actor, thing: OfCohort) -> bool:
    """Read a learner's case file: coordinators all of it, faculty and guides what is for staff."""
    return actor.has_any(READERS, thing.cohort_id)


def can_write_case(actor: Actor, thing: OfCohort) -> bool:
    """Write into it."""
    return actor.has_any(WRITERS, thing.cohort_id)
