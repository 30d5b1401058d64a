"""The choices on which games turned are worked out by the worker, when nobody waits for them.

A page that comes before the worker works them out itself; what is kept says of which results it is true, so a round
that is played again is never told by what went before.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from lms.core import outbox
from lms.core.db import upsert
from lms.core.errors import RuleViolation
from lms.core.outbox import Effect
from lms.simulations import queries
from lms.simulations.engines.data import canonical
from lms.simulations.models import Turned
from lms.simulations.queries import turned
from lms.simulations.rules import Json
from lms.simulations.rules.debrief import Teller

TURN = "simulations.turning"
AT_ONCE = 20
"""Runs of which the worker finds out in one go that something is missing."""


@dataclass
class Turning:
    """One team's game: read, then worked out while nothing of the database is held, then kept."""

    world_id: int
    team_id: int
    key: str
    stamp: str
    teller: Teller
    points: list[Json] = field(default_factory=list)

    def send(self) -> None:
        """Play it again with other choices."""
        self.points = self.teller.turned_written(self.key)

    def note(self, now: dt.datetime) -> None:
        """Keep what was found."""
        values = {
            "world_id": self.world_id,
            "team_id": self.team_id,
            "stamp": self.stamp,
            "points": canonical(self.points).decode(),
            "at": now,
        }
        upsert(Turned.__table__, [values], keys=("world_id", "team_id"))


def queue_turning(run_id: int, *, now: dt.datetime, again: str = "") -> int:
    """Ask the worker for what is missing of a run; returns for how many teams. `again` asks anew for what failed."""
    stamps = turned.stamps_of(run_id)
    kept = turned.kept_stamps(stamps)
    missing = [
        (world_id, team_id)
        for world_id, team_id in turned.teams_told(run_id)
        if world_id in stamps and kept.get((world_id, team_id)) != stamps[world_id]
    ]
    outbox.enqueue_all(
        [
            Effect(
                kind=TURN,
                dedupe_key=f"{TURN}:{world_id}:{team_id}:{stamps[world_id][:16]}:{again}",
                payload={"world": world_id, "team": team_id},
            )
            for world_id, team_id in missing
        ],
        now=now,
    )
    return len(missing)


def queue_missing(*, now: dt.datetime) -> int:
    """Ask for what is missing of runs that are in their debrief or over, once a day for what cannot be worked out."""
    return sum(
        queue_turning(run_id, now=now, again=f"{now:%Y%m%d}") for run_id in turned.runs_untold(AT_ONCE)
    )


def turning(world_id: int, team_id: int) -> Turning | None:
    """A team's game, read; None where there is nothing to do (any more), or no engine to do it with."""
    run = turned.run_of_world(world_id)
    world = next(one for one in queries.worlds_told(run.id) if one.id == world_id)
    team = next(one for one in world.teams if one.id == team_id)
    played = queries.played_in(world_id, published=True)
    stamp = turned.stamp_of(run.fingerprint, played.digests)
    if not played.past or turned.kept_stamps([world_id]).get((world_id, team_id)) == stamp:
        return None
    try:
        teller = queries.teller(run, world, played)
    except RuleViolation:
        return None
    return Turning(world_id, team_id, team.key, stamp, teller)
