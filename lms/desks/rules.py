"""The run-sheet: which lines there are, in which order, what each needs. Pure."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lms.core.errors import Refusal

DAYS = 7
RESTS = dt.timedelta(days=2)
"""So long a draft of dates may rest untouched before somebody should publish it or throw it away."""
KEY = re.compile(r"^(session|deadline|release|names|round):[a-z0-9][a-z0-9.-]{0,60}$")


class DeskRefusal(Refusal):
    """Why nobody gets to look after a line."""

    UNKNOWN_LINE = "There is no such line on the run-sheet."
    NOT_STAFF = "That person does not run this cohort. Choose somebody else."


class LineKind(enum.StrEnum):
    """What a line is about."""

    SESSION = "session"
    ROSTER = "roster"
    DEADLINE = "deadline"
    ROUND = "round"
    """Of a simulation."""
    REQUEST = "request"
    PROMISE = "promise"
    RELEASE = "release"
    NAMES = "names"
    DRAFT = "draft"


class Tone(enum.StrEnum):
    """How much a line needs somebody."""

    BAD = "bad"
    WARN = "warn"
    GOOD = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, when, whose, and the one act that it offers."""

    kind: LineKind
    at: dt.datetime
    """When it is, or when it was promised by."""
    cohort_id: int
    cohort: str
    slug: str
    title: str
    note: str
    """What it lacks, how many wait."""
    tone: Tone
    act: str
    endpoint: str
    values: tuple[tuple[str, object], ...]
    """What the address of the act is made of, besides the cohort."""
    owner_id: int | None = None
    owner: str = ""
    key: str = ""
    """By it somebody else can look after the line; empty: its owner is settled where it belongs."""
    clock: bool = True
    """Its time of day means something."""


NAMED = 3
"""So many teams are named in a line; the others are counted."""


def rounds_note(teams: int, missing: Sequence[str], idle: Sequence[str]) -> str:
    """Who has not submitted in a round, and who of those let the one before pass as well."""
    if not teams:
        return "no team plays in it"
    if not missing:
        return "its team has submitted" if teams == 1 else f"all {teams} teams have submitted"
    have = "has" if len(missing) == 1 else "have"
    said = f"{len(missing)} of {teams} teams {have} not submitted: {_named(missing)}"
    return f"{said}; {_named(idle)} let the round before pass too" if idle else said


def _named(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    if more > 0:
        return f"{', '.join(names[:NAMED])} and {more} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


@dataclass(frozen=True, slots=True)
class Standing:
    """A draft of dates as the sheet judges it."""

    changed_at: dt.datetime
    overtaken: bool
    """A release came after somebody last looked."""
    first_at: dt.datetime | None
    """The first date that it sets or that it moves; empty: none that lies ahead."""


def why_stale(draft: Standing, now: dt.datetime) -> tuple[str, Tone] | None:
    """What presses about a draft of dates, and how much; None: it may rest.

    Overtaken: what it says was thought on dates that hold no more. Near: what it moves happens before anybody acts.
    Resting: nobody has touched it for days.
    """
    if draft.overtaken:
        return "dates were published since it was last looked at", Tone.BAD
    if draft.first_at is not None and now <= draft.first_at < now + dt.timedelta(days=DAYS):
        return "what it moves is within seven days", Tone.WARN
    if draft.changed_at < now - RESTS:
        return "nobody has touched it for days", Tone.WARN
    return None


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of a day."""

    on: dt.date | None
    """Empty: what is behind."""
    lines: tuple[Line, ...]


_ORDER = {kind: position for position, kind in enumerate(LineKind)}


def by_day(lines: Iterable[Line], now: dt.datetime, zone: str, days: int = DAYS) -> tuple[Day, ...]:
    """Today and the next days with their lines, the first empty days too; before them what is behind.

    A line whose time has passed today stays today's; what lies behind today stands first, the oldest first.
    """
    there = ZoneInfo(zone)
    today = now.astimezone(there).date()
    found: dict[dt.date | None, list[Line]] = {None: []}
    found |= {today + dt.timedelta(days=n): [] for n in range(days + 1)}
    for line in sorted(lines, key=lambda one: (one.at, _ORDER[one.kind], one.cohort, one.title)):
        on = line.at.astimezone(there).date()
        found.setdefault(None if on < today else on, []).append(line)
    return tuple(
        Day(on, tuple(of_day))
        for on, of_day in found.items()
        if (of_day or on == today) and (on is None or on <= today + dt.timedelta(days=days))
    )


def narrowed(
    lines: Sequence[Line],
    *,
    cohort: str,
    owner: str,
    me: int,
    names: dict[str, int],
    kind: str = "",
) -> list[Line]:
    """The lines of a cohort, a kind and an owner: `me`, `none`, or somebody's public id; empty: of all."""
    found = [
        line
        for line in lines
        if (not cohort or line.slug == cohort) and (not kind or line.kind.value == kind)
    ]
    if owner == "me":
        return [line for line in found if line.owner_id == me]
    if owner == "none":
        return [line for line in found if line.owner_id is None]
    return [line for line in found if line.owner_id == names.get(owner)] if owner else found
