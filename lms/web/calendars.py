"""The shape of a month on the page: weeks of seven days with what is on them."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.web.zones import day_name


@dataclass(frozen=True, slots=True)
class DayItem:
    """One thing on a day, for the month and for the agenda. `moved`: it was once published for another time."""

    title: str
    href: str
    start: dt.datetime
    end: dt.datetime | None = None
    what: str = ""
    symbol: str = "circle"
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """One day with its items. `inside`: it belongs to the month that is shown."""

    on: dt.date
    items: tuple[DayItem, ...] = ()
    inside: bool = True
    today: bool = False


def month_weeks(
    year: int, month: int, items: Mapping[dt.date, Sequence[DayItem]], today: dt.date
) -> tuple[tuple[Day, ...], ...]:
    """Return the weeks of a month, Monday first, filled up with the neighbours' days."""
    return tuple(
        tuple(Day(on, tuple(items.get(on, ())), on.month == month, on == today) for on in week)
        for week in calendar.Calendar().monthdatescalendar(year, month)
    )


def agenda_days(items: Mapping[dt.date, Sequence[DayItem]], today: dt.date) -> tuple[Day, ...]:
    """Return the days that have something, in order."""
    return tuple(Day(on, tuple(items[on]), today=on == today) for on in sorted(items) if items[on])


DAY_NAMES = tuple(day_name(weekday) for weekday in range(7))
