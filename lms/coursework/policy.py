"""Who may read, take, hand in and extend."""

from __future__ import annotations

from typing import Protocol

from lms.cohorts import policy as cohorts
from lms.cohorts.policy import OfCohort
from lms.people.rules import Actor, Role

EXTENDING = frozenset({Role.FACULTY, Role.COORDINATOR})
READING_WORK = frozenset({Role.FACULTY, Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR})
"""Whoever sees the marks of a cohort reads what was marked, its files too."""


CORRECTING = frozenset({Role.FACULTY, Role.DIRECTOR})
"""A key is a matter of the subject: those who teach it, and the director, say what is right."""


class OwnPlace(Protocol):
    """A page of an activity, with the viewer's own place where they have one."""

    @property
    def cohort_id(self) -> int: ...

    @property
    def place(self) -> object | None: ...


def can_see(actor: Actor, visit: OwnPlace) -> bool:
    """See an activity: everybody who takes part in the cohort."""
    return cohorts.can_take_part(actor, visit)


def can_work(actor: Actor, visit: OwnPlace) -> bool:
    """Do an activity: a learner of the cohort, in their own place."""
    return cohorts.can_learn(actor, visit) and visit.place is not None


def can_extend(actor: Actor, thing: OfCohort) -> bool:
    """Give a learner or a team of the cohort more time."""
    return actor.has_any(EXTENDING, thing.cohort_id)


def can_give_extra_time(actor: Actor, thing: OfCohort) -> bool:
    """Give somebody extra time for quizzes and read why: coordinators alone, since the reason is in confidence."""
    return actor.has(Role.COORDINATOR, thing.cohort_id)


def can_read_work(actor: Actor, thing: OfCohort) -> bool:
    """Read what learners of the cohort handed in, whoever marks it."""
    return actor.has_any(READING_WORK, thing.cohort_id)


def can_see_bank(actor: Actor, thing: OfCohort) -> bool:
    """See a quiz's bank with its keys, and how its items did: whoever sees the marks of the cohort."""
    return actor.has_any(READING_WORK, thing.cohort_id)


def can_correct_key(actor: Actor, thing: OfCohort) -> bool:
    """Correct a key for the cohort, which changes marks."""
    return actor.has_any(CORRECTING, thing.cohort_id)


def can_have_compared(actor: Actor, thing: OfCohort) -> bool:
    """Have work of the cohort laid beside each other that was handed in before comparing began."""
    return actor.has_any(EXTENDING, thing.cohort_id)


class Download(Protocol):
    """A file of somebody's work, with what the viewer is to it."""

    @property
    def cohort_id(self) -> int: ...

    @property
    def own(self) -> bool: ...

    @property
    def marks(self) -> bool: ...

    @property
    def draft(self) -> bool: ...

    @property
    def reviews(self) -> bool: ...


def can_download(actor: Actor, file: Download) -> bool:
    """Take a file: those whose work it is; once handed in, its marker, whoever has a right, those who see the marks."""
    return file.own or (not file.draft and (file.marks or file.reviews or can_read_work(actor, file)))
