"""The evaluation of a schedule: pure. Same version, calendar, overrides and facts → same dates."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from lms.core.errors import Refusal
from lms.curriculum.content import anchors
from lms.curriculum.content.anchors import Anchor, Base

SESSION_KINDS = frozenset({"live_session", "masterclass"})
MAKE_UP = "make-up"
"""The label of a session that makes up for a cancelled one: it is the activity's own date, not a further one."""


class ItemKind(enum.StrEnum):
    """What sort of date it is."""

    SESSION = "session"
    """People meet, from start to end."""
    WINDOW = "window"
    """Something is open from start and due at end."""
    INSTANT = "instant"
    """One moment (start and end are equal)."""


class ScheduleRefusal(Refusal):
    """Why a schedule, or a change of one, is refused."""

    RING = "The dates of {items} hang on each other in a ring."
    UNKNOWN = "“{item}” hangs on “{target}”, which has no date."
    PAST_END = "“{item}” lies in teaching week {week}, but this calendar has only {weeks}."
    CHANGED_MEANWHILE = (
        "{name} published release {number} in the meantime. Nothing was published; look at the preview again."
    )
    NOTHING = "Nothing would change."
    DATES_MOVE = "Dates would move by this. Look at the preview, and publish it as a release."
    BLOCKED = "Nothing was published: {count} of the dates below cannot move like this. The reasons stand beside them."
    FIRST_RELEASE = "Release 1 holds the dates the cohort was created with; it cannot be undone."
    NOT_LATEST = "Only the latest release can be undone; release {number} is no longer the latest."
    NO_SUCH_TIME = "{time} does not exist on that day in {zone}: the clocks go forward. Choose another time."
    STARTS_AFTER_END = "It would start after it ends."
    NO_OWN_DATE = (
        "A live session is at the same time for everybody; an own date is for something that is due."
    )
    ONE_CLOCK = (
        "A round of a simulation closes for all of its teams at once: nobody has an own date in it. Whoever runs the "
        "game can give everybody more time there."
    )
    IN_THE_PAST = "That time has passed. Choose a later one."
    AFTER_THE_END = "The cohort ends on {day}; an own date lies before that."
    NOT_LATER = "An own date is later than everybody's, which is {when}."
    CANCELLED = "This does not take place; it has no date to change."
    NOT_IN_COHORT = "There is no such {scope} in this cohort."
    NO_OVERRIDE = "This date is not in force any more."


class Unschedulable(Exception):
    """The graph has no dates; `refusal` and `details` say why."""

    def __init__(self, refusal: ScheduleRefusal, **details: object) -> None:
        self.refusal = refusal
        self.details = details
        super().__init__(refusal.value.format(**details))


@dataclass(frozen=True)
class Calendar:
    """A cohort's weeks: week 1 begins on `first_monday`; `breaks` are calendar weeks without teaching."""

    first_monday: dt.date
    weeks: int
    breaks: tuple[int, ...]
    zone: str

    @property
    def teaching_weeks(self) -> list[int]:
        """Calendar numbers of the teaching weeks, in order."""
        return [week for week in range(1, self.weeks + 1) if week not in self.breaks]

    def monday(self, week: int) -> dt.date:
        """The Monday of a calendar week (1-based)."""
        return self.first_monday + dt.timedelta(weeks=week - 1)

    def week_of(self, day: dt.date) -> int:
        """The calendar week of a day: 1 is the first; before the start 0 or less."""
        return (day - self.first_monday).days // 7 + 1

    def calendar_week(self, teaching_week: int) -> int:
        """The calendar week that is the n-th teaching week."""
        return self.teaching_weeks[teaching_week - 1]


def first_monday(starts_on: dt.date) -> dt.date:
    """The Monday on or after a cohort's start: week 1 begins on it."""
    return starts_on + dt.timedelta(days=-starts_on.weekday() % 7)


@dataclass(frozen=True)
class ItemSpec:
    """A dated item before it has a date."""

    key: str
    activity_key: str
    kind: ItemKind
    starts: Anchor
    ends: Anchor | None = None
    minutes: int = 0
    label: str = ""
    starts_text: str = ""
    ends_text: str = ""
    staff_only: bool = False
    """Learners never see it."""
    replaces: str = ""
    """Key of the session that it makes up for."""
    carries: bool = False
    """What hangs on the session that was lost hangs on this one instead."""


@dataclass(frozen=True)
class Moved:
    """A date set by hand; what is None follows its anchor (or, for a session's end, its length)."""

    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None


