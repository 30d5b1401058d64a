"""The middle of the studio: one cohort's dates as a month, old dates ghosted and new ones marked, and as a list."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from lms.cohorts.queries import CohortView
from lms.cohorts.rules import Holiday
from lms.curriculum import queries as curriculum
from lms.scheduling import queries, rules
from lms.scheduling.queries import CohortDraft, ItemLine
from lms.scheduling.rules import Calendar, ItemState, Standing
from lms.scheduling.views.rows import DateRow, WeekRows, by_week, date_rows, listed_at
from lms.web.filters import local
from lms.web.zones import month_name


@dataclass(frozen=True, slots=True)
class Chip:
    """One date in a day of the month. `state`: "", "ghost" (where it was), "new", "off"."""

    key: str
    words: str
    title: str
    at: dt.datetime
    href: str
    state: str = ""
    fixed: bool = False
    """It has begun: it is not dragged."""
    pinned: bool = False
    joint: bool = False
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class StudioDay:
    """One day of the month."""

    on: dt.date
    chips: tuple[Chip, ...]
    inside: bool
    today: bool
    holidays: tuple[Holiday, ...]


@dataclass(frozen=True, slots=True)
class StudioWeek:
    """One row of the month: a calendar week of the cohort."""

    number: int
    is_break: bool
    days: tuple[StudioDay, ...]

    @property
    def label(self) -> str:
        """What the week is called; outside the year nothing."""
        return f"W{self.number}" if self.number > 0 else ""


@dataclass(frozen=True)
class Month:
    """A month of the cohort, in its zone."""

    title: str
    value: str
    before: str
    after: str
    weeks: tuple[StudioWeek, ...]


MONTH = re.compile(r"^(20\d\d)-(0[1-9]|1[0-2])$")


def month_asked(text: str, otherwise: dt.date) -> dt.date:
    """The first day of the month asked for, or of the one in which a day lies."""
    found = MONTH.match(text)
    return dt.date(int(found[1]), int(found[2]), 1) if found else otherwise.replace(day=1)


def lines_ahead(draft: CohortDraft, lines: Sequence[ItemLine]) -> list[ItemLine]:
    """The cohort's items as the draft would have them."""
    ahead = draft.ahead
    pinned = {key: draft.drafted.setting(draft.base, key).pinned for key in ahead}
    return [
        replace(
            line,
            starts_at=ahead[line.key].starts_at,
            ends_at=ahead[line.key].ends_at,
            state=ahead[line.key].state,
            pinned=pinned[line.key],
        )
        for line in lines
        if line.key in ahead
    ]


def moved_by(draft: CohortDraft, lines: Sequence[ItemLine]) -> dict[int, tuple[dt.datetime, dt.datetime]]:
    """Where the items that the draft moves are published, by id."""
    moving = {change.key for change in draft.preview.plan.changes if change.moves}
    return {line.id: (line.starts_at, line.ends_at) for line in lines if line.key in moving}


@dataclass(frozen=True)
class Middle:
    """What the middle column draws from."""

    cohort: CohortView
    draft: CohortDraft
    lines: Sequence[ItemLine]
    """As published."""
    calendar: Calendar
    """As it would be."""
    holidays: Mapping[dt.date, tuple[Holiday, ...]]
    href: Callable[[str], str]
    """Key → where its date is chosen."""
    chosen: str
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        """The day that it is in the cohort's zone."""
        return local(self.now, self.cohort.zone).date()


def month(middle: Middle, first: dt.date) -> Month:
    """A month with everything in it, Monday first, whole weeks."""
    chips = _chips(middle)
    begin = first - dt.timedelta(days=first.weekday())
    following = (first + dt.timedelta(days=32)).replace(day=1)
    weeks = []
    while begin < following:
        days = tuple(
            StudioDay(
                on=on,
                chips=tuple(sorted(chips.get(on, ()), key=lambda chip: (chip.at, chip.key))),
                inside=on.month == first.month,
                today=on == middle.today,
                holidays=tuple(one for one in middle.holidays.get(on, ()) if one.of_cohort),
            )
            for on in (begin + dt.timedelta(days=step) for step in range(7))
        )
        number = middle.calendar.week_of(begin)
        inside = number if 1 <= number <= middle.calendar.weeks else 0
        weeks.append(StudioWeek(inside, number in middle.calendar.breaks, days))
        begin += dt.timedelta(days=7)
    return Month(
        title=f"{month_name(first.month, 'wide')} {first.year}",
        value=f"{first:%Y-%m}",
        before=f"{first - dt.timedelta(days=1):%Y-%m}",
        after=f"{following:%Y-%m}",
        weeks=tuple(weeks),
    )


def _chips(middle: Middle) -> dict[dt.date, list[Chip]]:
    names = queries.names_in(middle.cohort.version_id, middle.draft.ground.graph)
    outline = curriculum.outline(middle.cohort.version_id)
    changes = {change.key: change for change in middle.draft.preview.plan.changes if change.visible}
    joint = middle.draft.ground.graph.joint
    found: dict[dt.date, list[Chip]] = {}
    for line in lines_ahead(middle.draft, middle.lines):
        activity = outline.activities[line.activity_id]
        change = changes.get(line.key)
        words = (activity.code or activity.title) + (f" {line.label}" if line.label else "")
        off = line.state is ItemState.CANCELLED
        chip = Chip(
            key=line.key,
            words=words,
            title=names.titles[line.key],
            at=listed_at(line),
            href=middle.href(line.key),
            state="off" if off else "new" if change else "",
            fixed=line.starts_at <= middle.now,
            pinned=line.pinned,
            joint=line.key in joint,
            chosen=line.key == middle.chosen,
        )
        found.setdefault(local(chip.at, middle.cohort.zone).date(), []).append(chip)
        was = _listed(line, change.old) if change else chip.at
        if was != chip.at:
            ghost = replace(chip, at=was, state="ghost", fixed=True, chosen=False)
            found.setdefault(local(was, middle.cohort.zone).date(), []).append(ghost)
    return found


def _listed(line: ItemLine, at: Standing) -> dt.datetime:
    return at.ends_at if line.kind is rules.ItemKind.WINDOW else at.starts_at


def agenda(middle: Middle, first: dt.date) -> tuple[WeekRows, ...]:
    """The weeks that touch a month, as lists; each date leads to where it is changed."""
    last = (first + dt.timedelta(days=32)).replace(day=1)
    since, until = first - dt.timedelta(days=first.weekday()), last + dt.timedelta(days=-last.weekday() % 7)
    rows: list[DateRow] = [
        row
        for row in date_rows(
            middle.cohort,
            lines_ahead(middle.draft, middle.lines),
            moved_by(middle.draft, middle.lines),
            lambda line, _kind: middle.href(line.key),
        )
        if since <= local(row.at, middle.cohort.zone).date() < until
    ]
    return by_week(rows, middle.calendar, middle.cohort.zone, middle.today)
