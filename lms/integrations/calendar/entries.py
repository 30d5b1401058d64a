"""One entry of a calendar, and how it is written (VEVENT)."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from icalendar import Event

NAMESPACE = uuid.UUID("6f0a5f0e-6b0c-5c5e-9d0a-3d1f0c3c0a7e")
"""Of the uids of dated items; it never changes, or every calendar would show everything twice."""


class Part(enum.StrEnum):
    """What can be in a calendar; people choose by part."""

    SESSIONS = "sessions"
    DEADLINES = "deadlines"
    READINGS = "readings"
    HOSTED = "hosted"
    COORDINATED = "coordinated"
    BOOKINGS = "bookings"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a date, as a calendar shows it."""

    uid: str
    sequence: int
    """Grows with every revision (RFC 5545, 3.8.7.4)."""
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    """Empty: one moment, a deadline."""
    zone: str
    """In which it is reckoned: an entry keeps its time on that clock."""
    title: str
    about: str
    """The lines below the title, without the address."""
    url: str
    """The page; where to join stands there and nowhere else."""
    categories: tuple[str, ...]
    modified_at: dt.datetime
    busy: bool
    """Whether it takes one's time; a deadline does not."""
    cancelled: bool = False


def uid_of(cohort_id: int, cohort_created_at: dt.datetime, key: str) -> str:
    """The uid of a dated item: the same in feeds, mails and files, for everybody, for ever.

    It hangs on nothing that can be changed (name, short name, address of this site), and no two installations share it.
    """
    return str(uuid.uuid5(NAMESPACE, f"{cohort_id}/{cohort_created_at.astimezone(dt.UTC).isoformat()}/{key}"))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A written entry that can be given another sequence without being written again."""

    head: str
    sequence: int
    tail: str

    def at(self, sequence: int) -> str:
        """The text, revised so many times."""
        return f"{self.head}{sequence}{self.tail}"


def drawn(entry: Entry) -> Drawn:
    """Write an entry as a VEVENT.

    DTSTAMP is when it was last revised, as RFC 5545 has it for a calendar without a method: the same entry is the same
    text at any time.
    """
    text = event(entry, entry.modified_at).to_ical().decode()
    head, found, rest = text.partition("\r\nSEQUENCE:")
    number, end, tail = rest.partition("\r\n")
    return Drawn(head + found, int(number), end + tail)


def event(entry: Entry, stamp: dt.datetime) -> Event:
    """The component of an entry."""
    there = ZoneInfo(entry.zone)
    made = Event()
    made.add("uid", entry.uid)
    made.add("sequence", entry.sequence)
    made.add("dtstamp", stamp)
    made.add("last-modified", entry.modified_at)
    made.add("dtstart", entry.starts_at.astimezone(there))
    if entry.ends_at is not None:
        made.add("dtend", entry.ends_at.astimezone(there))
    made.add("summary", f"Cancelled: {entry.title}" if entry.cancelled else entry.title)
    made.add("description", f"{entry.about}\n{entry.url}")
    made.add("location", entry.url)
    made.add("url", entry.url)
    made.add("categories", list(entry.categories))
    made.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    made.add("transp", "OPAQUE" if entry.busy and not entry.cancelled else "TRANSPARENT")
    return made


def revised(entry: Entry, **changes: object) -> Entry:
    """The entry as it is for somebody for whom it is different."""
    return replace(entry, **changes)  # type: ignore[arg-type]
