"""The year of a cohort as a Gantt chart: a row for each module, breaks shaded, what moves ghosted where it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.cohorts.queries import CohortView
from lms.curriculum import queries as curriculum
from lms.scheduling.queries import ItemLine
from lms.scheduling.rules import Calendar, ItemKind
from lms.scheduling.views.rows import listed_at
from lms.web.filters import local
from lms.web.pictures import trim
from lms.web.zones import month_name

ROW, TOP, NAMES = 26, 28, 22
"""Height of a row and of the head in pixels; what the names of the rows take of the width, in per cent."""
LEAST = 0.5
"""A bar is at least so wide, in per cent."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch or a point of the chart; x and width in per cent, y in pixels."""

    x: str
    y: int
    width: str
    shape: str
    """"module", "session", "ghost" or "new"."""
    title: str


@dataclass(frozen=True, slots=True)
class GanttRow:
    """One module: in the picture a row, in the table a line."""

    name: str
    code: str
    y: int
    first: dt.date
    last: dt.date
    dates: int
    moved: int


@dataclass(frozen=True, slots=True)
class Tick:
    """The beginning of a month, or a break."""

    x: str
    width: str
    label: str


@dataclass(frozen=True)
class Gantt:
    """The whole chart."""

    rows: tuple[GanttRow, ...]
    bars: tuple[Bar, ...]
    months: tuple[Tick, ...]
    breaks: tuple[Tick, ...]
    now_x: str
    height: int


class _Scale:
    """Days to per cent of the width."""

    def __init__(self, weeks: Calendar) -> None:
        self.weeks = weeks
        self.days = weeks.weeks * 7

    def x(self, on: dt.date) -> float:
        day = min(max((on - self.weeks.first_monday).days, 0), self.days)
        return NAMES + (100 - NAMES) * day / self.days


def gantt(
    cohort: CohortView,
    lines: Sequence[ItemLine],
    moved: Mapping[int, tuple[dt.datetime, dt.datetime]],
    weeks: Calendar,
    today: dt.date,
) -> Gantt:
    """The year with these dates; `moved` says where those that move were."""
    outline, scale = curriculum.outline(cohort.version_id), _Scale(weeks)
    of_module: dict[int, list[ItemLine]] = {}
    for line in lines:
        if not line.cancelled:
            of_module.setdefault(outline.activities[line.activity_id].module_id, []).append(line)
    rows: list[GanttRow] = []
    bars: list[Bar] = []
    modules = [outline.modules[each] for each in of_module]
    for module in sorted(modules, key=lambda each: min(_day(line, cohort) for line in of_module[each.id])):
        found = of_module[module.id]
        y = TOP + ROW * len(rows)
        first, last = min(_day(line, cohort) for line in found), max(_day(line, cohort) for line in found)
        count = sum(1 for line in found if line.id in moved)
        rows.append(
            GanttRow(f"{module.code} {module.title}".strip(), module.code, y, first, last, len(found), count)
        )
        bars.append(_bar(scale, y + 8, first, last, "module", rows[-1].name))
        for line in found:
            title = outline.activities[line.activity_id]
            name = f"{title.code} {title.title}".strip()
            if line.id in moved:
                was = moved[line.id][1 if line.kind is ItemKind.WINDOW else 0]
                on = local(was, cohort.zone).date()
                bars.append(_bar(scale, y + 5, on, on, "ghost", f"{name}, until now"))
                day = _day(line, cohort)
                bars.append(_bar(scale, y + 5, day, day, "new", f"{name}, then"))
            elif line.kind is ItemKind.SESSION:
                day = _day(line, cohort)
                bars.append(_bar(scale, y + 5, day, day, "session", name))
    wide = _per_cent((100 - NAMES) * 7 / scale.days)
    inside = 0 <= (today - weeks.first_monday).days < scale.days
    return Gantt(
        rows=tuple(rows),
        bars=tuple(bars),
        months=tuple(_months(weeks, scale)),
        breaks=tuple(
            Tick(_per_cent(scale.x(weeks.monday(week))), wide, f"Break, week {week}") for week in weeks.breaks
        ),
        now_x=_per_cent(scale.x(today)) if inside else "",
        height=TOP + ROW * len(rows),
    )


def _day(line: ItemLine, cohort: CohortView) -> dt.date:
    return local(listed_at(line), cohort.zone).date()


def _bar(scale: _Scale, y: int, first: dt.date, last: dt.date, shape: str, title: str) -> Bar:
    start, end = scale.x(first), scale.x(last + dt.timedelta(days=1))
    return Bar(_per_cent(start), y, _per_cent(max(end - start, LEAST)), shape, title)


def _per_cent(figure: float) -> str:
    return f"{trim(figure)}%"


def _months(weeks: Calendar, scale: _Scale) -> list[Tick]:
    ticks, day, last = [], weeks.first_monday, weeks.monday(weeks.weeks + 1)
    while day < last:
        following = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        wide = scale.x(min(following, last)) - scale.x(day)
        ticks.append(
            Tick(_per_cent(scale.x(day)), _per_cent(wide), month_name(day.month) if wide > 4 else "")
        )
        day = following
    return ticks
