"""What marking asks upwards: the work and who else reads it, factors, what holds back, comes first, is unseen.

Coursework and the capstone know what was handed in; each registers a reader for its source when its `subscribers` are
imported: `ports.work_readers["submission"] = read_submissions`. A reader is called with the `source_id` of a task, or
with those of a whole pack, and uses a fixed number of statements however many there are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class WorkFile:
    """A file of the work. Endpoint and values name the address it is fetched from; its guard lets markers in."""

    name: str
    size: int
    endpoint: str
    values: Mapping[str, str] = field(default_factory=dict)
    kind: str = "file"
    """An icon's name."""
    digest: str = ""
    blob: str = ""
    """The whole hash of its bytes: under it they are kept (`core.files.blob_key`). Empty: it goes into no pack."""


@dataclass(frozen=True, slots=True)
class WorkVersion:
    """One handing-in of the same work."""

    number: int
    handed_in_at: dt.datetime
    late_days: int = 0
    counted: bool = False
    """It is the one that is marked."""


@dataclass(frozen=True, slots=True)
class WorkView:
    """What was handed in. `html` was made safe when it was saved."""

    html: str
    files: tuple[WorkFile, ...] = ()
    words: int = 0
    versions: tuple[WorkVersion, ...] = ()
    members: tuple[str, ...] = ()
    """Whose work it is, where it is a team's."""
    statement: str = ""
    """What generative tools were used for, in the author's words."""
    fields: tuple[tuple[str, str], ...] = ()
    """Answers to the form that came with it: label and text."""
    title: str = ""


WorkReader = Callable[[Collection[int]], Mapping[int, "WorkView"]]

work_readers: dict[str, WorkReader] = {}
"""Source → how to read its pieces; filled by the domains above. What cannot be shown is left out."""


def read(source: str, source_id: int) -> WorkView | None:
    """The work behind a task; None where nobody can show it."""
    return read_all([(source, source_id)]).get((source, source_id))


def read_all(pieces: Collection[tuple[str, int]]) -> dict[tuple[str, int], WorkView]:
    """The work behind many tasks, by source and id; statements for each source, not for each piece."""
    return {
        (source, number): work
        for source, reader in work_readers.items()
        if (wanted := sorted({number for kind, number in pieces if kind == source}))
        for number, work in reader(wanted).items()
    }


@dataclass(frozen=True, slots=True)
class Right:
    """That somebody may take the files of a piece, which is neither their own nor theirs to mark at the desk."""

    label: str = ""
    """What its files are called for them, without what programs note of their author; empty: by their own names."""


RightReader = Callable[[Actor, str, Collection[int], dt.datetime], "Right | None"]

right_readers: list[RightReader] = []
"""(actor, source, source ids, now) → a right to one of these pieces; filled by the domains above."""


def right_to(actor: Actor, source: str, source_ids: Collection[int], now: dt.datetime) -> Right | None:
    """Why somebody else may take the files of a piece now: the one place that says so; None: they may not."""
    found = (reader(actor, source, source_ids, now) for reader in right_readers if source_ids)
    return next((right for right in found if right is not None), None)


@dataclass(frozen=True, slots=True)
class Factor:
    """What a team's mark is multiplied by for one of its members."""

    value: Fraction
    facts: tuple[Mapping[str, Any], ...]
    """How it came about, as its learner may read it."""
    reason: str
    """For the history of the mark: who settled it, and when."""


FactorReader = Callable[[int, Collection[int]], Mapping[int, Factor]]

factor_readers: list[FactorReader] = []
"""(activity id, places) → the settled factors; filled by the domains above."""


def factors(activity_id: int, place_ids: Collection[int]) -> dict[int, Factor]:
    """The factors by which a team's mark becomes its members'; nobody in it: the mark stays as it is."""
    return {
        place: factor for reader in factor_readers for place, factor in reader(activity_id, place_ids).items()
    }


@dataclass(frozen=True, slots=True)
class Batch:
    """An activity, or a part of it, of a cohort."""

    cohort_id: int
    activity_id: int
    part: str
    version_id: int = 0
    """Of the programme, for those who have it at hand."""


HoldReader = Callable[[Batch, Collection[int]], Mapping[int, str]]

hold_readers: list[HoldReader] = []
"""(batch, places) → why their marks may not be released yet; filled by the domains above."""


def holds(batch: Batch, place_ids: Collection[int]) -> dict[int, str]:
    """Place → why its mark may not be released yet, in a few words; those without a reason are not in it."""
    found: dict[int, str] = {}
    for reader in hold_readers if place_ids else ():
        found = {**reader(batch, place_ids), **found}
    return found


@dataclass(frozen=True, slots=True)
class Beforehand:
    """What somebody is to do before they judge pieces of a batch."""

    endpoint: str
    """Where it is done."""
    values: Mapping[str, str]
    required: bool
    """Until it is done, they judge no piece of the batch."""


BeforehandReader = Callable[[Batch, int], "Beforehand | None"]

beforehand_readers: list[BeforehandReader] = []
"""(batch, person) → what comes first for them; filled by the domains above."""


def beforehand(batch: Batch, person_id: int) -> Beforehand | None:
    """What somebody is to do before they judge pieces of a batch; None: nothing. One statement for each reader."""
    found = [one for reader in beforehand_readers if (one := reader(batch, person_id)) is not None]
    return next((one for one in found if one.required), found[0] if found else None)


@dataclass(frozen=True, slots=True)
class Unseen:
    """What somebody does not see of a cohort's marks yet: they are still to judge the same work themselves."""

    tasks: frozenset[int] = frozenset()
    marks: frozenset[tuple[int, int, str]] = frozenset()
    """(place, activity, part)"""


UnseenReader = Callable[[int, int], Unseen]

unseen_readers: list[UnseenReader] = []
"""(person, cohort) → what they do not see there yet; filled by those above. Asked in `queries.unseen_by` alone."""


def unseen(person_id: int, cohort_id: int) -> Unseen:
    """What somebody does not see of a cohort's marks yet. One statement for each reader."""
    found = [reader(person_id, cohort_id) for reader in unseen_readers]
    return Unseen(
        frozenset().union(*(one.tasks for one in found)), frozenset().union(*(one.marks for one in found))
    )