@dataclass(frozen=True)
class Dated:
    """An evaluated item."""

    starts_at: dt.datetime
    ends_at: dt.datetime


def make_up_of(lost: ItemSpec, key: str, days: int, *, carries: bool) -> ItemSpec:
    """A session that makes up for another one, so many days after it; its own dates are set by hand."""
    text = f"session({lost.key}).start {'+' if days >= 0 else '-'} {abs(days)}d"
    return ItemSpec(
        key=key,
        activity_key=lost.activity_key,
        kind=ItemKind.SESSION,
        starts=anchors.parse(text),
        minutes=lost.minutes,
        label=MAKE_UP,
        starts_text=text,
        replaces=lost.key,
        carries=carries,
    )


def items_of(key: str, kind: str, spec: Mapping[str, Any]) -> list[ItemSpec]:
    """The dated items of an activity as its author wrote it (`schema.Activity`)."""
    if kind in SESSION_KINDS:
        return [_item(key, ItemKind.SESSION, spec["at"], minutes=spec["minutes"])]
    if kind == "event":
        minutes = spec.get("minutes", 0)
        kind_of_date = ItemKind.SESSION if minutes else ItemKind.INSTANT
        only = spec.get("audience") == "staff"
        return [_item(key, kind_of_date, spec["at"], minutes=minutes, staff_only=only)]
    if kind == "discussion":
        return [
            _item(key, ItemKind.WINDOW, spec["opens"], spec["closes"]),
            _item(
                f"{key}.first-post",
                ItemKind.INSTANT,
                spec["first_post"],
                activity_key=key,
                label="first post",
            ),
        ]
    if kind == "simulation":
        return [_item(key, ItemKind.WINDOW, spec["opens"], spec["closes"])]
    return [_item(key, ItemKind.WINDOW, spec["opens"], spec.get("due") or f"{spec['opens']} + 6d @ 23:59")]


class Added(Protocol):
    """A dated item that the programme does not have: a make-up session."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> ItemKind: ...
    @property
    def starts_anchor(self) -> str: ...
    @property
    def ends_anchor(self) -> str: ...
    @property
    def minutes(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def staff_only(self) -> bool: ...
    @property
    def replaces(self) -> str: ...
    @property
    def carries(self) -> bool: ...


def spec_of(row: Added, activity_key: str) -> ItemSpec:
    """An item as the cohort's own row has it."""
    spec = _item(
        row.key,
        row.kind,
        row.starts_anchor,
        row.ends_anchor,
        minutes=row.minutes,
        activity_key=activity_key,
        label=row.label,
        staff_only=row.staff_only,
    )
    return replace(spec, replaces=row.replaces, carries=row.carries)


def _item(
    key: str,
    kind: ItemKind,
    starts: str,
    ends: str = "",
    *,
    minutes: int = 0,
    activity_key: str = "",
    label: str = "",
    staff_only: bool = False,
) -> ItemSpec:
    return ItemSpec(
        key=key,
        activity_key=activity_key or key,
        kind=kind,
        starts=anchors.parse(starts),
        ends=anchors.parse(ends) if ends else None,
        minutes=minutes,
        label=label,
        starts_text=starts,
        ends_text=ends,
        staff_only=staff_only,
    )


