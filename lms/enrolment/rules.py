"""Pure decisions about places and teams."""

from __future__ import annotations

import enum

from lms.core.errors import Refusal


class PlaceState(enum.StrEnum):
    """The present state of a place, derived from its story."""

    OFFERED = "offered"
    WAITLISTED = "waitlisted"
    ENROLLED = "enrolled"
    ON_LEAVE = "on leave"
    DEFERRED = "deferred"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"


class PlaceEventKind(enum.StrEnum):
    """What happened to a place."""

    OFFERED = "offered"
    WAITLISTED = "waitlisted"
    ENROLLED = "enrolled"
    LEAVE_STARTED = "leave started"
    LEAVE_ENDED = "leave ended"
    SECTION_CHANGED = "section changed"
    DEFERRED = "deferred"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    COMPLETED = "completed"


class TeamKind(enum.StrEnum):
    """What a team is for."""

    WORKING = "working"
    SIMULATION = "simulation"
    CAPSTONE = "capstone"


HOLDS_A_SEAT = frozenset({PlaceState.OFFERED, PlaceState.ENROLLED, PlaceState.ON_LEAVE, PlaceState.COMPLETED})
"""The states in which a place takes one of the cohort's seats."""
ACTIVE = frozenset({PlaceState.ENROLLED, PlaceState.ON_LEAVE, PlaceState.COMPLETED})
"""The states in which its holder sees the cohort."""


class EnrolmentRefusal(Refusal):
    """Why a change of a place or team is refused."""

    NO_SEATS = "All {seats} seats are taken. Raise the number of seats or use the waitlist."
    ALREADY_HERE = "{name} already has a place in this cohort."
    CLOSED = "This cohort is over; nobody can be enrolled."
    NOT_POSSIBLE = "A place that is {state} cannot be changed this way."
    NOT_IN_COHORT = "{name} has no place in this cohort."
    STAFF_HERE = "{name} teaches or coordinates this cohort and cannot be its learner."
    TEAM_NAME_TAKEN = "Another team of this kind is called “{name}”."
    IN_ANOTHER_TEAM = "{name} is in team “{team}” already. Remove them there first."
    TEAM_DISSOLVED = "This team was dissolved."


MAY_FOLLOW: dict[PlaceState, frozenset[PlaceState]] = {
    PlaceState.OFFERED: frozenset({PlaceState.ENROLLED, PlaceState.WITHDRAWN}),
    PlaceState.WAITLISTED: frozenset({PlaceState.OFFERED, PlaceState.ENROLLED, PlaceState.WITHDRAWN}),
    PlaceState.ENROLLED: frozenset(
        {
            PlaceState.ON_LEAVE,
            PlaceState.DEFERRED,
            PlaceState.TRANSFERRED,
            PlaceState.WITHDRAWN,
            PlaceState.COMPLETED,
        }
    ),
    PlaceState.ON_LEAVE: frozenset(
        {PlaceState.ENROLLED, PlaceState.DEFERRED, PlaceState.TRANSFERRED, PlaceState.WITHDRAWN}
    ),
    PlaceState.DEFERRED: frozenset({PlaceState.TRANSFERRED, PlaceState.WITHDRAWN}),
    PlaceState.TRANSFERRED: frozenset(),
    PlaceState.WITHDRAWN: frozenset({PlaceState.ENROLLED}),
    PlaceState.COMPLETED: frozenset({PlaceState.ENROLLED}),
}
"""The states that may follow each state."""


def why_not_follow(present: PlaceState, wanted: PlaceState) -> EnrolmentRefusal | None:
    """Why a place cannot go from one state to another, or None."""
    return None if wanted in MAY_FOLLOW[present] else EnrolmentRefusal.NOT_POSSIBLE


def why_not_take_seat(*, seats: int, taken: int) -> EnrolmentRefusal | None:
    """Why no further seat is given, or None. `taken` counts places whose state holds a seat."""
    return EnrolmentRefusal.NO_SEATS if taken >= seats else None


def holds_seat(state: PlaceState) -> bool:
    """Whether a place in this state takes one of the cohort's seats."""
    return state in HOLDS_A_SEAT
