"""Who may see results and record work done elsewhere."""

from __future__ import annotations

from typing import Any, Protocol

from lms.assessment.policy import MARKING, RELEASING, SEEING
from lms.cohorts import policy as cohorts
from lms.cohorts.policy import OfCohort
from lms.people.rules import Actor, Role
from lms.requests import policy as requests
from lms.requests.policy import SomebodysRequest

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
