"""What a list would do: each row judged against what is there. Trying a list and carrying it out use this one plan."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction

from lms.core.errors import Refusal

STOP_SHARE = Fraction(1, 5)
"""A list that would change more than this share of those who are here already asks for a second yes."""
STOP_FROM = 5
"""… but fewer changes than this never do."""


class ListStop(Refusal):
    """Why a list that can be read is not carried out."""

    MANY_CHANGES = (
        "This list would change {changes} of the {here} people who are here already, more than a fifth. If that is "
        "what you want, tick the box and carry it out again."
    )
    NOTHING = "This list changes nothing, so there is nothing to carry out."
    APPLIED = "This list was carried out already."
    NOT_APPLIED = "This list was never carried out, so there is nothing to undo."
    UNDONE = "This list was undone already."


class Outcome(enum.StrEnum):
    """What a row does."""

    ADD = "add"
    CHANGE = "change"
    HERE = "here"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Change:
    """A value that a row changes."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row's verdict, as it is shown and kept."""

    row: int
    outcome: Outcome
    who: str
    mend: tuple[str, ...] = ()
    """What is wrong, each with what to write instead."""
    notes: tuple[str, ...] = ()
    """What is worth knowing and stops nothing."""
    changes: tuple[Change, ...] = ()
    person: str = ""
    """The public id of the person who is known already."""

    def as_dict(self) -> dict[str, object]:
        """As it is kept in the report."""
        return {**asdict(self), "outcome": self.outcome.value}

    @classmethod
    def of(cls, kept: Mapping[str, object]) -> Line:
        """The line that was kept."""
        values = dict(kept)
        values["outcome"] = Outcome(str(values["outcome"]))
        values["mend"] = tuple(values["mend"])  # type: ignore[arg-type]
        values["notes"] = tuple(values["notes"])  # type: ignore[arg-type]
        values["changes"] = tuple(Change(**change) for change in values["changes"])  # type: ignore[attr-defined]
        return cls(**values)  # type: ignore[arg-type]


def counted(lines: Iterable[Line]) -> dict[str, int]:
    """How many rows do what."""
    counts = dict.fromkeys((outcome.value for outcome in Outcome), 0)
    for line in lines:
        counts[line.outcome.value] += 1
    return counts


def fingerprint(lines: Iterable[Line]) -> str:
    """The same for the same verdicts: tells whether what was shown is still what would happen."""
    text = json.dumps([line.as_dict() for line in lines], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def changes_many(counts: Mapping[str, int]) -> bool:
    """Whether more of those who are here would change than a list may change without a second yes."""
    changes = counts[Outcome.CHANGE]
    here = changes + counts[Outcome.HERE]
    return changes >= STOP_FROM and Fraction(changes, here) > STOP_SHARE


# What is there ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known, or said, of a person."""

    name: str = ""
    email: str = ""
    zone: str = ""
    employer: str = ""
    job_title: str = ""
    country: str = ""
    pronoun: str = ""


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """The place that somebody has in the cohort."""

    place_id: int
    active: bool
    state: str
    undone: bool
    """Withdrawn because the import that enrolled them was undone: a list may enrol them again."""
    section_id: int | None
    external_id: str
    joined_on: dt.date
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who is known to the institution."""

    person_id: int
    public_id: str
    facts: Facts
    theirs: bool
    """They have been here, or belong to others too: a list does not change what they say of themselves."""
    staff: bool
    """They have a task in this very cohort."""
    place: KnownPlace | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """All that a list is judged against."""

    people: Mapping[str, KnownPerson]
    """By address."""
    by_external: Mapping[str, str]
    """External id of this cohort → address."""
    sections: Mapping[str, tuple[int, str]]
    """Name in lower case → id and name."""
    teams: Mapping[str, tuple[int, str]]
    """Working teams, name in lower case → id and name."""
    seats_left: int
    starts_on: dt.date
    last_day: dt.date
    today: dt.date
    zone: str
    names_here: Mapping[str, str] = field(default_factory=dict)
    """Sort name of those who are here → address: two of the same name are worth a look."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row that adds or changes somebody asks for. None and empty texts change nothing."""

    row: int
    facts: Facts
    person: KnownPerson | None
    section_id: int | None
    external_id: str
    joined_on: dt.date | None
    team: str
    """The name of the team to sit in; it is formed when there is none."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list does: a verdict for each row, and what is to be done for those that do something."""

    lines: tuple[Line, ...]
    wanted: Mapping[int, Wanted]
    """Row number → what it asks for: rows that add or change."""
    new_teams: tuple[str, ...] = ()

    def of(self, outcome: Outcome) -> Sequence[Wanted]:
        """What rows with one verdict ask for, in order."""
        return [self.wanted[line.row] for line in self.lines if line.outcome is outcome]
