"""Who may write, moderate and announce."""

from __future__ import annotations

from typing import Protocol

from lms.assessment import policy as assessment
from lms.cohorts import policy as cohorts
from lms.cohorts.policy import OfCohort
from lms.people.rules import Actor, Role

MODERATING = cohorts.TEACHING
RECORDING = frozenset({Role.FACULTY, Role.COORDINATOR})
ANNOUNCING = frozenset({Role.FACULTY, Role.COORDINATOR})


def can_read(actor: Actor, thing: OfCohort) -> bool:
    """Read discussions and announcements: everybody who takes part in the cohort."""
    return cohorts.can_take_part(actor, thing)


def can_write(actor: Actor, thing: OfCohort) -> bool:
    """Write in discussions: learners, and the staff who teach or guide here; not those who only oversee."""
    return (
        cohorts.can_learn(actor, thing)
        or can_moderate(actor, thing)
        or actor.has(Role.GUIDE, thing.cohort_id)
    )


class InForums(OfCohort, Protocol):
    """A cohort's forums, one of them or a thread, as one person meets them."""

    @property
    def on_leave(self) -> bool: ...


def can_write_in_forums(actor: Actor, thing: InForums) -> bool:
    """Begin threads, reply, say what answered: whoever may write in discussions and is not on leave."""
    return can_write(actor, thing) and not thing.on_leave


def can_decide_on_forums(actor: Actor, thing: OfCohort) -> bool:
    """Decide whether a cohort's forums are common or a section's: its faculty and coordinators."""
    return actor.has_any(RECORDING, thing.cohort_id)


def can_moderate(actor: Actor, thing: OfCohort) -> bool:
    """Hide posts with a reason, and see who took part."""
    return actor.has_any(MODERATING, thing.cohort_id)


def can_see_participation(actor: Actor, thing: OfCohort) -> bool:
    """See who posted when: those who moderate or oversee."""
    return can_moderate(actor, thing) or cohorts.can_oversee(actor, thing)


def can_see_course_participation(actor: Actor, thing: OfCohort) -> bool:
    """See what participation comes to and what is recorded of it: those who see the cohort's marks."""
    return assessment.can_see_marks(actor, thing)


def can_record_participation(actor: Actor, thing: OfCohort) -> bool:
    """Record participation: the cohort's faculty and coordinators. The marks still pass the release gate."""
    return actor.has_any(RECORDING, thing.cohort_id)


def can_announce(actor: Actor, thing: OfCohort) -> bool:
    """Write announcements to the cohort: its faculty and coordinators."""
    return actor.has_any(ANNOUNCING, thing.cohort_id)


def can_read_announcement(actor: Actor, thing: OfCohort) -> bool:
    """Read an announcement that was found: it was sent to them, or they are staff."""
    return cohorts.can_take_part(actor, thing)


class SomebodysAnnouncement(OfCohort, Protocol):
    """An announcement with its author."""

    @property
    def author_id(self) -> int: ...


def can_withdraw(actor: Actor, announcement: SomebodysAnnouncement) -> bool:
    """Take back what was sent: its author while they may announce, and the cohort's coordinators."""
    own = announcement.author_id == actor.person_id and can_announce(actor, announcement)
    return own or cohorts.can_coordinate(actor, announcement)
