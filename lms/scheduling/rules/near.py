"""Finding what lies across a stretch of time among many things, without looking at all of them: pure."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Generic, Protocol, TypeVar


class Spanning(Protocol):
    """Something that begins and ends."""

    @property
    def starts_at(self) -> dt.datetime: ...

    @property
    def ends_at(self) -> dt.datetime: ...


Thing = TypeVar("Thing", bound=Spanning)


class Near(Generic[Thing]):
    """Things in the order in which they begin; those that begin at once stay in the order in which they came."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self._things = sorted(things, key=lambda each: each.starts_at)
        self._starts = [each.starts_at for each in self._things]
        self._longest = max((each.ends_at - each.starts_at for each in self._things), default=dt.timedelta())

    def across(self, starts_at: dt.datetime, ends_at: dt.datetime) -> Sequence[Thing]:
        """Those that begin before the end and end after the start."""
        first = bisect_left(self._starts, starts_at - self._longest)
        last = bisect_right(self._starts, ends_at)
        return [
            each for each in self._things[first:last] if each.starts_at < ends_at and starts_at < each.ends_at
        ]
