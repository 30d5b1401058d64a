"""Places: the states one goes through, the story that leads there, and the days on which it counts."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass

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
    LEAVE_PLANNED = "leave planned"
    WITHDRAWAL_PLANNED = "withdrawal planned"
    PLAN_DROPPED = "plan dropped"
    SECTION_CHANGED = "section changed"
    JOIN_DATE_CHANGED = "join date changed"
    DEFERRED = "deferred"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    COMPLETED = "completed"
    IMPORT_UNDONE = "import undone"


class TeamKind(enum.StrEnum):
    """What a team is for."""

    WORKING = "working"
    SIMULATION = "simulation"
    CAPSTONE = "capstone"


HOLDS_A_SEAT = frozenset({PlaceState.OFFERED, PlaceState.ENROLLED, PlaceState.ON_LEAVE, PlaceState.COMPLETED})
"""The states in which a place takes one of the cohort's seats."""
ACTIVE = frozenset({PlaceState.ENROLLED, PlaceState.ON_LEAVE, PlaceState.COMPLETED})
"""The states in which its holder sees the cohort."""


class ListKind(enum.StrEnum):
    """What a list that somebody brings is a list of."""

    LEARNERS = "learners"
    WORKING_TEAMS = "working teams"
    CAPSTONE_TEAMS = "capstone teams"

    @property
    def team_kind(self) -> TeamKind:
        """The kind of the teams it fills; a list of learners may name working teams."""
        return TeamKind.CAPSTONE if self is ListKind.CAPSTONE_TEAMS else TeamKind.WORKING


class EnrolmentRefusal(Refusal):
    """Why a change of a place or team is refused."""

    NO_SEATS = "No seat is left of {seats}. Raise the number at {page}, or free one."
    NOT_ENOUGH_SEATS = (
        "{wanted} people were to be enrolled and {left} of {seats} seats are left. Nobody was enrolled. "
        "Raise the number of seats at {page}."
    )
    ALREADY_HERE = "{name} already has a place in this cohort."
    CLOSED = "This cohort is over; nobody can be enrolled."
    NOT_POSSIBLE = "This place is {state} by now, so that cannot be done any more. Nothing was changed."
    NO_ADDRESS = "Write an e-mail address like name@example.org."
    NO_NAME = "Nobody with this address is known yet. Write their name."
    NOT_IN_COHORT = "{name} has no place in this cohort."
    STAFF_HERE = "{name} teaches or coordinates this cohort and cannot be its learner."
    NO_SUCH_SECTION = "This section is not one of the cohort's."
    SAME_SECTION = "{name} sits in this section already."
    TOO_EARLY = "Choose {first} or a later day: the story of this place goes on from there."
    TOO_LATE = "Choose {last} or an earlier day."
    NOT_AHEAD = (
        "This has to take effect today or earlier. A leave or a withdrawal can be planned ahead, this cannot."
    )
    RETURN_BEFORE_LEAVE = "They cannot be expected back before the leave begins."
    NO_REASON = "Write the reason. It stays in the story of this place."
    NO_PLAN = "Nothing is planned for this place."
    PLANNED_ALREADY = "Something is planned for this place already. Drop that plan first."
    TEAM_NAME_TAKEN = "Another team of this kind is called “{name}”."
    NO_TEAM_NAME = "Give the team a name."
    IN_ANOTHER_TEAM = "{name} is in team “{team}” already. Move them from there instead."
    IN_THIS_TEAM = "{name} is in this team already."
    TWICE = "{name} was put into two teams. Choose one."
    NOT_IN_TEAM = "{name} is not in this team any more."
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


def why_not_take_seat(*, seats: int, taken: int, wanted: int = 1) -> EnrolmentRefusal | None:
    """Why no further seats are given, or None. `taken` counts places whose state holds a seat."""
    if taken + wanted <= seats:
        return None
    return EnrolmentRefusal.NO_SEATS if taken >= seats else EnrolmentRefusal.NOT_ENOUGH_SEATS


