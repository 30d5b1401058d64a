"""When things are, for everybody in a cohort: agenda, month, year, and one day on paper."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.core import clock
from lms.core.errors import NotFound
from lms.scheduling import policy, queries
from lms.scheduling.queries import ItemLine, Viewer
from lms.scheduling.rules import Calendar
from lms.scheduling.views.blueprint import bp
from lms.scheduling.views.rows import (
    DateRow,
    DayRows,
    WeekRows,
    activity_href,
    by_day,
    by_week,
    date_rows,
    listed_at,
    month_items,
    plan_href,
)
from lms.scheduling.views.year import YearPlan, year_plan
from lms.web.calendars import DAY_NAMES, Day, month_weeks
from lms.web.filters import local
from lms.web.guards import current_actor, requires
from lms.web.links import href as to
from lms.web.shapes import Tab
from lms.web.zones import month_name

AHEAD = dt.timedelta(weeks=6)
"""The agenda shows so much; the rest is a click away."""
_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")


@dataclass(frozen=True)
class Agenda:
    """The dates of a stretch of time, by week."""

    weeks: tuple[WeekRows, ...]
    past_href: str
    """Where the past is; empty when it is shown, or there is none."""
    more_href: str
    """Where everything ahead is; empty when it is shown."""


@dataclass(frozen=True)
class Month:
    """A month as a grid, and as a list below it."""

    title: str
    grid: tuple[tuple[Day, ...], ...]
    days: tuple[DayRows, ...]
    before_href: str
    after_href: str
    now_href: str


@dataclass(frozen=True)
class SchedulePage:
    """The schedule in one of its three forms."""

    viewer: Viewer
    view: str
    tabs: tuple[Tab, ...]
    zone: str
    now: dt.datetime
    today: dt.date
    week: int
    weeks: int
    agenda: Agenda | None = None
    month: Month | None = None
    year: YearPlan | None = None


@bp.get("/cohorts/<slug>/schedule")
@requires(policy.can_see_schedule, queries.viewer_visible_to)
def schedule(viewer: Viewer) -> ResponseReturnValue:
    """Show a cohort's dates: the viewer's own, in the viewer's zone."""
    now, zone = clock.now(), current_actor().zone
    today = local(now, zone).date()
    weeks = queries.calendar(viewer.cohort)
    month = _month_asked(request.args.get("month", ""))
    view = "month" if month else request.args.get("view", "agenda")
    if view not in ("agenda", "month", "year"):
        view = "agenda"
    parts: dict[str, object] = {}
    if view == "month":
        parts["month"] = _month(viewer, zone, today, *(month or _default_month(weeks, today)))
    elif view == "year":
        parts["year"] = year_plan(_rows(viewer, _lines(viewer)), weeks, zone, today)
    else:
        parts["agenda"] = _agenda(viewer, weeks, zone, today)
    page = SchedulePage(
        viewer=viewer,
        view=view,
        tabs=_tabs(viewer, view),
        zone=zone,
        now=now,
        today=today,
        week=weeks.week_of(today),
        weeks=weeks.weeks,
        **parts,  # type: ignore[arg-type]
    )
    return render_template("scheduling/schedule.html", page=page, cohort=viewer.cohort, day_names=DAY_NAMES)


@bp.get("/cohorts/<slug>/schedule/days/<on>")
@requires(policy.can_see_schedule, queries.viewer_visible_to)
def day(viewer: Viewer, on: str) -> ResponseReturnValue:
    """Show one day as a sheet that can be printed."""
    try:
        date = dt.date.fromisoformat(on)
    except ValueError:
        raise NotFound from None
    now, zone = clock.now(), current_actor().zone
    weeks = queries.calendar(viewer.cohort)
    if not weeks.first_monday <= date < weeks.monday(weeks.weeks + 5):
        raise NotFound
    rows = _rows(viewer, _on(_lines(viewer), zone, date, date))
    return render_template(
        "scheduling/day.html",
        cohort=viewer.cohort,
        rows=rows,
        on=date,
        week=weeks.week_of(date),
        staff=cohorts.staff(viewer.cohort.id) if viewer.whose is None else [],
        zone=zone,
        now=now,
        before=date - dt.timedelta(days=1),
        after=date + dt.timedelta(days=1),
    )


