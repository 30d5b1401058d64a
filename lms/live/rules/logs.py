"""Attendance lists that a meeting tool exports: rows of name, e-mail, joined and left or minutes.

A row is matched by e-mail address or external id only, never by a name alone: names repeat, and people join as
"iPhone". What cannot be matched or read is listed and kept out. Reading the same list twice gives the same plan, and
what the ledger already holds is not written again.
"""

from __future__ import annotations

import csv
import datetime as dt
import enum
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

MOST_ROWS = 2000
LONGEST = 300_000
DAY = dt.timedelta(days=1)

_COLUMNS: dict[str, tuple[str, ...]] = {
    "name": (
        "name",
        "nameoriginalname",
        "participant",
        "fullname",
        "participantname",
        "username",
        "firstname",
    ),
    "email": ("email", "useremail", "emailaddress", "participantemail", "mail", "upn", "participantidupn"),
    "external_id": ("externalid", "learnerid", "studentid", "registrationid", "personid"),
    "joined": (
        "join",
        "jointime",
        "joined",
        "joinedat",
        "timejoined",
        "firstjoin",
        "firstseen",
        "start",
        "starttime",
    ),
    "left": ("leave", "leavetime", "left", "leftat", "timeexited", "lastleave", "end", "endtime", "exittime"),
    "minutes": (
        "minutes",
        "durationminutes",
        "totaldurationminutes",
        "duration",
        "inmeetingduration",
        "timeincall",
    ),
}
_WHEN = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%d/%m/%Y %I:%M:%S %p",
    "%m/%d/%y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d %b %Y %H:%M", "%b %d, %Y %I:%M:%S %p", "%b %d, %Y %I:%M %p",
)  # fmt: skip
_CLOCK = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")


class Unreadable(Exception):
    """The list, or a row of it, cannot be read; `args[0]` says what to mend."""


class RowState(enum.StrEnum):
    """What comes of a row."""

    NEW = "recorded"
    KNOWN = "known already"
    UNKNOWN = "not matched"
    WRONG = "not readable"
    OUTSIDE = "outside the session"


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody a row may belong to."""

    place_id: int
    name: str
    email: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Span:
    """The session, and the zone in which the list tells time."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list and what comes of it."""

    number: int
    """Line in the list; the head is 1."""
    name: str
    address: str
    state: RowState
    words: str = ""
    place_id: int | None = None
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What reading a list would write: the same for the trial and the real run."""

    rows: tuple[Row, ...]

    def of(self, *states: RowState) -> tuple[Row, ...]:
        """The rows in these states."""
        return tuple(row for row in self.rows if row.state in states)

    @property
    def new(self) -> tuple[Row, ...]:
        """The rows that are written."""
        return self.of(RowState.NEW)

    @property
    def people(self) -> int:
        """How many learners they belong to."""
        return len({row.place_id for row in self.new})


def plan(
    text: str,
    session: Span,
    learners: Iterable[Learner],
    known: frozenset[tuple[int, dt.datetime, dt.datetime]],
) -> Plan:
    """Read a list against a session, its learners and the intervals in the ledger. Raises Unreadable."""
    head, lines = _table(text)
    by_email: dict[str, list[Learner]] = {}
    by_id: dict[str, list[Learner]] = {}
    for one in learners:
        if one.email:
            by_email.setdefault(one.email.lower(), []).append(one)
        if one.external_id:
            by_id.setdefault(one.external_id.lower(), []).append(one)
    written = set(known)
    laid: dict[int, dt.datetime] = {}
    rows = []
    for number, cells in lines:
        values = {name: cells[at].strip() if at < len(cells) else "" for name, at in head.items()}
        rows.append(_row(number, values, session, (by_email, by_id), written, laid))
    return Plan(tuple(rows))


def _row(
    number: int,
    values: Mapping[str, str],
    session: Span,
    people: tuple[Mapping[str, list[Learner]], Mapping[str, list[Learner]]],
    written: set[tuple[int, dt.datetime, dt.datetime]],
    laid: dict[int, dt.datetime],
) -> Row:
    name, email = values.get("name", "")[:200], values.get("email", "").lower()[:254]
    external = values.get("external_id", "")
    address = email or external[:80]
    found = people[0].get(email, []) or people[1].get(external.lower(), [])
    if len(found) != 1:
        why = (
            "No learner of this roster has this address or id."
            if address
            else "No address and no id: a name alone is not enough."
        )
        return Row(number, name, address, RowState.UNKNOWN, why)
    learner = found[0]
    try:
        starts_at, ends_at = _interval(values, session, laid.get(learner.place_id, session.starts_at))
    except Unreadable as why:
        return Row(number, name or learner.name, address, RowState.WRONG, str(why), learner.place_id)
    if not values.get("joined"):
        laid[learner.place_id] = ends_at
    if ends_at <= session.starts_at or starts_at >= session.ends_at:
        words = "None of this lies within the scheduled time."
        return Row(
            number, learner.name, address, RowState.OUTSIDE, words, learner.place_id, starts_at, ends_at
        )
    entry = (learner.place_id, starts_at, ends_at)
    state = RowState.KNOWN if entry in written else RowState.NEW
    written.add(entry)
    return Row(number, learner.name, address, state, "", learner.place_id, starts_at, ends_at)


def _interval(values: Mapping[str, str], session: Span, laid: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Joined and left; or minutes, laid end to end from the scheduled start."""
    if values.get("joined"):
        starts_at = _instant(values["joined"], session)
        if values.get("left"):
            ends_at = _instant(values["left"], session)
        elif values.get("minutes"):
            ends_at = starts_at + dt.timedelta(minutes=_minutes(values["minutes"]))
        else:
            raise Unreadable("It says when they joined, but neither when they left nor how many minutes.")
        if ends_at < starts_at:
            raise Unreadable("They left before they joined.")
        return starts_at, ends_at
    if not values.get("minutes"):
        raise Unreadable("It has neither times nor minutes.")
    return laid, laid + dt.timedelta(minutes=_minutes(values["minutes"]))


