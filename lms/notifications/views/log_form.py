"""What the log of who was told is narrowed to, as the address says it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from lms.notifications.queries import LogFilter, Opened
from lms.notifications.rules import By, DeliveryState, NoticeKind

LONGEST_FIND = 80


@dataclass(frozen=True, slots=True)
class LogForm:
    """A filter as somebody typed it; what cannot be read narrows nothing."""

    kind: NoticeKind | None = None
    urgent: bool = False
    find: str = ""
    by: By | None = None
    state: DeliveryState | Opened | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    """The last day, which counts."""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> LogForm:
        """Read the parts of an address."""
        kind, by, state = (asked.get(name, "") for name in ("kind", "by", "state"))
        how: DeliveryState | Opened | None = None
        if state in list(DeliveryState):
            how = DeliveryState(state)
        elif state in list(Opened):
            how = Opened(state)
        return cls(
            kind=NoticeKind(kind) if kind in list(NoticeKind) else None,
            urgent="urgent" in asked,
            find=asked.get("find", "").replace("\x00", "").strip()[:LONGEST_FIND],
            by=By(by) if by in list(By) else None,
            state=how,
            since=_day(asked.get("since", "")),
            until=_day(asked.get("until", "")),
        )

    def wanted(self, zone: str) -> LogFilter:
        """What is read: days are those of the reader's calendar."""
        return LogFilter(
            kind=self.kind,
            urgent=self.urgent,
            find=self.find,
            by=self.by,
            state=self.state,
            since=_midnight(self.since, zone),
            until=_midnight(self.until + dt.timedelta(days=1), zone) if self.until else None,
        )

    def given(self) -> dict[str, Any]:
        """The parts of the address that leads here."""
        found = {
            "kind": self.kind.value if self.kind else "",
            "urgent": "1" if self.urgent else "",
            "find": self.find,
            "by": self.by.value if self.by else "",
            "state": self.state.value if self.state else "",
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }
        return {name: value for name, value in found.items() if value}

    @property
    def narrow(self) -> bool:
        """Whether more than a tab was chosen."""
        return bool(self.find or self.by or self.state or self.since or self.until)


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1990 < day.year < 2200 else None


def _midnight(day: dt.date | None, zone: str) -> dt.datetime | None:
    return dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC) if day else None
