"""Time zones as iCalendar writes them (VTIMEZONE): every change of the clock in some years."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = dt.timedelta(seconds=1)


@lru_cache(maxsize=256)
def timezone_text(zone: str, first_year: int, last_year: int) -> str:
    """The VTIMEZONE of a zone, right from the first day of one year to the last of another.

    An onset is local time by the offset before it (RFC 5545, 3.6.5): summer time in London begins at 01:00.
    """
    there = ZoneInfo(zone)
    first = dt.datetime(first_year, 1, 1, tzinfo=dt.UTC) - dt.timedelta(days=1)
    last = dt.datetime(last_year + 1, 1, 2, tzinfo=dt.UTC)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    lines += _observance(_is_summer(there, first), _local(there, first), [first], there, first)
    found: dict[tuple[bool, dt.timedelta, dt.timedelta, str], list[dt.datetime]] = defaultdict(list)
    for at in _changes(there, first, last):
        before, after = _offset(there, at - SECOND), _offset(there, at)
        found[_is_summer(there, at), before, after, at.astimezone(there).tzname() or ""].append(at)
    for (summer, before, _after, _name), onsets in found.items():
        lines += _observance(
            summer, (onsets[0] + before).replace(tzinfo=None), onsets, there, onsets[0] - SECOND
        )
    return "\r\n".join([*lines, "END:VTIMEZONE"]) + "\r\n"


def _offset(zone: ZoneInfo, at: dt.datetime) -> dt.timedelta:
    return at.astimezone(zone).utcoffset() or dt.timedelta()


def _local(zone: ZoneInfo, at: dt.datetime) -> dt.datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _is_summer(zone: ZoneInfo, at: dt.datetime) -> bool:
    return bool(at.astimezone(zone).dst())


def _changes(zone: ZoneInfo, first: dt.datetime, last: dt.datetime) -> Iterator[dt.datetime]:
    """Every instant at which the offset or its name changes, to the second."""

    def state(at: dt.datetime) -> tuple[dt.timedelta, str | None, bool]:
        return _offset(zone, at), at.astimezone(zone).tzname(), _is_summer(zone, at)

    at, day = first, dt.timedelta(days=1)
    while at < last:
        if state(at) != state(at + day):
            low, high = at, at + day
            while high - low > SECOND:
                middle = low + (high - low) // 2
                low, high = (middle, high) if state(middle) == state(low) else (low, middle)
            yield high.replace(microsecond=0)
        at += day


def _observance(
    summer: bool, start: dt.datetime, onsets: list[dt.datetime], zone: ZoneInfo, before: dt.datetime
) -> list[str]:
    name = "DAYLIGHT" if summer else "STANDARD"
    offset = _offset(zone, before)
    lines = [f"BEGIN:{name}", f"DTSTART:{start:%Y%m%dT%H%M%S}"]
    lines += [f"RDATE:{at + offset:%Y%m%dT%H%M%S}" for at in onsets[1:]]
    return [
        *lines,
        f"TZNAME:{onsets[0].astimezone(zone).tzname()}",
        f"TZOFFSETFROM:{_written(offset)}",
        f"TZOFFSETTO:{_written(_offset(zone, onsets[0]))}",
        f"END:{name}",
    ]


def _written(offset: dt.timedelta) -> str:
    seconds = int(offset.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    minutes, seconds_left = divmod(rest, 60)
    text = f"{'-' if seconds < 0 else '+'}{hours:02d}{minutes:02d}"
    return f"{text}{seconds_left:02d}" if seconds_left else text