def seats_page(slug: str) -> str:
    """Where a cohort's seats are set, as refusals name it."""
    return f"/cohorts/{slug}/edit"


def holds_seat(state: PlaceState) -> bool:
    """Whether a place in this state takes one of the cohort's seats."""
    return state in HOLDS_A_SEAT


# The story ----------------------------------------------------------------------------------------------------------

LEADS_TO: dict[PlaceEventKind, PlaceState] = {
    PlaceEventKind.OFFERED: PlaceState.OFFERED,
    PlaceEventKind.WAITLISTED: PlaceState.WAITLISTED,
    PlaceEventKind.ENROLLED: PlaceState.ENROLLED,
    PlaceEventKind.LEAVE_STARTED: PlaceState.ON_LEAVE,
    PlaceEventKind.LEAVE_ENDED: PlaceState.ENROLLED,
    PlaceEventKind.DEFERRED: PlaceState.DEFERRED,
    PlaceEventKind.TRANSFERRED: PlaceState.TRANSFERRED,
    PlaceEventKind.WITHDRAWN: PlaceState.WITHDRAWN,
    PlaceEventKind.REINSTATED: PlaceState.ENROLLED,
    PlaceEventKind.COMPLETED: PlaceState.COMPLETED,
    PlaceEventKind.IMPORT_UNDONE: PlaceState.WITHDRAWN,
}
"""The state after each event that changes it."""

PLANS: dict[PlaceEventKind, PlaceState] = {
    PlaceEventKind.LEAVE_PLANNED: PlaceState.ON_LEAVE,
    PlaceEventKind.WITHDRAWAL_PLANNED: PlaceState.WITHDRAWN,
}
"""What is planned by which event, until its day comes or it is dropped."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a story, as far as the rules need it."""

    kind: PlaceEventKind
    on: dt.date


@dataclass(frozen=True, slots=True)
class Interval:
    """Days on which a place counts: from the first, up to and without the last (open when there is none)."""

    first: dt.date
    until: dt.date | None

    def holds(self, on: dt.date) -> bool:
        """Whether a day lies within."""
        return self.first <= on and (self.until is None or on < self.until)


def state_after(story: Iterable[PlaceEventKind]) -> PlaceState:
    """The present state of a place: that to which the last telling event of its story leads."""
    states = [LEADS_TO[kind] for kind in story if kind in LEADS_TO]
    if not states:
        raise ValueError("a story begins with an offer, the waitlist or an enrolment")
    return states[-1]


def planned(story: Iterable[Told]) -> Told | None:
    """What is planned for the place and has neither come about nor been dropped."""
    plan = None
    for event in story:
        if event.kind in PLANS:
            plan = event
        elif event.kind is PlaceEventKind.PLAN_DROPPED or event.kind in LEADS_TO:
            plan = None
    return plan


_OPENS = frozenset({PlaceEventKind.ENROLLED, PlaceEventKind.REINSTATED})
_CLOSES = frozenset(
    {
        PlaceEventKind.WITHDRAWN,
        PlaceEventKind.DEFERRED,
        PlaceEventKind.TRANSFERRED,
        PlaceEventKind.IMPORT_UNDONE,
    }
)


def intervals(story: Iterable[Told]) -> tuple[Interval, ...]:
    """The days on which somebody held the place, in order: from joining until leaving, and again after a return.

    Every denominator follows them; leaves lie within (see `leaves`). An interval that would be empty, as of somebody
    who withdrew before the start, is none.
    """
    found: list[Interval] = []
    opened: dt.date | None = None
    for event in story:
        if event.kind in _OPENS:
            opened = opened or event.on
        elif event.kind is PlaceEventKind.JOIN_DATE_CHANGED:
            if found:
                found[0] = Interval(event.on, found[0].until)
            elif opened is not None:
                opened = event.on
        elif event.kind in _CLOSES and opened is not None:
            found.append(Interval(opened, event.on))
            opened = None
    if opened is not None:
        found.append(Interval(opened, None))
    return tuple(one for one in found if one.until is None or one.first < one.until)


