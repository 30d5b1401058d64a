"""Readings: when one marks itself as read."""

from __future__ import annotations

END = 95
"""Per cent of the text from which the end counts as reached."""
LONGEST_BEAT = 120
"""Seconds that one report of reading can add."""


def read_through(*, position: int, seconds: int, minutes: int) -> bool:
    """Whether somebody has read it: the end was reached, in at least a quarter of the time it is said to need."""
    return position >= END and seconds * 4 >= minutes * 60


def clean_position(position: int) -> int:
    """Per cent, whatever was sent."""
    return max(0, min(100, position))


def clean_seconds(seconds: int) -> int:
    """Seconds since the last report, whatever was sent."""
    return max(0, min(LONGEST_BEAT, seconds))
