"""What live sessions ask of whoever holds meetings for them: one provider, plugged in above, or none.

Without a provider a meeting is any address that somebody typed. With one, meetings are made, moved and taken away by
the worker, after the fact and as often as it needs; the application never waits for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MeetingWanted:
    """A meeting as a session wants it."""

    reference: str
    """What the meeting is found again by, when an answer was lost: never shown to learners."""
    topic: str
    starts_at: dt.datetime
    minutes: int
    zone: str


@dataclass(frozen=True, slots=True)
class MeetingMade:
    """A meeting as its provider has it."""

    external_id: str
    join_url: str
    host_url: str


@dataclass(frozen=True, slots=True)
class Participation:
    """Somebody in a meeting, from when to when; the same person may come several times."""

    name: str
    address: str
    joined_at: dt.datetime
    left_at: dt.datetime


class MeetingRefused(Exception):
    """The provider says no, and will say no again: the words are its own."""


class MeetingBusy(Exception):
    """The provider asks to come back later."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"asked to come back in {seconds} s")


class MeetingProvider(Protocol):
    """Whoever holds meetings. Every call may be made twice for one purpose and then changes nothing."""

    @property
    def name(self) -> str:
        """What people call it."""

    def create(self, wanted: MeetingWanted) -> MeetingMade:
        """Make a meeting, or find the one that was made for this reference."""

    def update(self, external_id: str, wanted: MeetingWanted) -> None:
        """Move a meeting, or call it otherwise."""

    def cancel(self, external_id: str) -> None:
        """Take a meeting away; one that is gone already is no mistake."""

    def participants(self, external_id: str) -> Sequence[Participation]:
        """Who was in a meeting, over all the times it was begun."""


_plugged: list[MeetingProvider] = []


def meetings_from(provider: MeetingProvider | None) -> None:
    """Plug the provider of this installation in; None: there is none."""
    _plugged[:] = [] if provider is None else [provider]


def provider() -> MeetingProvider | None:
    """The provider of this installation, if any."""
    return _plugged[0] if _plugged else None
