"""Background work of requests: their promises, and handing very many over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.core import errands, jobs
from lms.core.errands import Ended, GoesOn, Teller
from lms.people import queries as people
from lms.requests import actions


@jobs.periodic("requests.promises", every=15)
def look_at_promises(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Remind owners of promises that run out, and tell others of those that have; each once."""
    actions.look_at_promises(now=now)


@errands.does(actions.ASSIGNS)
def hand_many_over(
    payload: dict[str, Any], owner_id: int, _teller: Teller, now: dt.datetime
) -> Ended | GoesOn:
    """Hand over the next of very many, as whoever asked for it; each request is judged again."""
    return actions.assign_next(payload, actor=people.actor_for(owner_id, now), now=now)