def _lines(viewer: Viewer) -> list[ItemLine]:
    """The dates that this viewer sees."""
    if viewer.whose is not None:
        return queries.effective_items(viewer.cohort.id, viewer.whose)
    lines = queries.items(viewer.cohort.id)
    staff = policy.can_see_plan(current_actor(), viewer)
    return lines if staff else [line for line in lines if not line.staff_only]


def _on(lines: Iterable[ItemLine], zone: str, first: dt.date, last: dt.date) -> list[ItemLine]:
    """Those that are listed on these days."""
    return [line for line in lines if first <= local(listed_at(line), zone).date() <= last]


def _rows(viewer: Viewer, lines: Iterable[ItemLine]) -> list[DateRow]:
    cohort = viewer.cohort
    staff = viewer.whose is None and policy.can_see_plan(current_actor(), viewer)
    href = plan_href(cohort) if staff else activity_href(cohort)
    return date_rows(cohort, lines, queries.moved_from(cohort.id), href)


def _tabs(viewer: Viewer, view: str) -> tuple[Tab, ...]:
    slug = viewer.cohort.slug
    return (
        Tab("Agenda", to("scheduling.schedule", slug=slug), current=view == "agenda"),
        Tab("Month", to("scheduling.schedule", slug=slug, view="month"), current=view == "month"),
        Tab("Year", to("scheduling.schedule", slug=slug, view="year"), current=view == "year"),
    )


def _agenda(viewer: Viewer, weeks: Calendar, zone: str, today: dt.date) -> Agenda:
    shown = request.args.get("show", "ahead")
    slug = viewer.cohort.slug
    past: list[ItemLine] = []
    ahead: list[ItemLine] = []
    for line in sorted(_lines(viewer), key=listed_at):
        (past if local(listed_at(line), zone).date() < today else ahead).append(line)
    near = _on(ahead, zone, today, today + AHEAD - dt.timedelta(days=1)) or ahead[:12]
    chosen = {"past": past, "all": ahead}.get(shown, near)
    return Agenda(
        weeks=by_week(_rows(viewer, chosen), weeks, zone, today),
        past_href=to("scheduling.schedule", slug=slug, show="past") if past and shown != "past" else "",
        more_href=to("scheduling.schedule", slug=slug, show="all")
        if shown not in ("all", "past") and len(near) < len(ahead)
        else "",
    )


def _month_asked(text: str) -> tuple[int, int] | None:
    found = _MONTH.match(text)
    return (int(found[1]), int(found[2])) if found and 1990 <= int(found[1]) <= 2200 else None


def _default_month(weeks: Calendar, today: dt.date) -> tuple[int, int]:
    last = weeks.monday(weeks.weeks) + dt.timedelta(days=6)
    day = min(max(today, weeks.first_monday), last)
    return day.year, day.month


def _month(viewer: Viewer, zone: str, today: dt.date, year: int, month: int) -> Month:
    slug = viewer.cohort.slug
    first = dt.date(year, month, 1)
    grid = month_weeks(year, month, {}, today)
    lines = _on(_lines(viewer), zone, grid[0][0].on, grid[-1][-1].on)
    days = by_day(_rows(viewer, lines), zone, today)

    def href(day: dt.date) -> str:
        return to("scheduling.schedule", slug=slug, month=f"{day:%Y-%m}")

    return Month(
        title=f"{month_name(month, 'wide')} {year}",
        grid=month_weeks(year, month, month_items(days), today),
        days=days,
        before_href=href(first - dt.timedelta(days=1)),
        after_href=href(first + dt.timedelta(days=31)),
        now_href="" if (today.year, today.month) == (year, month) else href(today),
    )
