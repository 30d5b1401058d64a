"""Who may read and write a learner's case file."""

from __future__ import annotations

from lms.cohorts.policy import OfCohort
from lms.people.rules import Actor, Role

READERS = frozenset({Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR, Role.FACULTY, Role.GUIDE})
WRITERS = frozenset({Role.COORDINATOR, Role.FACULTY, Role.GUIDE})


def only_guides(actor: Actor, thing: OfCohort) -> bool:
    """Whether guiding is all that leads somebody to case files here: then only to those of the people they guide."""
    return actor.has(Role.GUIDE, thing.cohort_id) and not actor.has_any(
        READERS - {Role.GUIDE}, thing.cohort_id
    )


def can_read_case(actor: Actor, thing: OfCohort) -> bool:
    """Read a learner's case file: coordinators all of it, faculty and guides what is for staff."""
    return actor.has_any(READERS, thing.cohort_id)


def can_write_case(actor: Actor, thing: OfCohort) -> bool:
    """Write into it."""
    return actor.has_any(WRITERS, thing.cohort_id)
