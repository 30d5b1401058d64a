"""Times and spans of time as meeting tools write them. Where a date can be read two ways, the session's day decides."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from lms.live.rules.sheets import Unreadable

DAY = dt.timedelta(days=1)
_DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%d.%m.%Y", "%d.%m.%y", "%m-%d-%Y",
    "%d-%m-%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y", "%d-%b-%y",
)  # fmt: skip
_CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
_OFFSET = re.compile(
    r"\s*(?:(?:UTC|GMT)\s*([+-]\d{1,2})(?::?(\d{2}))?|\b(UTC|GMT)|(?<=\d)(Z))$", re.IGNORECASE
)
_SPAN = re.compile(
    r"(?:(\d+)\s*(?:hours?|hrs?|h)\b\.?)?\s*(?:(\d+)\s*(?:minutes?|mins?|m)\b\.?)?\s*(?:(\d+)\s*(?:seconds?|secs?|s)\b\.?)?"
)


@dataclass(frozen=True, slots=True)
class Span:
    """The session, and the zone in which the list tells time."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str

    @property
    def middle(self) -> dt.datetime:
        """Halfway through."""
        return self.starts_at + (self.ends_at - self.starts_at) / 2


def minutes(cell: str) -> float:
    """A number of minutes: 131, 131.5, 2:11, 1:00:30, 2h 11m, 1 hr 57 min. Raises Unreadable."""
    text = re.sub(r"\s+", " ", cell).strip().lower()
    clock = re.fullmatch(r"(\d{1,3}):(\d{2})(?::(\d{2}))?", text)
    if clock:
        return _day(int(clock[1]) * 60 + int(clock[2]) + int(clock[3] or 0) / 60, cell)
    worded = _SPAN.fullmatch(text)
    if text and worded and any(worded.groups()):
        return _day(int(worded[1] or 0) * 60 + int(worded[2] or 0) + int(worded[3] or 0) / 60, cell)
    number = re.fullmatch(r"\d{1,4}(?:[.,]\d{1,4})?", text)
    if not number:
        raise Unreadable(f"“{cell[:30]}” is not a number of minutes.")
    return _day(float(text.replace(",", ".")), cell)


def _day(found: float, cell: str) -> float:
    if found > DAY.total_seconds() / 60:
        raise Unreadable(f"“{cell[:30]}” is more than a day.")
    return found


def instant(cell: str, session: Span) -> dt.datetime:
    """An instant near the session. Raises Unreadable when the cell is none, or lies elsewhere."""
    text, zone = _without_zone(cell, session.zone)
    found = _whole(text, zone, session)
    if found is None:
        clock = _time(text)
        if clock is None:
            raise Unreadable(f"“{cell[:40]}” is not a time. Write times as 2026-08-15 18:30.")
        day = session.middle.astimezone(zone).date()
        found = _nearest([dt.datetime.combine(day + step * DAY, clock, zone) for step in (-1, 0, 1)], session)
    if abs(found - session.starts_at) > DAY:
        raise Unreadable(
            f"“{cell[:40]}” lies more than a day from the session. Is this the list of another one?"
        )
    return found.astimezone(dt.UTC)


def _without_zone(cell: str, zone: str) -> tuple[str, dt.tzinfo]:
    """The cell without the words for a zone, and the zone that holds."""
    text = re.sub(r"\s+", " ", cell).strip()
    offset = _OFFSET.search(text)
    if offset is None:
        return text, ZoneInfo(zone)
    text = text[: offset.start()].rstrip()
    if offset[1] is None:
        return text, dt.UTC
    hours = int(offset[1])
    spare = int(offset[2] or 0) * (-1 if hours < 0 else 1)
    if abs(hours) > 14 or abs(spare) > 59:
        return text, ZoneInfo(zone)
    return text, dt.timezone(dt.timedelta(hours=hours, minutes=spare))


def _whole(text: str, zone: dt.tzinfo, session: Span) -> dt.datetime | None:
    """A date with a time; of several readings the one nearest to the session."""
    try:
        aware = dt.datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        pass
    else:
        if aware.tzinfo is not None:
            return aware
        return _nearest([aware.replace(tzinfo=zone, fold=fold) for fold in (0, 1)], session)
    parted = re.fullmatch(r"(.+?),?[ T](\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?: ?[APap]\.?[Mm]\.?)?)", text)
    clock = _time(parted[2]) if parted else None
    if parted is None or clock is None:
        return None
    date = re.sub(r"^[A-Za-z]+day,? ", "", parted[1].replace(",", " ")).replace("  ", " ").strip()
    readings = []
    for day in _days(date):
        readings += [dt.datetime.combine(day, clock, zone).replace(fold=fold) for fold in (0, 1)]
    return _nearest(readings, session) if readings else None


@lru_cache(maxsize=256)
def _days(date: str) -> tuple[dt.date, ...]:
    """All days that a date may mean: remembered, since a list says the same few dates in every line."""
    found = []
    for pattern in _DATES:
        try:
            found.append(dt.datetime.strptime(date, pattern).date())  # noqa: DTZ007 - a day
        except ValueError:
            continue
    return tuple(found)


@lru_cache(maxsize=1024)
def _time(text: str) -> dt.time | None:
    tidy = re.sub(r"\.\d+", "", text).strip()
    tidy = re.sub(r" ?([AaPp])\.?[Mm]\.?$", lambda half: f" {half[1].upper()}M", tidy)
    for pattern in _CLOCKS:
        try:
            return dt.datetime.strptime(tidy, pattern).time()  # noqa: DTZ007 - a time of day
        except ValueError:
            continue
    return None


def _nearest(readings: list[dt.datetime], session: Span) -> dt.datetime:
    def far(at: dt.datetime) -> dt.timedelta:
        try:
            return abs(at - session.middle)
        except OverflowError:
            return dt.timedelta.max

    return min(readings, key=far)
