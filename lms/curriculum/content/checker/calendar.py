"""When things happen in a year that nothing disturbs: anchors evaluated against the week plan, without a cohort.

Times are counted from the first Monday, 00:00. A milestone counts as approved when it is due.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from lms.curriculum.content import anchors, schema
from lms.curriculum.content.anchors import Anchor, Base
from lms.curriculum.content.reader import ProgrammeContent

DATES = ("opens", "at", "first_post", "due", "closes")
"""The keys of an activity that hold anchors, in the order in which they come."""
_WEEK = dt.timedelta(days=7)


class Calendar:
    """The programme's weeks, and the nominal moment of everything in them."""

    def __init__(self, content: ProgrammeContent) -> None:
        self._set(content.programme, (activity for activity, _module, _loc in content.located()))

    @classmethod
    def of(cls, frame: schema.ProgrammeFile, activities: Iterable[schema.Activity]) -> Calendar:
        """The calendar of a programme that is not in files any more: a published version."""
        calendar = cls.__new__(cls)
        calendar._set(frame, activities)  # noqa: SLF001 - its own class
        return calendar

    def _set(self, frame: schema.ProgrammeFile, activities: Iterable[schema.Activity]) -> None:
        self.weeks = frame.weeks
        self.breaks = sorted({week for week in frame.breaks if week <= self.weeks})
        self.teaching = [week for week in range(1, self.weeks + 1) if week not in self.breaks]
        self._found = {activity.id: activity for activity in activities}
        self._known: dict[tuple[str, str], dt.timedelta | None] = {}

    def moment(self, activity: schema.Activity, key: str) -> dt.timedelta | None:
        """When the anchor under `key` falls; None when there is none, or it leads nowhere."""
        text = getattr(activity, key, None)
        if text is None:
            return None
        name = (activity.id, key)
        if name not in self._known:
            self._known[name] = None  # a ring of anchors ends here
            self._known[name] = self.evaluate(anchors.parse(text))
        return self._known[name]

    def last(self, activity: schema.Activity) -> dt.timedelta | None:
        """The last of an activity's dates in the order of DATES: by when its work is done."""
        key = next((key for key in reversed(DATES) if getattr(activity, key, None)), None)
        return self.moment(activity, key) if key else None

    def evaluate(self, anchor: Anchor) -> dt.timedelta | None:
        """The nominal moment of an anchor."""
        base = self._base(anchor)
        if base is None:
            return None
        shifted = base + dt.timedelta(days=anchor.days) + anchor.duration
        if anchor.at_after:
            shifted = dt.timedelta(days=shifted.days) + _time(anchor.at_after)
        return shifted

    def _base(self, anchor: Anchor) -> dt.timedelta | None:
        match anchor.base:
            case Base.COHORT_START:
                return dt.timedelta()
            case Base.WEEK | Base.TEACH:
                return self._in_week(anchor)
        target = self._found.get(anchor.target or "")
        if target is None:
            return None
        if anchor.base is Base.SESSION:
            start = self.moment(target, "at")
            length = dt.timedelta(minutes=target.minutes if anchor.point == "end" else 0)
            return None if start is None else start + length
        if anchor.base is Base.ROUND:
            return self.moment(target, "opens" if anchor.point == "open" else "closes")
        return self.moment(target, "due")

    def _in_week(self, anchor: Anchor) -> dt.timedelta | None:
        number = anchor.number or 1
        if anchor.base is Base.TEACH:
            if number > len(self.teaching):
                return None
            number = self.teaching[number - 1]
        return (
            (number - 1) * _WEEK
            + dt.timedelta(days=anchor.weekday)
            + (_time(anchor.at) if anchor.at else dt.timedelta())
        )

    @staticmethod
    def week(moment: dt.timedelta) -> int:
        """The calendar week of a moment, from 1."""
        return moment // _WEEK + 1

    def teaching_week(self, moment: dt.timedelta) -> int:
        """The teaching week of a moment; a break counts to the week before it."""
        week = self.week(moment)
        return week - sum(1 for pause in self.breaks if pause <= week)


def _time(at: dt.time) -> dt.timedelta:
    return dt.timedelta(hours=at.hour, minutes=at.minute)
