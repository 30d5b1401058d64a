"""Background work of simulations: rounds that open and close, worlds that are played, results that are shown."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.core import jobs, outbox
from lms.simulations import actions


@jobs.periodic("simulations.rounds", every=1)
def rounds(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Open, remind, close and show whatever is due; running it twice changes nothing and tells nobody twice."""
    actions.open_due(now=now)
    actions.remind_due(now=now)
    actions.close_due(now=now)
    actions.publish_due(now=now)


@outbox.handles("simulations.play")
def play(payload: dict[str, Any], now: dt.datetime) -> None:
    """Play one world of one round."""
    actions.play_world(payload["world"], payload["round"], payload["attempt"], now=now)


@outbox.calls("simulations.turning")
def turning(payload: dict[str, Any], _now: dt.datetime) -> outbox.Call | None:
    """Work out on which choices a team's game turned; nothing of the database is held meanwhile."""
    return actions.turning(payload["world"], payload["team"])


@jobs.periodic("simulations.turning", every=5)
def missing(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Ask for what no debrief that has begun should wait for."""
    actions.queue_missing(now=now)
