"""Anchor expressions in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from lms.curriculum.content import anchors
from lms.curriculum.content.anchors import Anchor, Base

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def anchor_words(text: str, titles: Mapping[str, str], falls_on: int) -> str:
    """An anchor expression as a person would say it.

    `titles` say what people call the items; `falls_on` is the weekday (0: Monday) on which it falls.
    """
    anchor = anchors.parse(text)
    if anchor.base in (Base.WEEK, Base.TEACH):
        return _in_week(anchor)
    if anchor.base is Base.COHORT_START:
        return _shifted(anchor, "the cohort's first Monday", "the cohort's first Monday", falls_on)
    name = titles.get(anchor.target or "", anchor.target or "")
    points = {
        "start": f"the start of {name}",
        "end": f"the end of {name}",
        "open": f"the opening of {name}",
        "close": f"the close of {name}",
        "due": f"the day {name} is due",
        "approved": f"the approval of {name} (its due date until then)",
    }
    return _shifted(anchor, points[anchor.point or "start"], name, falls_on)


def _in_week(anchor: Anchor) -> str:
    kind = "calendar" if anchor.base is Base.WEEK else "teaching"
    words = f"{DAYS[anchor.weekday]} of {kind} week {anchor.number}"
    time = anchor.at_after or anchor.at
    at = f", {time:%H:%M}" if time else ""
    if anchor.days or anchor.duration:
        return f"{_distance(anchor)} {words}{at}"
    return f"{words}{at}"


def _shifted(anchor: Anchor, point: str, name: str, falls_on: int) -> str:
    at = f", {anchor.at_after:%H:%M}" if anchor.at_after else ""
    if not anchor.days and not anchor.duration:
        return f"the day of {name}{at}" if at else point
    if at and not anchor.duration and 0 < abs(anchor.days) < 7:
        return f"the {DAYS[falls_on]} {'after' if anchor.days > 0 else 'before'} {name}{at}"
    return f"{_distance(anchor)} {point}{at}"


def _distance(anchor: Anchor) -> str:
    parts = []
    if anchor.days:
        parts.append(_many(abs(anchor.days), "day"))
    total = int(abs(anchor.duration) / dt.timedelta(minutes=1))
    hours, minutes = divmod(total, 60)
    if hours:
        parts.append(_many(hours, "hour"))
    if minutes:
        parts.append(_many(minutes, "minute"))
    ahead = anchor.days < 0 or anchor.duration < dt.timedelta()
    return f"{' and '.join(parts)} {'before' if ahead else 'after'}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
