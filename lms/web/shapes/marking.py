"""What the marking desk shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One piece of work in the queue. The name is left out where marking is blind."""

    number: int
    href: str
    state: Literal["todo", "draft", "done"]
    name: str = ""
    current: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class FileItem:
    """A file that was handed in, or may be downloaded."""

    name: str
    href: str
    size: int
    kind: str = "file"
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What was handed in."""

    title: str
    by: str
    handed_in_at: dt.datetime
    version: int
    words: int
    html: Markup
    files: tuple[FileItem, ...] = ()
    late: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a criterion: its key, points and the words that describe it."""

    value: str
    points: str
    words: str
    low: str = ""
    high: str = ""
    middle: str = ""
    """The points it covers, and what it is worth without any; for rubrics that are marked by points too."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One row of a rubric and what was chosen so far."""

    key: str
    title: str
    weight: str
    levels: tuple[Level, ...]
    chosen: str = ""
    comment: str = ""
    codes: tuple[str, ...] = ()
    points: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class MarkingDesk:
    """One piece of work on the marking desk."""

    now: dt.datetime
    zone: str
    cohort_zone: str
    assignment: str
    cohort: str
    back_href: str
    promised_at: dt.datetime
    position: int
    queue: tuple[QueueItem, ...]
    work: Work
    rubric: tuple[Criterion, ...]
    total: str
    penalty: str
    final: str
    comment: str
    version: int
    action: str
    autosave_href: str
    saved_at: dt.datetime | None = None
    previous_href: str = ""
    next_href: str = ""
