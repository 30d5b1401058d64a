"""Dates as pages list them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from werkzeug.routing import BuildError

from lms.cohorts.queries import CohortView
from lms.curriculum import queries as curriculum
from lms.curriculum import rules as kinds
from lms.scheduling import queries
from lms.scheduling.queries import ItemLine
from lms.scheduling.rules import Calendar, ItemKind
from lms.web.calendars import DayItem
from lms.web.filters import day, local
from lms.web.links import href as to

Moved = Mapping[int, tuple[dt.datetime, dt.datetime]]
"""Item id → the dates it had before it was last moved."""


@dataclass(frozen=True, slots=True)
class DateRow:
    """One date in a list: a session at its start, something due at its end."""

    key: str
    title: str
    short: str
    """What fits into a month's cell."""
    href: str
    word: str
    symbol: str
    kind: ItemKind
    activity_kind: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    moved_from: dt.datetime | None = None
    cancelled: bool = False
    personal: bool = False
    pinned: bool = False
    staff_only: bool = False

    @property
    def at(self) -> dt.datetime:
        """The instant it is listed at."""
        return self.ends_at if self.kind is ItemKind.WINDOW else self.starts_at

    @property
    def verb(self) -> str:
        """What happens at that instant."""
        if self.kind is not ItemKind.WINDOW:
            return ""
        return "closes" if self.activity_kind in ("discussion", "simulation") else "due"


def listed_at(line: ItemLine) -> dt.datetime:
    """The instant at which lists show an item: where a window closes, where a session starts."""
    return line.ends_at if line.kind is ItemKind.WINDOW else line.starts_at


@dataclass(frozen=True, slots=True)
class DayRows:
    """A day with its dates."""

    on: dt.date
    rows: tuple[DateRow, ...]
    today: bool = False


@dataclass(frozen=True, slots=True)
class WeekRows:
    """A calendar week of the cohort with what is in it."""

    number: int
    teaching: int | None
    monday: dt.date
    sunday: dt.date
    is_break: bool
    now: bool
    days: tuple[DayRows, ...] = ()

    @property
    def title(self) -> str:
        """What the week is called; weeks outside the cohort's year are called by their days alone."""
        if self.teaching is None and not self.is_break:
            return f"{'Before the first' if self.number < 1 else 'After the last'} week, {day(self.monday)}"
        return f"Week {self.number}"


def date_rows(
    cohort: CohortView,
    lines: Iterable[ItemLine],
    moved: Moved,
    href: Callable[[ItemLine, str], str],
) -> list[DateRow]:
    """The items as rows, by the instant they are listed at. `href` says where a row of a kind leads."""
    outline = curriculum.outline(cohort.version_id)
    names = queries.blueprint(cohort.version_id)
    rows = []
    for line in lines:
        activity = outline.activities[line.activity_id]
        kind = activity.kind.value
        before = moved.get(line.id)
        row = DateRow(
            key=line.key,
            title=names.titles.get(line.key) or f"{names.titles[activity.key]} ({line.label})",
            short=activity.code or activity.title,
            href=href(line, kind),
            word=kinds.kind_word(kind),
            symbol=kinds.kind_icon(kind),
            kind=line.kind,
            activity_kind=kind,
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            moved_from=_before(line, before),
            cancelled=line.cancelled,
            personal=line.personal,
            pinned=line.pinned,
            staff_only=line.staff_only,
        )
        rows.append(row)
    return sorted(rows, key=lambda row: (row.at, row.key))


def _before(line: ItemLine, before: tuple[dt.datetime, dt.datetime] | None) -> dt.datetime | None:
    if before is None or line.cancelled:
        return None
    was, present = (before[1], line.ends_at) if line.kind is ItemKind.WINDOW else (before[0], line.starts_at)
    return was if was != present else None


def activity_href(cohort: CohortView) -> Callable[[ItemLine, str], str]:
    """Rows lead to the pages that learners see."""

    def href(line: ItemLine, kind: str) -> str:
        try:
            key = line.key if line.replaces else line.key.partition(".")[0]
            return to(kinds.endpoint_of(kind), slug=cohort.slug, key=key)
        except BuildError:
            return ""

    return href


def plan_href(cohort: CohortView) -> Callable[[ItemLine, str], str]:
    """Rows lead to the item's page in the plan."""
    return lambda line, _kind: to("scheduling.item", slug=cohort.slug, key=line.key)


def by_day(rows: Iterable[DateRow], zone: str, today: dt.date) -> tuple[DayRows, ...]:
    """The days that have dates, in a zone, in order."""
    days: dict[dt.date, list[DateRow]] = {}
    for row in rows:
        days.setdefault(local(row.at, zone).date(), []).append(row)
    return tuple(DayRows(on, tuple(days[on]), on == today) for on in sorted(days))


def by_week(
    rows: Iterable[DateRow], weeks: Calendar, zone: str, today: dt.date, *, every: bool = False
) -> tuple[WeekRows, ...]:
    """The cohort's weeks with their days; `every`: also the weeks that have nothing."""
    found: dict[int, list[DayRows]] = {}
    for each in by_day(rows, zone, today):
        found.setdefault(weeks.week_of(each.on), []).append(each)
    numbers = set(found) | (set(range(1, weeks.weeks + 1)) if every else set())
    teaching = {week: count for count, week in enumerate(weeks.teaching_weeks, start=1)}
    return tuple(
        WeekRows(
            number=number,
            teaching=teaching.get(number),
            monday=weeks.monday(number),
            sunday=weeks.monday(number) + dt.timedelta(days=6),
            is_break=number in weeks.breaks,
            now=number == weeks.week_of(today),
            days=tuple(found.get(number, ())),
        )
        for number in sorted(numbers)
    )


def month_items(days: Iterable[DayRows]) -> dict[dt.date, list[DayItem]]:
    """The days' dates as a month shows them."""
    return {
        each.on: [
            DayItem(
                title=f"{row.short} {row.verb}".strip() + (", cancelled" if row.cancelled else ""),
                href=row.href or f"#day-{each.on.isoformat()}",
                start=row.at,
                moved=row.moved_from is not None or row.cancelled,
            )
            for row in each.rows
        ]
        for each in days
    }
