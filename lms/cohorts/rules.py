"""Pure decisions about cohorts, and the public holidays of a place."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import available_timezones

import holidays
from babel import Locale

from lms.core.errors import Refusal


class CohortRefusal(Refusal):
    """Why a cohort is refused."""

    SLUG_TAKEN = "Another cohort has the short name “{slug}”. Choose another."
    BAD_SLUG = "A short name has lower-case letters, digits and hyphens, 3 to 40 of them."
    UNKNOWN_ZONE = "“{zone}” is not an IANA time zone. Choose one from the list."
    IN_THE_PAST = "A cohort starts today or later."
    BAD_BREAKS = "Breaks are calendar weeks from 2 to {weeks}, and as many as the programme plans ({count})."
    ALREADY_STAFF = "{name} already has this task."
    NOT_STAFF = "That person does not have this task."
    IS_LEARNER = "{name} is a learner of this cohort and cannot be its staff."
    SAME_PERSON = "Choose another person: {name} cannot replace themselves."
    NO_TASKS = "{name} has no task in this cohort."
    NOBODY = "There is no such person with an account."
    DAY_PASSED = "Choose today or a later day."
    STATE_SAME = "The cohort is {state} already."
    STATE_CHANGED = (
        "Somebody else changed the cohort meanwhile: it is {state} now. Look again before you decide."
    )
    UNKNOWN_COUNTRY = "There is no holiday calendar for “{country}”."
    UNKNOWN_SUBDIVISION = "“{subdivision}” is not a part of {country}. Its parts are: {known}."
    SECTION_TAKEN = "There is a section “{name}” already."
    NO_SECTION = "There is no such section in this cohort."
    UNKNOWN_COURSE = "This programme has no such course."
    CLOSED = "The cohort is closed. Open it again before you change it."


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday somewhere."""

    on: dt.date
    name: str
    place: str
    tentative: bool = False
    """The day depends on the moon or a decree and may still change."""
    of_cohort: bool = True
    """Of the cohort's own holiday calendar; else of a country where learners live."""

    @property
    def words(self) -> str:
        """What it is, where, and how sure."""
        sure = " (tentative)" if self.tentative else ""
        return f"{self.name} in {self.place}{sure}"


_ESTIMATED = re.compile(r"\s*\((estimated|observed, estimated)\)")


@lru_cache(maxsize=1)
def countries() -> tuple[tuple[str, str], ...]:
    """The countries whose public holidays are known: (code, name), by name."""
    names = Locale.parse("en").territories
    known = {code: names.get(code, code) for code in holidays.list_supported_countries(include_aliases=False)}
    return tuple(sorted(known.items(), key=lambda pair: pair[1]))


@lru_cache(maxsize=256)
def subdivisions(country: str) -> tuple[str, ...]:
    """The parts of a country that have holidays of their own."""
    return tuple(holidays.list_supported_countries(include_aliases=False).get(country, ()))


def country_name(country: str) -> str:
    """What people call a country."""
    return str(Locale.parse("en").territories.get(country, country))


def place_name(country: str, subdivision: str) -> str:
    """A country, with its part: “India (KA)”."""
    return country_name(country) + (f" ({subdivision})" if subdivision else "")


@lru_cache(maxsize=512)
def _year(country: str, subdivision: str, year: int) -> tuple[Holiday, ...]:
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language="en_US")
    place = place_name(country, subdivision)
    return tuple(
        Holiday(day, _ESTIMATED.sub("", name), place, tentative="estimated" in name)
        for day, name in sorted(found.items())
    )


def holidays_of(country: str, subdivision: str, first: dt.date, last: dt.date) -> list[Holiday]:
    """The public holidays of a place from one day to another, in order; none where the place is not known."""
    if country not in dict(countries()) or (subdivision and subdivision not in subdivisions(country)):
        return []
    return [
        holiday
        for year in range(first.year, last.year + 1)
        for holiday in _year(country, subdivision, year)
        if first <= holiday.on <= last
    ]


def why_not_holidays(country: str, subdivision: str) -> tuple[CohortRefusal, dict[str, object]] | None:
    """Why a cohort cannot follow this holiday calendar, or None."""
    if not country and not subdivision:
        return None
    if country not in dict(countries()):
        return CohortRefusal.UNKNOWN_COUNTRY, {"country": country}
    if subdivision and subdivision not in subdivisions(country):
        known = ", ".join(subdivisions(country)) or "none"
        details: dict[str, object] = {
            "subdivision": subdivision,
            "country": country_name(country),
            "known": known,
        }
        return CohortRefusal.UNKNOWN_SUBDIVISION, details
    return None


def slug_of(name: str) -> str:
    """A short name for the address bar, from a name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40]


def why_not_create(
    *,
    slug: str,
    taken: bool,
    zone: str,
    starts_on: dt.date,
    today: dt.date,
    breaks: list[int],
    planned: int,
    weeks: int,
) -> tuple[CohortRefusal, dict[str, object]] | None:
    """Why a cohort with these facts is refused, or None."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or not 3 <= len(slug) <= 40:
        return CohortRefusal.BAD_SLUG, {}
    if taken:
        return CohortRefusal.SLUG_TAKEN, {"slug": slug}
    if zone not in available_timezones():
        return CohortRefusal.UNKNOWN_ZONE, {"zone": zone}
    if starts_on < today:
        return CohortRefusal.IN_THE_PAST, {}
    if len(set(breaks)) != planned or any(not 2 <= week <= weeks for week in breaks):
        return CohortRefusal.BAD_BREAKS, {"weeks": weeks, "count": planned}
    return None
