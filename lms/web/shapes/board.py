"""What the cohort board shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lms.web.shapes.common import Act, Fact, Tone


@dataclass(frozen=True, slots=True)
class Tab:
    """One filter of a list, with how many it holds."""

    label: str
    href: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the board: words, tone, and where its facts are."""

    text: str
    href: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One learner's line. `heat` has one step 0–4 per week so far, None for a week that asked nothing."""

    person: str
    name: str
    href: str
    attendance: Cell
    work: Cell
    seen: Cell
    forecast: Cell
    heat: tuple[int | None, ...]
    weeks_href: str
    place: str = ""
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """The drawer beside a board: the facts behind one cell, and one act."""

    title: str
    about: str
    close_href: str
    lines: tuple[Fact, ...]
    act: Act | None = None
    more: Act | None = None


@dataclass(frozen=True, slots=True)
class CohortBoard:
    """A cohort at a glance, the worst first."""

    now: dt.datetime
    zone: str
    cohort: str
    week: int
    last_week: int
    first_heat_week: int
    tabs: tuple[Tab, ...]
    find: str
    rows: tuple[BoardRow, ...]
    total: int
    action: str
    csv_href: str
    facts: Facts | None = None
