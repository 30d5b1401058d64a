"""Other dates for one session, ranked, each with its reasons: pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lms.scheduling.rules.change import Standing
from lms.scheduling.rules.checks import Check, Flag, check
from lms.scheduling.rules.evaluation import ItemKind, wall_instant
from lms.scheduling.rules.load import Work, hours
from lms.scheduling.rules.words import DAYS

WEEKS = 6
"""Dates are looked for in so many weeks."""
EARLIER = dt.timedelta(weeks=1)
"""A session can also come so much earlier."""
SELDOM = 4
"""A second time is usual when the cohort meets at it at least a quarter as often as at the first."""
WEEK_AWAY, UNUSUAL, FULL = 3, 8, 20
COST: Mapping[Flag, tuple[int, int]] = {
    Flag.OUTSIDE: (200, 0),
    Flag.MEETS: (150, 0),
    Flag.STAFF: (100, 0),
    Flag.HOST: (100, 0),
    Flag.ORDER: (80, 0),
    Flag.AWAY: (4, 3),
    Flag.LEARNERS: (10, 6),
    Flag.TEAM: (10, 6),
    Flag.BREAK: (40, 0),
    Flag.HOLIDAY: (30, 0),
    Flag.YEAR_END: (30, 0),
    Flag.NIGHT: (6, 2),
}
"""Flag → what it costs at all, and for each person it concerns."""


@dataclass(frozen=True)
class Alternative:
    """Another date; the less it costs, the better."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    cost: int
    reasons: tuple[str, ...]
    """What speaks for it and against it, in sentences."""


@dataclass(frozen=True)
class Search:
    """One session that looks for another date."""

    key: str
    dates: Mapping[str, Standing]
    """Everything of the cohort as it is dated."""
    look: Check
    work: Work
    now: dt.datetime
    notice: dt.timedelta
    """Nobody is called together sooner than this."""


def alternatives(search: Search, most: int) -> tuple[Alternative, ...]:
    """The best other dates, the best one first; of two that cost the same, the earlier."""
    present = search.dates[search.key]
    others = {key: at for key, at in search.dates.items() if key != search.key}
    loads = search.work.weeks(others, search.look.calendar)
    found = [
        _weighed(search, starts_at, usual, loads)
        for starts_at, usual in candidates(search)
        if starts_at != present.starts_at
    ]
    found.sort(key=lambda each: (each.cost, each.starts_at))
    return tuple(found[:most])


def candidates(search: Search) -> Iterator[tuple[dt.datetime, bool]]:
    """Instants to look at, in order: the usual days and times, the days beside them; and whether it is a usual one."""
    zone = ZoneInfo(search.look.calendar.zone)
    present = search.dates[search.key]
    soonest = search.now + search.notice
    first = max(soonest, present.starts_at - EARLIER).astimezone(zone).date()
    usual = usual_times(search)
    day, time = usual[0]
    beside = [((day + step) % 7, time) for step in (-1, 1)]
    slots = {**dict.fromkeys(beside, False), **dict.fromkeys(usual, True)}
    for offset in range(WEEKS * 7):
        on = first + dt.timedelta(days=offset)
        for (weekday, at), often in sorted(slots.items()):
            instant = wall_instant(on, at, zone.key) if on.weekday() == weekday else None
            if instant is not None and instant >= soonest:
                yield instant, often


def usual_times(search: Search) -> list[tuple[int, dt.time]]:
    """The two weekdays and times at which the cohort meets most for as long; else the one of the session itself.

    A lecture of three hours is not put where a clinic of one begins.
    """
    zone = ZoneInfo(search.look.calendar.zone)
    own_at = search.dates[search.key]
    counted: Counter[tuple[int, dt.time]] = Counter()
    for key, at in search.dates.items():
        if (
            search.look.item_kinds.get(key) is ItemKind.SESSION
            and search.look.kinds.get(key) == "live_session"
            and at.ends_at - at.starts_at == own_at.ends_at - own_at.starts_at
        ):
            there = at.starts_at.astimezone(zone)
            counted[there.weekday(), there.time()] += 1
    there = own_at.starts_at.astimezone(zone)
    own = (there.weekday(), there.time())
    often = sorted(counted, key=lambda slot: (-counted[slot], slot))[:2]
    return [slot for slot in often if counted[slot] * SELDOM >= counted[often[0]]] or [own]


def _weighed(search: Search, starts_at: dt.datetime, usual: bool, loads: Mapping[int, int]) -> Alternative:
    present, calendar = search.dates[search.key], search.look.calendar
    at = Standing(starts_at, starts_at + (present.ends_at - present.starts_at))
    there = starts_at.astimezone(ZoneInfo(calendar.zone))
    reasons, cost = [], 0
    if usual:
        reasons.append(f"A usual time of this cohort: {DAYS[there.weekday()]}, {there:%H:%M}.")
    else:
        reasons.append(f"Beside the usual day: {DAYS[there.weekday()]}, {there:%H:%M}.")
        cost += UNUSUAL
    found = check(search.look, {**search.dates, search.key: at}, [search.key]).get(search.key, [])
    for finding in found:
        base, each = COST.get(finding.flag, (10, 0))
        cost += base + each * finding.weight
        reasons.append(finding.words)
    if not found:
        reasons.append("Nothing clashes with it.")
    for week, minutes in search.work.of(search.key, at, calendar).items():
        total = loads.get(week, 0) + minutes
        if search.work.limit and total > search.work.limit:
            cost += FULL
            reasons.append(f"Week {week} would ask {hours(total)}, more than {hours(search.work.limit)}.")
    away = abs(starts_at - max(present.starts_at, search.now)) // dt.timedelta(weeks=1)
    return Alternative(at.starts_at, at.ends_at, cost + WEEK_AWAY * away, tuple(reasons))
