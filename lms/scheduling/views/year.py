"""The whole year at a glance: one row for live sessions, one for simulations, one for milestones, and a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lms.scheduling.rules import Calendar, ItemKind
from lms.scheduling.views.rows import DateRow, WeekRows, by_week
from lms.web.filters import local
from lms.web.pictures import trim
from lms.web.zones import month_name

ROOM_FOR_A_NAME = 6
"""Per cent of the year that a month must take for its name to stand over it, on a phone too."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A bar or a point on the year; x and width in per cent."""

    x: str
    width: str
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of the picture: `shape` is bar, dot or diamond; y in pixels."""

    name: str
    shape: str
    y: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class YearWeek:
    """A week of the table."""

    week: WeekRows
    live: tuple[DateRow, ...]
    due: tuple[DateRow, ...]
    milestones: tuple[DateRow, ...]
    other: tuple[DateRow, ...]


@dataclass(frozen=True, slots=True)
class YearPlan:
    """The year as a picture and as a table."""

    lanes: tuple[Lane, ...]
    breaks: tuple[Mark, ...]
    months: tuple[Mark, ...]
    now_x: str
    """Where today is; empty outside the year."""
    height: int
    weeks: tuple[YearWeek, ...]


Place = Callable[[dt.date], float]
"""Where a day is on the picture, in per cent."""
LIVE = frozenset({"live_session", "masterclass"})
LANE = 38
TOP = 28


def year_plan(rows: Sequence[DateRow], weeks: Calendar, zone: str, today: dt.date) -> YearPlan:
    """The year of a cohort in the viewer's zone."""
    span = weeks.weeks * 7

    def x(day: dt.date) -> float:
        return 100 * min(max((day - weeks.first_monday).days, 0), span) / span

    planned = [row for row in rows if not row.cancelled]
    picked = (
        ("Live sessions", "dot", _picked(planned, {"live_session"})),
        ("Masterclasses", "dot", _picked(planned, {"masterclass"})),
        ("Simulation", "bar", _picked(planned, {"simulation"})),
        ("Milestones", "diamond", _picked(planned, {"milestone"})),
    )
    lanes = tuple(
        Lane(name, shape, TOP + LANE * place, tuple(_mark(row, shape, x, zone) for row in found))
        for place, (name, shape, found) in enumerate(picked)
    )
    inside = 0 <= (today - weeks.first_monday).days < span
    return YearPlan(
        lanes=lanes,
        breaks=tuple(
            Mark(
                f"{trim(x(weeks.monday(week)))}%",
                f"{trim(700 / span)}%",
                "",
                f"Break, week {week}",
            )
            for week in weeks.breaks
        ),
        months=tuple(_months(weeks, x)),
        now_x=f"{trim(x(today))}%" if inside else "",
        height=TOP + LANE * len(lanes),
        weeks=tuple(_week(week) for week in by_week(rows, weeks, zone, today, every=True)),
    )


def _picked(rows: Iterable[DateRow], kinds: set[str]) -> list[DateRow]:
    return [row for row in rows if row.activity_kind in kinds]


def _mark(row: DateRow, shape: str, place: Place, zone: str) -> Mark:
    start = local(row.starts_at if shape == "bar" else row.at, zone).date()
    end = local(row.ends_at, zone).date() + dt.timedelta(days=1)
    wide = max(place(end) - place(start), 0.6) if shape == "bar" else 0.0
    return Mark(f"{trim(place(start))}%", f"{trim(wide)}%", row.short, row.title)


def _months(weeks: Calendar, place: Place) -> Iterable[Mark]:
    last = weeks.monday(weeks.weeks + 1)
    day = weeks.first_monday
    while day < last:
        begins = dt.date(day.year, day.month, 1)
        following = (begins + dt.timedelta(days=32)).replace(day=1)
        wide = place(min(following, last)) - place(day)
        if wide > ROOM_FOR_A_NAME:
            name = month_name(day.month)
            yield Mark(f"{trim(place(day))}%", f"{trim(wide)}%", name, f"{name} {day.year}")
        day = following


def _week(week: WeekRows) -> YearWeek:
    rows = [row for day in week.days for row in day.rows]
    live = tuple(row for row in rows if row.activity_kind in LIVE)
    milestones = tuple(row for row in rows if row.activity_kind == "milestone")
    due = tuple(
        row
        for row in rows
        if row.kind is ItemKind.WINDOW and row.activity_kind not in ("milestone", "reading")
    )
    taken = {row.key for row in (*live, *milestones, *due)}
    other = tuple(row for row in rows if row.key not in taken and row.activity_kind == "event")
    return YearWeek(week, live, due, milestones, other)