def _minutes(cell: str) -> float:
    clock = re.fullmatch(r"(\d{1,3}):(\d{2})(?::(\d{2}))?", cell)
    if clock:
        hours, minutes, seconds = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        return hours * 60 + minutes + seconds / 60
    worded = re.fullmatch(r"(?:(\d+)\s*h\w*)?\s*(?:(\d+)\s*m\w*)?\s*(?:(\d+)\s*s\w*)?", cell.lower())
    if cell and worded and any(worded.groups()):
        return int(worded[1] or 0) * 60 + int(worded[2] or 0) + int(worded[3] or 0) / 60
    number = re.fullmatch(r"\d{1,4}(?:[.,]\d{1,4})?", cell)
    if not number or float(cell.replace(",", ".")) > DAY.total_seconds() / 60:
        raise Unreadable(f"“{cell[:30]}” is not a number of minutes.")
    return float(cell.replace(",", "."))


def _instant(cell: str, session: Span) -> dt.datetime:
    """An instant on the session's day. Where day and month can be read both ways, the reading that fits is taken."""
    text = re.sub(r"\s+", " ", cell.replace("T", " ") if re.match(r"\d{4}-", cell) else cell).strip()
    zone = ZoneInfo(session.zone)
    try:
        aware = dt.datetime.fromisoformat(text)
        if aware.tzinfo is not None:
            return _near(aware, session, cell)
    except ValueError:
        pass
    for pattern in _WHEN:
        try:
            found = dt.datetime.strptime(text, pattern).replace(tzinfo=zone)
        except ValueError:
            continue
        if abs(found - session.starts_at) <= 2 * DAY:
            return _near(found, session, cell)
    for pattern in _CLOCK:
        try:
            clock = dt.datetime.strptime(text, pattern).time()  # noqa: DTZ007 - a time of day
        except ValueError:
            continue
        return _on_the_day(clock, session, zone)
    raise Unreadable(f"“{cell[:40]}” is not a time on the session's day. Write times as 2026-08-15 18:30.")


def _near(found: dt.datetime, session: Span, cell: str) -> dt.datetime:
    if abs(found - session.starts_at) > DAY:
        raise Unreadable(
            f"“{cell[:40]}” lies more than a day from the session. Is this the list of another one?"
        )
    return found.astimezone(dt.UTC)


def _on_the_day(clock: dt.time, session: Span, zone: ZoneInfo) -> dt.datetime:
    """The instant with this time of day that lies nearest to the middle of the session."""
    middle = session.starts_at + (session.ends_at - session.starts_at) / 2
    day = middle.astimezone(zone).date()
    tries = [dt.datetime.combine(day + step * DAY, clock, zone) for step in (-1, 0, 1)]
    return min(tries, key=lambda at: abs(at - middle)).astimezone(dt.UTC)


def _table(text: str) -> tuple[dict[str, int], list[tuple[int, Sequence[str]]]]:
    """The columns by name and the rows with their line numbers. Raises Unreadable."""
    text = text.lstrip("\ufeff")
    if not text.strip():
        raise Unreadable("it is empty.")
    if len(text) > LONGEST:
        raise Unreadable("it is longer than a list of one session can be. Is it the right file?")
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    lines: list[tuple[int, Sequence[str]]]
    try:
        lines = [
            (number, cells)
            for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1)
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as why:
        raise Unreadable(f"it is not a CSV file ({why}).") from None
    if len(lines) > MOST_ROWS:
        raise Unreadable(f"it has more than {MOST_ROWS} rows.")
    for at, (_number, cells) in enumerate(lines[:20]):
        head = _head(cells)
        if ("email" in head or "external_id" in head) and ("joined" in head or "minutes" in head):
            return head, lines[at + 1 :]
    raise Unreadable(
        "no line names its columns. It needs email or external_id, and join and leave, or minutes. "
        "Other columns may stay."
    )


def _head(cells: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        plain = re.sub(r"[^a-z]", "", cell.lower())
        for name, words in _COLUMNS.items():
            if plain in words and name not in found:
                found[name] = at
    return found