@dataclass
class _Evaluation:
    specs: Mapping[str, ItemSpec]
    calendar: Calendar
    moved: Mapping[str, Moved]
    facts: Mapping[tuple[str, str], dt.datetime]
    off: Collection[str] = ()
    done: dict[tuple[str, str], dt.datetime] = field(default_factory=dict)
    open: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.calendar.zone)
        self.teaching = self.calendar.teaching_weeks
        self.instead = {
            spec.replaces: spec.key
            for spec in self.specs.values()
            if spec.replaces and spec.carries and spec.key not in self.off
        }

    def point(self, key: str, end: str) -> dt.datetime:
        """The instant of an item's `start` or `end`."""
        node = (key, end)
        if node in self.done:
            return self.done[node]
        if node in self.open:
            ring = [name for name, _end in self.open[self.open.index(node) :]]
            names = [name for name, _same in groupby([*ring, key])]
            raise Unschedulable(ScheduleRefusal.RING, items=" → ".join(names))
        self.open.append(node)
        self.done[node] = self._start(key) if end == "start" else self._end(key)
        self.open.pop()
        return self.done[node]

    def _start(self, key: str) -> dt.datetime:
        moved = self.moved.get(key)
        if moved and moved.starts_at:
            return moved.starts_at
        return self.instant(self.specs[key].starts, key)

    def _end(self, key: str) -> dt.datetime:
        spec, moved = self.specs[key], self.moved.get(key)
        if moved and moved.ends_at:
            return max(moved.ends_at, self.point(key, "start"))
        if spec.ends is None:
            return self.point(key, "start") + dt.timedelta(minutes=spec.minutes)
        return max(self.instant(spec.ends, key), self.point(key, "start"))

    def instant(self, anchor: Anchor, key: str) -> dt.datetime:
        """Evaluate an anchor in the cohort's zone."""
        zone = self.zone
        wall = self._base(anchor, key, zone)
        if anchor.days:
            wall = dt.datetime.combine(wall.date() + dt.timedelta(days=anchor.days), wall.time(), zone)
        if anchor.duration:
            wall = (wall.astimezone(dt.UTC) + anchor.duration).astimezone(zone)
        if anchor.at_after is not None:
            wall = dt.datetime.combine(wall.date(), anchor.at_after, zone)
        return wall.astimezone(dt.UTC)

    def _base(self, anchor: Anchor, key: str, zone: ZoneInfo) -> dt.datetime:
        if anchor.base is Base.COHORT_START:
            return dt.datetime.combine(self.calendar.first_monday, dt.time(), zone)
        if anchor.base in (Base.WEEK, Base.TEACH):
            week = anchor.number or 1
            if anchor.base is Base.TEACH:
                if week > len(self.teaching):
                    weeks = len(self.teaching)
                    raise Unschedulable(ScheduleRefusal.PAST_END, item=key, week=week, weeks=weeks)
                week = self.teaching[week - 1]
            day = self.calendar.monday(week) + dt.timedelta(days=anchor.weekday)
            return dt.datetime.combine(day, anchor.at or dt.time(), zone)
        target = anchor.target or ""
        if target not in self.specs:
            raise Unschedulable(ScheduleRefusal.UNKNOWN, item=key, target=target)
        if self.specs[key].replaces != target:
            target = self.instead.get(target, target)
        if anchor.point == "approved":
            found = self.facts.get((target, "approved")) or self.point(target, "end")
        else:
            found = self.point(target, "start" if anchor.point in ("start", "open") else "end")
        return found.astimezone(zone)


def evaluate(
    specs: Iterable[ItemSpec],
    calendar: Calendar,
    *,
    moved: Mapping[str, Moved] | None = None,
    facts: Mapping[tuple[str, str], dt.datetime] | None = None,
    off: Collection[str] = (),
) -> dict[str, Dated]:
    """Date every item.

    `moved` are dates set by hand, by item key; `facts` are instants recorded, by (item key, kind). What hangs on a
    milestone's approval hangs on its due date until it is approved; what hangs on a lost session hangs on its make-up
    where that carries it. `off` are items that do not take place: they carry nothing.

    Raises Unschedulable when dates hang on each other in a ring, on nothing, or past the end of the calendar.
    """
    by_key = {spec.key: spec for spec in specs}
    run = _Evaluation(by_key, calendar, moved or {}, facts or {}, off)
    return {key: Dated(run.point(key, "start"), run.point(key, "end")) for key in by_key}


def depends_on(spec: ItemSpec) -> frozenset[str]:
    """The items that this one's dates hang on directly."""
    targets = (spec.starts.target, spec.ends.target if spec.ends else None)
    return frozenset(target for target in targets if target)


def hanging_on(specs: Iterable[ItemSpec], key: str) -> dict[str, int]:
    """Everything that hangs on an item, transitively: key → over how many steps; in the order given."""
    specs = list(specs)
    steps = {key: 0}
    grown = True
    while grown:
        grown = False
        for spec in specs:
            if spec.key in steps:
                continue
            nearest = min((steps[target] for target in depends_on(spec) if target in steps), default=None)
            if nearest is not None:
                steps[spec.key] = nearest + 1
                grown = True
    return {spec.key: steps[spec.key] for spec in specs if steps.get(spec.key)}


def wall_instant(day: dt.date, time: dt.time, zone: str) -> dt.datetime | None:
    """The instant of a wall time in a zone; None when the clocks jump over it. Of two, the first."""
    there = dt.datetime.combine(day, time, ZoneInfo(zone))
    instant = there.astimezone(dt.UTC)
    return (
        instant
        if instant.astimezone(there.tzinfo).replace(tzinfo=None) == there.replace(tzinfo=None)
        else None
    )
