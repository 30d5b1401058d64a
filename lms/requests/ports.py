"""Kinds of requests: what those above say of them, and what granting one does there."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lms.people.rules import Actor, Role


class Ask(enum.StrEnum):
    """What a kind asks for besides words and files."""

    UNTIL = "until"
    """A day and time."""
    DAYS = "days"
    """From one day to another, the second may be open."""
    CHOICE = "choice"
    LINE = "line"
    """A few words of their own, such as a new title."""
    PERSON = "person"
    """Whom it is about: they see nothing of it."""
    TICK = "tick"
    """A yes to a sentence of the kind, without which it is not asked."""


class Subject(enum.StrEnum):
    """What a request of a kind has to name."""

    NOTHING = ""
    ACTIVITY = "activity"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of what is known: a value, or an instant that each reader sees in their own zone."""

    label: str
    value: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """A learner who is about to ask."""

    cohort_id: int
    place_id: int
    person_id: int
    about: str
    """Key of the activity; empty: of none."""
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """What a kind knows before anything was written."""

    title: str = ""
    facts: tuple[Fact, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    until: dt.datetime | None = None
    """A proposal."""
    why_not: str = ""
    """Why it cannot be asked; empty: it can."""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for, or given."""

    until: dt.datetime | None = None
    from_on: dt.date | None = None
    back_on: dt.date | None = None
    choice: str = ""
    choice_words: str = ""
    """What the choice was called when it was asked."""
    line: str = ""
    """A few words: what something is to be called."""
    tick: bool = False
    """The kind's sentence was agreed to."""
    other: str = ""
    """Public id of the place of another learner whom a decision concerns."""


@dataclass(frozen=True, slots=True)
class Deciding:
    """A request that is being granted."""

    cohort_id: int
    place_id: int
    person_id: int
    about: str
    wanted: Wanted
    given: Wanted
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """What granting did."""

    facts: tuple[Fact, ...] = ()
    partly: bool = False
    """It is less than was asked for."""
    told: bool = False
    """What was done tells the learner by itself, by mail too: the decision is then not mailed once more."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What a decision of the kind is called; an empty word: there is no such decision."""

    granted: str = "Granted"
    partly: str = "Granted in part"
    refused: str = "Refused"


Choices = tuple[tuple[str, str], ...]
COORDINATORS = frozenset({Role.COORDINATOR})


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of request."""

    key: str
    """Also the key of its promised time in the programme's policies, unless `policy` names another."""
    title: str
    ask: str
    """What one does, on a button: “Ask for more time”."""
    about: str
    """One sentence for whoever chooses."""
    icon: str
    policy: str = ""
    subject: Subject = Subject.NOTHING
    asks: tuple[Ask, ...] = ()
    given: tuple[Ask, ...] = ()
    """What whoever decides may set otherwise than it was asked for."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Field → its label, where the usual one does not say enough."""
    outcomes: Outcomes = Outcomes()
    owners: frozenset[Role] = COORDINATORS
    """Who may own and decide it; the first owner is a coordinator."""
    first: Callable[[Asking], int | None] | None = None
    """Who gets it first, where that is neither a coordinator nor chance: the person's id."""
    words_needed: bool = True
    repeated: bool = False
    """One may ask several at a time about the same thing."""
    offer: Callable[[Asking], Offer] | None = None
    subjects: Callable[[Asking], Choices] | None = None
    """What could be named: (activity key, words)."""
    others: Callable[[Deciding], Choices] | None = None
    """Other learners whom a decision may concern: (public id of the place, name)."""
    room: str = ""
    """Endpoint of a page above on which whoever handles it works: takes the cohort's slug and the request's id."""
    grant: Callable[[Deciding, Actor, dt.datetime], Done] | None = None
    """Does what was asked for, in the unit of work of the decision; raises RuleViolation when it cannot."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Say that there is a kind; the same key again takes its place."""
    _kinds[kind.key] = kind


def kinds() -> tuple[Kind, ...]:
    """Every kind, in the order in which they were registered."""
    return tuple(_kinds.values())


def kind(key: str) -> Kind | None:
    """The kind with this key."""
    return _kinds.get(key)
