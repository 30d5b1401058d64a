"""What single cells of a list mean: addresses, dates, zones, countries; a value, or what to mend."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale

from lms.people.rules import normal_email, why_not_email

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1,
    )
    for name in names.split()
}  # fmt: skip
_CITIES = {"Mumbai": "Asia/Kolkata", "Delhi": "Asia/Kolkata", "New Delhi": "Asia/Kolkata", "Bengaluru": "Asia/Kolkata",
           "Bangalore": "Asia/Kolkata", "Chennai": "Asia/Kolkata", "Hyderabad": "Asia/Kolkata", "Pune": "Asia/Kolkata",
           "Abu Dhabi": "Asia/Dubai", "San Francisco": "America/Los_Angeles", "Seattle": "America/Los_Angeles",
           "Boston": "America/New_York", "Washington": "America/New_York", "Frankfurt": "Europe/Berlin",
           "Munich": "Europe/Berlin", "Geneva": "Europe/Zurich", "Milan": "Europe/Rome", "Beijing": "Asia/Shanghai",
           "Saigon": "Asia/Ho_Chi_Minh", "Melbourne": "Australia/Melbourne"}  # fmt: skip
"""Cities that people write and the zone files do not know."""
_EITHER_WAY = re.compile(r"(\d{1,2})[/\-](\d{1,2})[/\-](\d{4})$")
MOST_DAYS = 12


class Unreadable(Exception):
    """A cell that cannot be taken as it is; `mend` says what to write instead."""

    def __init__(self, mend: str) -> None:
        super().__init__(mend)
        self.mend = mend


def address(cell: str) -> str:
    """The address in a cell, as accounts are found by it. Raises Unreadable."""
    if not cell:
        raise Unreadable("The e-mail address is missing.")
    found = normal_email(cell.removeprefix("mailto:"))
    strange = next((c for c in found if not c.isascii()), None)
    if strange is not None:
        what = unicodedata.name(strange, "an unknown sign").lower()
        raise Unreadable(
            f"The address has the letter “{strange}” ({what}), which only looks plain. Type it again."
        )
    if why_not_email(found):
        raise Unreadable(f"“{cell[:60]}” is not an e-mail address. Write one like name@example.org.")
    return found


def short(cell: str, what: str, most: int) -> str:
    """A text that fits its column. Raises Unreadable."""
    if len(cell) > most:
        raise Unreadable(f"The {what} has {len(cell)} characters; at most {most} fit.")
    return cell


def day(cell: str) -> dt.date | None:
    """A date in one of the ways people write it, when it can be read in one way only. Raises Unreadable."""
    if not cell:
        return None
    text = re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?Z?$", "", cell)
    try:
        return _iso(text) or _dotted(text) or _worded(text) or _slashed(text)
    except ValueError:
        raise Unreadable(f"There is no day “{cell[:30]}”. Write dates as 2026-08-31.") from None


def _iso(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None


def _dotted(text: str) -> dt.date | None:
    found = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    return dt.date(int(found[3]), int(found[2]), int(found[1])) if found else None


def _worded(text: str) -> dt.date | None:
    found = re.fullmatch(r"(\d{1,2})[ \-]([A-Za-z]{3,9})\.?[ \-](\d{4})", text)
    if not found:
        return None
    month = _MONTHS.get(found[2].lower())
    if month is None:
        raise ValueError(text)
    return dt.date(int(found[3]), month, int(found[1]))


def _slashed(text: str) -> dt.date | None:
    found = _EITHER_WAY.fullmatch(text)
    if not found:
        raise ValueError(text)
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    if first != second and first <= MOST_DAYS and second <= MOST_DAYS:
        raise Unreadable(
            f"“{text}” can be read in two ways. Write {year}-{second:02}-{first:02} or {year}-{first:02}-{second:02}."
        )
    return (
        dt.date(year, second, first) if first > MOST_DAYS or first == second else dt.date(year, first, second)
    )


@lru_cache(maxsize=1)
def _zones() -> Mapping[str, str]:
    names = sorted(
        available_timezones(), key=lambda name: (name.startswith(("Etc/", "posix", "right")), name)
    )
    found: dict[str, str] = {}
    for name in names:
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/")):
            found.setdefault(_folded(name.rsplit("/", 1)[-1]), name)
    found |= {_folded(name): name for name in names}
    return found | {_folded(city): name for city, name in _CITIES.items()}


def zone(cell: str) -> str:
    """An IANA zone, or the zone of a city; empty for an empty cell. Raises Unreadable."""
    if not cell:
        return ""
    found = _zones().get(_folded(cell))
    if found is None or (len(cell) <= 4 and found not in ("UTC", "GMT") and "/" not in found):
        raise Unreadable(f"“{cell[:40]}” is not a time zone. Write area and city, for instance Asia/Kolkata.")
    return "UTC" if found == "GMT" else found


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, str]:
    territories = Locale.parse("en").territories
    codes = {code: str(name) for code, name in territories.items() if re.fullmatch(r"[A-Z]{2}", code)}
    found = {_folded(name): code for code, name in codes.items()}
    also = {"uk": "GB", "england": "GB", "scotland": "GB", "usa": "US", "unitedstatesofamerica": "US", "uae": "AE",
            "korea": "KR", "holland": "NL", "czechrepublic": "CZ", "turkey": "TR"}  # fmt: skip
    return found | {code.lower(): code for code in codes} | also


def country(cell: str) -> str:
    """An ISO 3166 code from a code or an English name; empty for an empty cell. Raises Unreadable."""
    if not cell:
        return ""
    found = _countries().get(_folded(cell))
    if found is None:
        raise Unreadable(
            f"“{cell[:40]}” is not a country. Write its English name or two-letter code, as India or IN."
        )
    return found


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return re.sub(r"[^a-z0-9+]+", "", "".join(c for c in plain if not unicodedata.combining(c)).lower())
