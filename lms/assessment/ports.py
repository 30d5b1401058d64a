"""What marking asks upwards: the work itself.

Coursework and the capstone know what was handed in; each registers a reader for its source when its `subscribers` are
imported: `ports.work_readers["submission"] = read_submission`. A reader is called once for each page of the marking
desk, with the `source_id` of the task, and uses a fixed number of statements.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


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


WorkReader = Callable[[int], "WorkView | None"]

work_readers: dict[str, WorkReader] = {}
"""Source → how to read it; filled by the domains above."""


def read(source: str, source_id: int) -> WorkView | None:
    """The work behind a task; None where nobody can show it."""
    reader = work_readers.get(source)
    return reader(source_id) if reader else None
