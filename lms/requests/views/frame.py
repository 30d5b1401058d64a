"""The blueprint, and what the pages of requests share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint
from markupsafe import Markup

from lms.core.files import CONTENT_TYPES
from lms.requests.actions import LIMITS, Upload
from lms.requests.ports import Fact, Kind
from lms.requests.queries import RequestLine
from lms.requests.rules import RequestState, Urgency, urgency
from lms.web import filters

bp = Blueprint("requests", __name__)

ACCEPTED = ",".join(f".{each}" for each in LIMITS.types)
FILES = f"Up to 5 files, {LIMITS.megabytes} MB each: PDF, pictures, Word, Excel, CSV or text."
MOST_BYTES = LIMITS.megabytes * 1024 * 1024
TONES = {
    RequestState.OPEN: "info",
    RequestState.WAITING: "warn",
    RequestState.GRANTED: "good",
    RequestState.PARTLY: "good",
    RequestState.REFUSED: "bad",
    RequestState.WITHDRAWN: "",
}


def word_of(kind: Kind, state: RequestState, *, own: bool = False) -> str:
    """What the state of a request is called."""
    words = kind.outcomes
    return {
        RequestState.OPEN: "Open",
        RequestState.WAITING: "Waits for you" if own else "Waits for the learner",
        RequestState.GRANTED: words.granted,
        RequestState.PARTLY: words.partly or "Granted in part",
        RequestState.REFUSED: words.refused,
        RequestState.WITHDRAWN: "Withdrawn",
    }[state]


def told_fact(fact: Fact, zone: str, now: dt.datetime) -> tuple[str, str]:
    """A fact as it reads for somebody in a zone."""
    return fact.label, filters.when(fact.at, zone, now) if fact.at else fact.value


@dataclass(frozen=True, slots=True)
class Row:
    """A request in a list, in words."""

    public_id: str
    href: str
    title: str
    about: str
    """Of whom and what."""
    person: str
    cohort: str
    kind: str
    icon: str
    owner: str
    state: str
    tone: str
    promise: str
    promise_tone: str
    age: str
    words: str
    """What a quick filter looks in."""


def row_of(line: RequestLine, href: str, zone: str, now: dt.datetime, *, own: bool = False) -> Row:
    """A line of a list in words."""
    promise, tone = promise_words(line.state, line.promised_at, line.decided_at, zone, now)
    return Row(
        public_id=line.public_id,
        href=href,
        title=line.title,
        about=line.kind.title,
        person=line.person,
        cohort=line.cohort,
        kind=line.kind.title,
        icon=line.kind.icon,
        owner=line.owner,
        state=word_of(line.kind, line.state, own=own),
        tone=TONES[line.state],
        promise=promise,
        promise_tone=tone,
        age=filters.relative(line.asked_at, now),
        words=f"{line.person} {line.title} {line.owner}",
    )


def promise_words(
    state: RequestState, promised_at: dt.datetime, decided_at: dt.datetime | None, zone: str, now: dt.datetime
) -> tuple[str, str]:
    """How a promise stands, and its tone."""
    if state is RequestState.WAITING:
        return "rests until the learner answers", ""
    if state is not RequestState.OPEN:
        return (f"{filters.day_in(decided_at, zone, now)}" if decided_at else "", "")
    found = urgency(promised_at, now, rests=False)
    words = f"by {filters.when(promised_at, zone, now)}"
    if found is Urgency.PASSED:
        return f"was promised {words}", "bad"
    return words, "warn" if found is Urgency.NEAR else ""


def instant(day: dt.date | None, at: dt.time | None, zone: str) -> dt.datetime | None:
    """A day and time as an instant, on somebody's clock."""
    if day is None or at is None:
        return None
    return dt.datetime.combine(day, at, ZoneInfo(zone)).astimezone(dt.UTC)


def uploads_of(field: Any) -> list[Upload]:
    """The files that were sent; a field left empty sends one without a name."""
    given: Iterable[Any] = field.data or ()
    return [Upload(each.filename, each.stream) for each in given if getattr(each, "filename", "")]


def file_kind(content_type: str) -> str:
    """The icon of a file."""
    if content_type.startswith("image/"):
        return "image"
    return "file-text" if content_type in (CONTENT_TYPES["pdf"], CONTENT_TYPES["docx"]) else "file"


__all__ = [
    "ACCEPTED",
    "FILES",
    "MOST_BYTES",
    "TONES",
    "Markup",
    "Row",
    "bp",
    "file_kind",
    "instant",
    "promise_words",
    "row_of",
    "told_fact",
    "uploads_of",
    "word_of",
]
