"""What a learner's desk shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from lms.web.shapes.common import Act, Fact, Tone

SIGNS_PER_WEEK = 2.6
"""How many letters of a label stand under one week of the ribbon, where it is as wide as a desk."""


@dataclass(frozen=True, slots=True)
class NextUp:
    """What comes first: live now, else due within a day, else the next session or work; `nothing` says so."""

    kind: Literal["live", "due", "session", "opens", "nothing"]
    title: str
    place: str
    href: str = ""
    people: str = ""
    note: str = ""
    """Where it stands."""
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    act: Act | None = None
    others: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One thing of this week, in order of due."""

    title: str
    href: str
    kind: str
    code: str
    minutes: int
    state: Literal["todo", "started", "done", "late", "locked", "missed"]
    at: dt.datetime | None = None
    verb: str = "due"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """Something that came back: a mark, feedback, an answer."""

    title: str
    href: str
    what: str
    at: dt.datetime
    figure: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of where I stand; opens its explanation."""

    label: str
    value: str
    tone: Tone = ""
    note: str = ""
    why: Fact | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the year's ribbon."""

    number: int
    starts_on: dt.date
    title: str
    kind: Literal["teach", "break", "project"]
    hours: float
    state: Literal["past", "now", "ahead"]
    href: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the year under the ribbon: a course and its first and last week."""

    label: str
    short: str
    first: int
    last: int

    @property
    def fitting(self) -> str:
        """The label as far as there is room for it under its weeks."""
        room = round((self.last - self.first + 1) * SIGNS_PER_WEEK)
        return self.label if len(self.label) <= room else f"{self.label[: room - 2].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Milestone:
    """One stop of the capstone's rail."""

    code: str
    title: str
    state: Literal["done", "now", "revise", "ahead"]
    href: str = ""
    due_at: dt.datetime | None = None
    note: str = ""
    """What is to be said of it instead of its date."""


@dataclass(frozen=True, slots=True)
class Capstone:
    """The capstone at a glance."""

    title: str
    href: str
    milestones: tuple[Milestone, ...]
    team_active: int
    team_size: int
    guide: str = ""


@dataclass(frozen=True, slots=True)
class LearnerDesk:
    """Everything on a learner's desk."""

    now: dt.datetime
    zone: str
    cohort_zone: str
    programme: str
    cohort: str
    week: int
    next_up: NextUp
    tasks: tuple[Task, ...]
    minutes_left: int
    returned: tuple[Returned, ...]
    done: Fraction
    standing: tuple[Standing, ...]
    weeks: tuple[Week, ...]
    phases: tuple[Phase, ...]
    ask_href: str
    """Where one asks the staff for something."""
    requests_href: str
    """What one has asked."""
    capstone: Capstone | None = None
    rounds: tuple[NextUp, ...] = ()
    """Rounds of one's games that ask something of one, where they are not what comes first."""
