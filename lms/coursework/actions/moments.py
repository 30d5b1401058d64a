"""Instants in refusals, on the wall clock of the person who is refused."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo


def in_words(at: dt.datetime, zone: str) -> str:
    """Say "Sat 16 August, 17:00" in a zone."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{there:%a} {there.day} {there:%B, %H:%M}"