def leaves(story: Iterable[Told]) -> tuple[Interval, ...]:
    """The days of leave, in order; a leave that lasts is open."""
    found: list[Interval] = []
    began: dt.date | None = None
    for event in story:
        if event.kind is PlaceEventKind.LEAVE_STARTED:
            began = event.on
        elif event.kind in LEADS_TO and began is not None:
            found.append(Interval(began, max(began, event.on)))
            began = None
    if began is not None:
        found.append(Interval(began, None))
    return tuple(found)


def counts_on(days: Iterable[Interval], on: dt.date) -> bool:
    """Whether a day lies within one of these intervals."""
    return any(interval.holds(on) for interval in days)


class Off(enum.StrEnum):
    """Why a day does not count for a place."""

    BEFORE = "before"
    """Before the first day."""
    BETWEEN = "between"
    """The place was given up, and taken again later."""
    AFTER = "after"
    """On or after the last day."""
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Days:
    """The days on which a place is held and, of these, the days of leave: what every share of sessions follows."""

    held: tuple[Interval, ...] = ()
    leaves: tuple[Interval, ...] = ()

    def leave_on(self, on: dt.date) -> Interval | None:
        """The leave within which a day lies."""
        return next((one for one in self.leaves if one.holds(on)), None)

    def off(self, on: dt.date) -> Off | None:
        """Why a day does not count, or None when it does."""
        if not counts_on(self.held, on):
            if not self.held or on < self.held[0].first:
                return Off.BEFORE
            return Off.BETWEEN if any(on < one.first for one in self.held) else Off.AFTER
        return Off.LEAVE if self.leave_on(on) else None


def days_of(story: Iterable[Told]) -> Days:
    """The days of a place, from its story."""
    told = tuple(story)
    return Days(intervals(told), leaves(told))


# Dates --------------------------------------------------------------------------------------------------------------

CAN_BE_PLANNED = frozenset({PlaceState.ON_LEAVE, PlaceState.WITHDRAWN})
"""The changes that may lie ahead."""


def why_not_then(
    wanted: PlaceState, on: dt.date, *, today: dt.date, earliest: dt.date, last_day: dt.date
) -> EnrolmentRefusal | None:
    """Why a change cannot take effect on a day, or None. `earliest` is the effective day of the last change."""
    if on < min(earliest, today):
        return EnrolmentRefusal.TOO_EARLY
    if on > last_day:
        return EnrolmentRefusal.TOO_LATE
    if on > today and wanted not in CAN_BE_PLANNED:
        return EnrolmentRefusal.NOT_AHEAD
    return None


def last_day(starts_on: dt.date, weeks: int) -> dt.date:
    """The last day of a programme that runs so many weeks from the Monday on or after its start."""
    monday = starts_on + dt.timedelta(days=-starts_on.weekday() % 7)
    return monday + dt.timedelta(weeks=weeks, days=-1)


def joining_day(wanted: dt.date | None, *, starts_on: dt.date, today: dt.date) -> dt.date:
    """From when a new place counts: the day that was named, never before the start; else today or the start."""
    return max(wanted or today, starts_on)


# Imports ------------------------------------------------------------------------------------------------------------


def has_begun(*, opens: bool, last_seen_on: dt.date | None, imported_on: dt.date, later_events: int) -> bool:
    """Whether somebody whom an import enrolled has begun, so that undoing it must leave them in their place.

    They have begun when their story went on since, or when the cohort is open to learners and they have been on
    Cadre since the day of the import. What they did there is not this domain's to know; being there is enough.
    """
    seen_since = last_seen_on is not None and last_seen_on >= imported_on
    return later_events > 0 or (opens and seen_since)
