"""Pure decisions about cohorts, and the public holidays of a place."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from babel import Locale

from lms.core.errors import Refusal
from lms.people.rules.zones import known_zone


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
    START_BEGUN = (
        "The cohort began on {day}; its start stays. To push what lies ahead, insert a break week instead."
    )
    ZONE_BEGUN = (
        "The cohort has begun: its dates stay reckoned in {zone}. Each learner sees them in their own zone anyway, "
        "and a single date is moved in the plan."
    )
    BREAK_TWICE = "Week {week} is named twice. A week is a break or it is not."
    BREAK_OUTSIDE = "Week {week} cannot be a break: breaks lie between week 2 and week {last}."
    BREAK_PAST = "Week {week} has begun or is over; what happened in it stays. Choose a week that lies ahead."
    TOO_MANY_BREAKS = (
        "That is more than {most} weeks without teaching. Close the cohort, or plan another one."
    )
    SECTION_LAST = "A cohort has at least one section; this is the only one. Rename it instead."
    SECTION_IN_USE = "Section “{name}” cannot be removed yet: {why}."


Refused = tuple[CohortRefusal, dict[str, object]]
"""A refusal, and what fills its sentence."""


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


@dataclass(frozen=True, slots=True)
class SectionUse:
    """What stands on a section."""

    sections: int
    """How many the cohort has."""
    people: int
    """Who sits in it, has been offered a place there or waits for one."""
    dates: int
    """Dates of its own that are in force."""


def why_not_remove_section(name: str, use: SectionUse) -> Refused | None:
    """Why a section cannot be removed, or None."""
    if use.people or use.dates:
        parts = []
        if use.people:
            parts.append("1 person sits in it" if use.people == 1 else f"{use.people} people sit in it")
        if use.dates:
            parts.append("1 date is its own" if use.dates == 1 else f"{use.dates} dates are its own")
        return CohortRefusal.SECTION_IN_USE, {"name": name, "why": " and ".join(parts)}
    return (CohortRefusal.SECTION_LAST, {}) if use.sections <= 1 else None


@dataclass(frozen=True, slots=True)
class CohortCalendar:
    """What a cohort's dates are reckoned by."""

    starts_on: dt.date
    zone: str
    holiday_country: str
    holiday_subdivision: str
    breaks: tuple[int, ...]
    """Calendar weeks without teaching, in order."""


MOST_EXTRA_BREAKS = 8
"""So many breaks more than the programme plans fit into a cohort's calendar."""


def length(weeks: int, planned: int, breaks: int) -> int:
    """How many weeks a cohort takes: a break more than the programme plans makes it a week longer."""
    return weeks + breaks - planned


@dataclass(frozen=True, slots=True)
class Frame:
    """What a change of a calendar is judged by."""

    weeks: int
    """Of the programme, with the breaks it plans."""
    planned: int
    """How many breaks that are."""
    today: dt.date
    """In the cohort's zone."""
    this_week: int
    """The calendar week of today; 0 or less before the first."""
    opened: bool
    """Learners see the cohort, or did."""


def why_not_calendar(old: CohortCalendar, new: CohortCalendar, frame: Frame) -> Refused | None:
    """Why a cohort's calendar cannot become another one, or None. What has begun stays as it was."""
    begun = frame.opened and frame.today >= old.starts_on
    if new.zone != old.zone:
        if not known_zone(new.zone):
            return CohortRefusal.UNKNOWN_ZONE, {"zone": new.zone}
        if begun:
            return CohortRefusal.ZONE_BEGUN, {"zone": old.zone.replace("_", " ")}
    if new.starts_on != old.starts_on:
        if begun:
            return CohortRefusal.START_BEGUN, {"day": f"{old.starts_on.day} {old.starts_on:%B %Y}"}
        if new.starts_on < frame.today:
            return CohortRefusal.IN_THE_PAST, {}
    refusal = why_not_holidays(new.holiday_country, new.holiday_subdivision)
    return refusal or _why_not_breaks(old, new, frame)


def _why_not_breaks(old: CohortCalendar, new: CohortCalendar, frame: Frame) -> Refused | None:
    twice = next((week for week in new.breaks if new.breaks.count(week) > 1), None)
    if twice is not None:
        return CohortRefusal.BREAK_TWICE, {"week": twice}
    if len(new.breaks) > frame.planned + MOST_EXTRA_BREAKS:
        return CohortRefusal.TOO_MANY_BREAKS, {"most": frame.planned + MOST_EXTRA_BREAKS}
    last = length(frame.weeks, frame.planned, len(new.breaks))
    outside = next((week for week in new.breaks if not 2 <= week <= last), None)
    if outside is not None:
        return CohortRefusal.BREAK_OUTSIDE, {"week": outside, "last": last}
    if new.starts_on == old.starts_on:
        past = min((week for week in {*old.breaks} ^ {*new.breaks} if week <= frame.this_week), default=None)
        if past is not None:
            return CohortRefusal.BREAK_PAST, {"week": past}
    return None


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
    if not known_zone(zone):
        return CohortRefusal.UNKNOWN_ZONE, {"zone": zone}
    if starts_on < today:
        return CohortRefusal.IN_THE_PAST, {}
    if len(set(breaks)) != planned or any(not 2 <= week <= weeks for week in breaks):
        return CohortRefusal.BAD_BREAKS, {"weeks": weeks, "count": planned}
    return None


# Working days ------------------------------------------------------------------------------------------------------

WEEKEND = frozenset({5, 6})
END_OF_DAY = dt.time(23, 59)


def working_day(first: dt.date, days: int, off: Collection[dt.date] = ()) -> dt.date:
    """The n-th working day after a day: neither weekends nor the cohort's public holidays (`off`) count."""
    day = first
    while days > 0:
        day += dt.timedelta(days=1)
        if day.weekday() not in WEEKEND and day not in off:
            days -= 1
    return day


def end_of_day(day: dt.date, zone: str) -> dt.datetime:
    """The last minute of a day in a zone, as an instant."""
    return dt.datetime.combine(day, END_OF_DAY, ZoneInfo(zone)).astimezone(dt.UTC)


def answer_by(asked_at: dt.datetime, days: int, zone: str, off: Collection[dt.date] = ()) -> dt.datetime:
    """Until when an answer is promised: the end of the n-th working day in the cohort's zone."""
    return end_of_day(working_day(asked_at.astimezone(ZoneInfo(zone)).date(), days, off), zone)
