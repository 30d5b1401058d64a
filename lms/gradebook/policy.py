"""Who may see results and record work done elsewhere."""

from __future__ import annotations

from typing import Any, Protocol

from lms.assessment.policy import MARKING, RELEASING, SEEING
from lms.cohorts import policy as cohorts
from lms.cohorts.policy import OfCohort
from lms.gradebook.rules.boards import Seat
from lms.people.rules import Actor, Role
from lms.requests import policy as requests
from lms.requests.policy import SomebodysRequest

RECORDING = frozenset({Role.FACULTY, Role.COORDINATOR})
CALLING = frozenset({Role.COORDINATOR, Role.DIRECTOR})
OVERSEEING = frozenset({Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR})


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


class OfRequest(OfCohort, Protocol):
    """A complaint with the request that it is, or the request itself."""


def _request(thing: Any) -> SomebodysRequest:
    found: SomebodysRequest = getattr(thing, "request", thing)
    return found


def can_see_complaint(actor: Actor, thing: OfRequest) -> bool:
    """See who looks at a mark again and what came of it: who reads the request as staff; never its learner."""
    request = _request(thing)
    return requests.can_read(actor, request) and not requests.is_own(actor, request)


def can_ask_assessor(actor: Actor, thing: OfRequest) -> bool:
    """Ask somebody to look again: who handles the complaint."""
    return requests.can_handle(actor, _request(thing))


def can_review(actor: Actor, thing: OfCohort) -> bool:
    """Look at work a second time: who marks in the cohort. Whose it is, the loader knows."""
    return actor.has_any(MARKING, thing.cohort_id)


class OfBoard(OfCohort, Protocol):
    """A board, or an item of one, with what the actor is on it."""

    @property
    def seat(self) -> Seat | None: ...


def can_see_boards(actor: Actor, thing: OfCohort) -> bool:
    """See that there are boards: who sees the marks. Which of them, the query knows."""
    return actor.has_any(SEEING, thing.cohort_id)


def can_open_board(actor: Actor, thing: OfCohort) -> bool:
    """Call a board together: coordinators and directors."""
    return actor.has_any(CALLING, thing.cohort_id)


def can_see_board(actor: Actor, thing: OfBoard) -> bool:
    """See a board with its votes: who sits on it, coordinators, directors and auditors; never a learner."""
    return thing.seat is not None or actor.has_any(OVERSEEING, thing.cohort_id)


def can_act_on_board(actor: Actor, thing: OfBoard) -> bool:
    """Do something on a board: propose, vote, write down. Which of it, the policies below and the rules say."""
    return thing.seat is not None or can_open_board(actor, thing)


def can_write_down(actor: Actor, thing: OfBoard) -> bool:
    """Ask members in, write decisions down, carry them out: the secretary, and who may call a board together."""
    return thing.seat is Seat.SECRETARY or can_open_board(actor, thing)


def can_release_decision(actor: Actor, thing: OfBoard) -> bool:
    """Let a decision take effect: the chair, and who releases marks. Never who carried it out, which is a rule."""
    return thing.seat is Seat.CHAIR or actor.has_any(RELEASING, thing.cohort_id)
