"""A cohort that does not exist yet: its year as it would be, and what to look at."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lms.cohorts import rules as cohort_rules
from lms.cohorts.rules import Holiday
from lms.curriculum import queries as curriculum
from lms.scheduling import rules
from lms.scheduling.queries.blueprint import blueprint
from lms.scheduling.queries.graph import night
from lms.scheduling.rules import Calendar, Check, Dated, Finding, ItemKind, Standing


@dataclass(frozen=True)
class Drafting:
    """What the dates of a new cohort follow from."""

    version_id: int
    starts_on: dt.date
    zone: str
    breaks: tuple[int, ...]
    holiday_country: str
    holiday_subdivision: str
    staff: tuple[tuple[str, str, str], ...]
    """(name, zone, course key) of those who will teach."""


@dataclass(frozen=True)
class Draft:
    """The year of a cohort before it exists."""

    calendar: Calendar
    dates: dict[str, Dated]
    findings: dict[str, list[Finding]]
    """By item; sessions only."""
    breaks: list[Finding]
    holidays: dict[dt.date, tuple[Holiday, ...]]


def draft(wanted: Drafting) -> Draft:
    """Date the year and look for trouble; nothing is read but the programme.

    Raises Unschedulable when the calendar cannot hold the programme.
    """
    outline = curriculum.outline(wanted.version_id)
    names = blueprint(wanted.version_id)
    calendar = Calendar(rules.first_monday(wanted.starts_on), outline.frame.weeks, wanted.breaks, wanted.zone)
    dates = rules.evaluate(names.specs.values(), calendar)
    last = calendar.monday(calendar.weeks) + dt.timedelta(days=13)
    holidays: dict[dt.date, tuple[Holiday, ...]] = {}
    found = cohort_rules.holidays_of(
        wanted.holiday_country, wanted.holiday_subdivision, calendar.first_monday, last
    )
    for holiday in found:
        holidays[holiday.on] = (*holidays.get(holiday.on, ()), holiday)
    kinds = {key: spec.kind for key, spec in names.specs.items()}
    look = Check(
        calendar=calendar,
        night=night(wanted.version_id),
        titles=names.titles,
        kinds=names.kinds,
        courses=names.courses,
        item_kinds=kinds,
        order=outline.frame.order,
        holidays=holidays,
        staff=wanted.staff,
    )
    standing = {key: Standing(at.starts_at, at.ends_at) for key, at in dates.items()}
    sessions = [
        key for key, kind in kinds.items() if kind is ItemKind.SESSION and names.kinds[key] != "event"
    ]
    return Draft(calendar, dates, rules.check(look, standing, sessions), rules.check_breaks(look), holidays)
