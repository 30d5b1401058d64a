"""Where a request stands, and what may follow."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from lms.requests.rules.refusals import RequestRefusal

LONGEST = 6000
MOST_FILES = 5


class RequestState(enum.StrEnum):
    """Where a request stands."""

    OPEN = "open"
    WAITING = "waiting"
    """For the learner: they were asked something back, and the promise rests."""
    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


RUNNING = frozenset({RequestState.OPEN, RequestState.WAITING})
DECIDED = frozenset({RequestState.GRANTED, RequestState.PARTLY, RequestState.REFUSED})
GRANTING = frozenset({RequestState.GRANTED, RequestState.PARTLY})


class EntryKind(enum.StrEnum):
    """What one entry of a request's history is."""

    ASKED = "asked"
    SAID = "said"
    """The learner wrote more."""
    ASKED_BACK = "asked back"
    """Whoever answers asked the learner something."""
    ANSWERED = "answered"
    """Whoever answers wrote, and asked nothing."""
    NOTED = "noted"
    """For staff only."""
    TAKEN = "taken"
    HANDED_OVER = "handed over"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    REMINDED = "reminded"
    OVERDUE = "overdue"


INNER = frozenset({EntryKind.NOTED, EntryKind.REMINDED})
"""What the learner does not see."""


def why_not_act(state: RequestState) -> RequestRefusal | None:
    """Why nothing more is said, handed over, withdrawn or decided, or None."""
    return None if state in RUNNING else RequestRefusal.OVER


def why_not_decide(
    state: RequestState, outcome: RequestState | None, *, possible: Sequence[RequestState], reason: str
) -> RequestRefusal | None:
    """Why a request is not decided like this, or None."""
    if state not in RUNNING:
        return RequestRefusal.OVER
    if outcome is None:
        return RequestRefusal.NO_OUTCOME
    if outcome not in possible:
        return RequestRefusal.NO_SUCH_OUTCOME
    return None if reason.strip() else RequestRefusal.NO_REASON


def why_not_reopen(state: RequestState, reason: str) -> RequestRefusal | None:
    """Why a decided request is not opened again, or None."""
    if state not in DECIDED:
        return RequestRefusal.NOT_DECIDED
    return None if reason.strip() else RequestRefusal.REOPEN_REASON


def why_not_words(text: str, *, needed: bool) -> RequestRefusal | None:
    """Why a text is not taken, or None."""
    if needed and not text.strip():
        return RequestRefusal.NO_WORDS
    return RequestRefusal.TOO_LONG if len(text) > LONGEST else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may own a request, with what they have."""

    person_id: int
    public_id: str
    name: str
    here: bool
    """Their role is one in this cohort, not in the whole institution."""
    coordinates: bool
    running: int
    """Requests that they own now."""


def first_owner(candidates: Sequence[Candidate], excluded: int | None = None) -> Candidate | None:
    """Who gets a new request: a coordinator before others, of the cohort before the institution, the least laden."""
    able = [one for one in candidates if one.person_id != excluded]
    return min(
        able,
        key=lambda one: (not one.coordinates, not one.here, one.running, one.name, one.person_id),
        default=None,
    )
