"""Who may look at a session, join it, keep its roster, change it, correct a mark."""

from __future__ import annotations

from typing import Protocol

from lms.cohorts import policy as cohorts
from lms.cohorts.policy import OfCohort
from lms.people.rules import Actor, Role

EDITING = frozenset({Role.FACULTY, Role.COORDINATOR})
MARKING = frozenset({Role.FACULTY, Role.ASSISTANT, Role.COORDINATOR})
READING = MARKING | {Role.DIRECTOR, Role.AUDITOR}


def can_see_session(actor: Actor, session: OfCohort) -> bool:
    """Read a session's page: everybody who takes part in the cohort."""
    return cohorts.can_take_part(actor, session)


def can_join(actor: Actor, session: OfCohort) -> bool:
    """Go to the meeting: everybody who takes part. Only a learner's press of the button is kept."""
    return cohorts.can_take_part(actor, session)


def can_ask(actor: Actor, session: OfCohort) -> bool:
    """Ask, vote, take a seat, give feedback, book: learners of the cohort."""
    return cohorts.can_learn(actor, session)


def can_answer_for_themselves(actor: Actor, session: OfCohort) -> bool:
    """Enter the code, announce an absence, make a session up, read one's evidence: learners of the cohort."""
    return cohorts.can_learn(actor, session)


def can_mark(actor: Actor, session: OfCohort) -> bool:
    """Keep the roster: faculty, assistants, coordinators."""
    return actor.has_any(MARKING, session.cohort_id)


def can_see_feedback(actor: Actor, session: OfCohort) -> bool:
    """Open the page of a session's feedback: learners, to give theirs, and those who read it."""
    return cohorts.can_learn(actor, session) or can_read_feedback(actor, session)


def can_read_feedback(actor: Actor, session: OfCohort) -> bool:
    """Read what the feedback came to: faculty and coordinators; the speaker by their link."""
    return actor.has_any(EDITING, session.cohort_id)


def can_edit(actor: Actor, session: OfCohort) -> bool:
    """Set link, host, speaker, recording, notes: faculty and coordinators."""
    return actor.has_any(EDITING, session.cohort_id)


def can_swap(actor: Actor, session: OfCohort) -> bool:
    """Let a masterclass and a lecture change places: whoever publishes dates, coordinators."""
    return cohorts.can_coordinate(actor, session)


def can_correct(actor: Actor, session: OfCohort) -> bool:
    """Decide a learner's attendance against the evidence, with a reason: coordinators."""
    return cohorts.can_coordinate(actor, session)


def can_read_attendance(actor: Actor, thing: OfCohort) -> bool:
    """Read the sessions of the week and take the attendance list: staff who teach, and who oversees them."""
    return actor.has_any(READING, thing.cohort_id)


def can_cancel(actor: Actor, session: OfCohort) -> bool:
    """Cancel a session, set its make-up, let it take place after all: who teaches or coordinates."""
    return can_edit(actor, session)


def can_excuse_oneself(actor: Actor, session: OfCohort) -> bool:
    """Say that one cannot come to a make-up: learners of the cohort."""
    return actor.has(Role.LEARNER, session.cohort_id)


def can_substitute(actor: Actor, session: OfCohort) -> bool:
    """Have somebody stand in for the host, with rights for a time: coordinators."""
    return cohorts.can_coordinate(actor, session)


class Hosted(OfCohort, Protocol):
    """Something of a cohort that one person hosts."""

    @property
    def host_id(self) -> int: ...


class Booked(OfCohort, Protocol):
    """A booking."""

    @property
    def host_id(self) -> int: ...

    @property
    def person_id(self) -> int | None: ...


def can_offer(actor: Actor, thing: OfCohort) -> bool:
    """Offer office hours to a cohort: faculty, assistants, coordinators."""
    return can_mark(actor, thing)


def can_run_slots(actor: Actor, thing: Hosted) -> bool:
    """See who booked, and take slots away: the host while they teach here, and coordinators."""
    return can_mark(actor, thing) and (
        actor.person_id == thing.host_id or cohorts.can_coordinate(actor, thing)
    )


def can_cancel_booking(actor: Actor, thing: Booked) -> bool:
    """Cancel a booking: whoever booked, the host, coordinators."""
    own = actor.person_id == thing.person_id and cohorts.can_learn(actor, thing)
    return own or can_run_slots(actor, thing)
