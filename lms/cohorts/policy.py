"""Who may do what with a cohort. Every policy takes the actor and a thing that knows its cohort."""

from __future__ import annotations

from typing import Protocol

from lms.people.rules import Actor, Role

COORDINATING = frozenset({Role.COORDINATOR})
TEACHING = frozenset({Role.FACULTY, Role.ASSISTANT, Role.COORDINATOR})
READING = frozenset({Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR})


class OfCohort(Protocol):
    """A thing that belongs to a cohort."""

    @property
    def cohort_id(self) -> int: ...


def can_create_cohorts(actor: Actor) -> bool:
    """Open new cohorts: institution-wide coordinators and directors."""
    return actor.has(Role.COORDINATOR) or actor.has(Role.DIRECTOR)


def can_manage_cohort(actor: Actor, thing: OfCohort) -> bool:
    """Open, close and edit the cohort, and say who runs it: coordinators, and directors where nobody does yet."""
    return actor.has_any(frozenset({Role.COORDINATOR, Role.DIRECTOR}), thing.cohort_id)


def can_see_overview(actor: Actor, thing: OfCohort) -> bool:
    """See what the cohort is and who runs it: its staff."""
    return can_teach(actor, thing) or can_oversee(actor, thing)


def can_coordinate(actor: Actor, thing: OfCohort) -> bool:
    """Run the cohort: people, teams, staff, dates, announcements."""
    return actor.has_any(COORDINATING, thing.cohort_id)


def can_oversee(actor: Actor, thing: OfCohort) -> bool:
    """Read what coordinators read, without changing it."""
    return actor.has_any(READING, thing.cohort_id)


def can_teach(actor: Actor, thing: OfCohort) -> bool:
    """Teach in the cohort: rosters, sessions, questions."""
    return actor.has_any(TEACHING, thing.cohort_id)


def can_learn(actor: Actor, thing: OfCohort) -> bool:
    """Be a learner of the cohort."""
    return actor.has(Role.LEARNER, thing.cohort_id)


def can_take_part(actor: Actor, thing: OfCohort) -> bool:
    """See what all members of the cohort see: schedule, modules, readings, discussions."""
    return (
        actor.has(Role.LEARNER, thing.cohort_id)
        or actor.has_any(TEACHING | READING, thing.cohort_id)
        or actor.has_any(frozenset({Role.GUIDE, Role.MARKER}), thing.cohort_id)
    )
