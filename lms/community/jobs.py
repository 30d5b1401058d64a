"""Announcements whose hour has come."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.community import actions, policy, queries
from lms.core.jobs import periodic
from lms.people import queries as people


@periodic("announcements", every=1)
def announcements_due(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Send what waits for this minute, by its author, who must still be one who announces there."""
    for waiting in queries.waiting(now):
        actor = people.actor_for(waiting.author_id, now)
        may = policy.can_announce(actor, waiting)
        actions.send_due(waiting.id, may=may, actor=actor, now=now)
