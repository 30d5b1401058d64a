"""Somebody lives in another zone: their digest comes at the same hour of the other clock."""

from __future__ import annotations

from lms.core import clock, events
from lms.notifications import actions
from lms.people.events import ZoneChanged


@events.on(ZoneChanged)
def zone_changed(event: ZoneChanged) -> None:
    """Reckon anew when their digest falls due."""
    actions.reckon_again(event.person_id, now=clock.now())
