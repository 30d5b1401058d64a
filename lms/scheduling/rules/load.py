"""What a week asks of a learner when dates move: pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from lms.scheduling.rules.change import ItemState, Standing
from lms.scheduling.rules.evaluation import Calendar, ItemKind


@dataclass(frozen=True)
class Work:
    """What the items of a programme ask of a learner, and how much a week may ask."""

    parts: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """Item key → {teaching weeks before the one it ends in: minutes}."""
    kinds: Mapping[str, ItemKind] = field(default_factory=dict)
    limit: int = 0
    """Minutes; 0: there is no limit."""

    def of(self, key: str, at: Standing, calendar: Calendar) -> dict[int, int]:
        """Calendar week → minutes that one item asks when it is at these dates; work ends in the week it is due."""
        if key not in self.parts or at.state is not ItemState.PLANNED:
            return {}
        ends = at.starts_at if self.kinds.get(key) is ItemKind.SESSION else at.ends_at
        teaching = calendar.teaching_weeks
        week = calendar.week_of(ends.astimezone(ZoneInfo(calendar.zone)).date())
        due = bisect_right(teaching, week) - 1
        asked: dict[int, int] = {}
        for before, minutes in self.parts[key].items():
            place = teaching[min(max(due - before, 0), len(teaching) - 1)]
            asked[place] = asked.get(place, 0) + minutes
        return asked

    def weeks(self, dates: Mapping[str, Standing], calendar: Calendar) -> dict[int, int]:
        """Calendar week → minutes that it asks when everything is at these dates."""
        asked: dict[int, int] = {}
        for key in self.parts.keys() & dates.keys():
            for week, minutes in self.of(key, dates[key], calendar).items():
                asked[week] = asked.get(week, 0) + minutes
        return asked


def hours(minutes: int) -> str:
    """Minutes as one says them of a week: 9 h 20."""
    whole, rest = divmod(minutes, 60)
    return f"{whole} h {rest:02}" if rest else f"{whole} h"


def too_full(
    work: Work,
    before: tuple[Mapping[str, Standing], Calendar],
    after: tuple[Mapping[str, Standing], Calendar],
) -> tuple[tuple[int, str], ...]:
    """The weeks that ask more than the limit and more than they did: (calendar week, what to say of it)."""
    if not work.limit:
        return ()
    was, becomes = work.weeks(*before), work.weeks(*after)
    return tuple(
        (week, _full(week, asked, was.get(week, 0), work.limit))
        for week, asked in sorted(becomes.items())
        if asked > work.limit and asked > was.get(week, 0)
    )


def _full(week: int, asked: int, now: int, limit: int) -> str:
    return (
        f"Week {week} would ask {hours(asked)} of each learner, more than {hours(limit)}; "
        f"now it asks {hours(now)}."
    )
