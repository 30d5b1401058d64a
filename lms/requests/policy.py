"""Who may ask, who reads a request, who answers and decides it."""

from __future__ import annotations

from typing import Protocol

from lms.cohorts import policy as cohorts
from lms.cohorts.policy import OfCohort
from lms.people.rules import STAFF, Actor, Role
from lms.requests.ports import Kind

READING = frozenset({Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR})
"""They read every request of their cohorts, but none about themselves."""
OWNING = frozenset({Role.FACULTY, Role.GUIDE, Role.ASSISTANT}) | READING
"""They may come to own one, or read them: they have an inbox."""


class SomebodysRequest(OfCohort, Protocol):
    """A request with whose it is, whom it is about and who owns it."""

    @property
    def person_id(self) -> int: ...
    @property
    def against_id(self) -> int | None: ...
    @property
    def owner_id(self) -> int | None: ...
    @property
    def kind(self) -> Kind: ...


def can_ask(actor: Actor, thing: OfCohort) -> bool:
    """Ask for something: a learner of the cohort, on leave too."""
    return cohorts.can_learn(actor, thing)


def is_own(actor: Actor, request: SomebodysRequest) -> bool:
    """Whether it is the learner's own."""
    return request.person_id == actor.person_id and cohorts.can_learn(actor, request)


def can_read(actor: Actor, request: SomebodysRequest) -> bool:
    """Read a request: its learner, its owner, who runs or oversees the cohort; never the one it complains of."""
    if request.against_id == actor.person_id:
        return False
    if is_own(actor, request) or actor.has_any(READING, request.cohort_id):
        return True
    return request.owner_id == actor.person_id and actor.has_any(STAFF, request.cohort_id)


def can_handle(actor: Actor, request: SomebodysRequest) -> bool:
    """Answer, hand over and decide it: coordinators, and whoever owns it and may decide its kind; not one's own."""
    if not can_read(actor, request) or request.person_id == actor.person_id:
        return False
    if actor.has_any(frozenset({Role.COORDINATOR}) | (request.kind.owners & READING), request.cohort_id):
        return True
    return request.owner_id == actor.person_id and actor.has_any(
        request.kind.owners | {Role.DIRECTOR}, request.cohort_id
    )


def can_talk(actor: Actor, request: SomebodysRequest) -> bool:
    """Write into the conversation: the learner, and who handles it."""
    return is_own(actor, request) or can_handle(actor, request)


def can_take_file(actor: Actor, file: SomebodysRequest) -> bool:
    """Take a file of a request: whoever reads it."""
    return can_read(actor, file)


def can_see_inbox(actor: Actor, thing: OfCohort) -> bool:
    """See the inbox of a cohort: its staff. Those who neither run nor oversee it find there what they own."""
    return actor.has_any(OWNING, thing.cohort_id)


def can_see_any_inbox(actor: Actor) -> bool:
    """See one's requests over all cohorts."""
    return any(actor.anywhere(role) for role in OWNING)


def can_steer(actor: Actor, thing: OfCohort) -> bool:
    """Give requests of a cohort to its staff: who coordinates or directs it."""
    return actor.has_any(frozenset({Role.COORDINATOR, Role.DIRECTOR}), thing.cohort_id)


def can_assign(actor: Actor) -> bool:
    """Hand over several requests in one act: who coordinates or directs anywhere; each request is asked again."""
    return actor.anywhere(Role.COORDINATOR) or actor.anywhere(Role.DIRECTOR)
