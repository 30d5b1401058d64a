"""What a draft of a schedule is made of: edits, the cohorts as they are published, what is wanted of them. Pure."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from lms.cohorts.rules import CohortCalendar, Frame
from lms.core.errors import Refusal
from lms.scheduling.rules.change import Graph, Setting, Standing


class EditKind(enum.StrEnum):
    """What one edit of a draft does."""

    MOVE = "move"
    SHIFT = "shift"
    PUSH = "push"
    SWAP = "swap"
    BREAK = "break"
    UNBREAK = "unbreak"
    START = "start"
    PIN = "pin"
    UNPIN = "unpin"
    CANCEL = "cancel"
    REINSTATE = "reinstate"
    KEEP = "keep"
    JOIN = "join"


OF_AN_ITEM = frozenset(EditKind) - {EditKind.SWAP, EditKind.BREAK, EditKind.UNBREAK, EditKind.START}
"""Edits that name an item."""


class DraftRefusal(Refusal):
    """Why an edit cannot be, or a draft cannot be published."""

    BEGUN = "{title} has begun or is over; it stays where it was."
    GONE = "{cohort} has no such date any more."
    NO_BREAK = "Week {week} is no break (any more)."
    NO_DISTANCE = "Give a distance: a number of days or weeks, forwards or backwards."
    TOO_FAR = "That is more than a year away."
    NOTHING_TO_PUSH = "Nothing of these kinds lies ahead of it."
    STAYS_JOINT = "{title} is one session with {cohorts}; it keeps the date that was agreed. Part them first."
    NOT_JOINED = "Only live sessions that lie ahead can become one."
    JOINED_ALREADY = "{title} is one session with another cohort already."
    OTHER_COHORT = (
        "{title} is one session with {cohorts}, which this draft does not hold. Add the cohort first."
    )
    NO_EDITS = "There is nothing in this draft yet."
    CANNOT = "An edit of this draft cannot be carried out any more. Take it out, then publish."
    ENDED = "This draft was {state} meanwhile."
    CHANGED = "{name} changed this draft meanwhile. Look at it as it is now."
    NO_SUCH_EDIT = "That edit is not in the draft any more."
    NOT_YOURS = "You do not coordinate {cohorts}."
    JOINT_ALONE = (
        "{title} is one session with another cohort's: "
        "change it in the schedule studio, in all its cohorts at once."
    )
    IN_SET = "Release {number} was published together with those of other cohorts; they are undone together."
    SET_NOT_LATEST = "{cohort} has a later release by now; undo that one first."


class CannotEdit(Exception):
    """An edit cannot be carried out; `refusal` and `details` say why."""

    def __init__(self, refusal: Refusal, **details: object) -> None:
        self.refusal = refusal
        self.details = details
        self.message = refusal.value.format(**details)
        super().__init__(self.message)


Member = tuple[int, str]
"""A cohort and the key of an item in it."""


@dataclass(frozen=True)
class Edit:
    """One edit. Which of the fields mean something follows from its kind."""

    kind: EditKind
    cohort_id: int | None = None
    """None: in every cohort of the draft."""
    key: str = ""
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    days: int = 0
    kinds: frozenset[str] = frozenset()
    """Kinds of activity that a push takes along; empty: all."""
    week: int = 0
    to_week: int = 0
    starts_on: dt.date | None = None
    other: Member | None = None
    """With which session of another cohort it becomes one."""


@dataclass(frozen=True)
class Base:
    """One cohort as it is published: what a draft of it starts from."""

    cohort_id: int
    name: str
    graph: Graph
    calendar: CohortCalendar
    frame: Frame
    titles: Mapping[str, str]
    kinds: Mapping[str, str]
    """Item key → kind of its activity."""


@dataclass(frozen=True)
class Drafted:
    """What the edits so far want of one cohort."""

    settings: Mapping[str, Setting] = field(default_factory=dict)
    keep: frozenset[str] = frozenset()
    calendar: CohortCalendar | None = None

    def setting(self, base: Base, key: str) -> Setting:
        """What is set for an item by now."""
        return self.settings.get(key, base.graph.setting(key))

    def with_setting(self, key: str, setting: Setting) -> Drafted:
        """The same with another setting; what is set is not kept besides."""
        return replace(self, settings={**self.settings, key: setting}, keep=self.keep - {key})


@dataclass
class Drafting:
    """A draft while its edits are carried out."""

    bases: Mapping[int, Base]
    now: dt.datetime
    joints: list[frozenset[Member]]
    """Which sessions of which cohorts are one; those that an edit joins come to them."""
    dates_after: Callable[[Base, Drafted, dt.datetime], Mapping[str, Standing]]
    states: dict[int, Drafted] = field(default_factory=dict)
    _dates: dict[int, Mapping[str, Standing]] = field(default_factory=dict)

    def state(self, cohort_id: int) -> Drafted:
        """What the edits so far want of a cohort."""
        return self.states.get(cohort_id, Drafted())

    def dates(self, cohort_id: int) -> Mapping[str, Standing]:
        """Where everything of a cohort is after the edits so far."""
        if cohort_id not in self._dates:
            self._dates[cohort_id] = self.dates_after(self.bases[cohort_id], self.state(cohort_id), self.now)
        return self._dates[cohort_id]

    def put(self, cohort_id: int, state: Drafted) -> None:
        """Replace what is wanted of a cohort."""
        self.states[cohort_id] = state
        self._dates.pop(cohort_id, None)

    def joint(self, cohort_id: int, key: str) -> frozenset[Member]:
        """The session of which this one is a part; empty when it is of its own."""
        return next((each for each in self.joints if (cohort_id, key) in each), frozenset())
