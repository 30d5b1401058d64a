"""Lea's calendar address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.factories import calendars

if TYPE_CHECKING:
    from tests.factories.house import Builder


def own_calendar(at: Builder) -> None:
    """An address of Lea's, on."""
    path = calendars.address(at.lea)
    at.values["integrations.feed:token"] = path.removeprefix("/calendar/").removesuffix(".ics")
    at.values["integrations.session_file:key"] = "s23"
