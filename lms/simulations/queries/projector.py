"""What may be shown to a room: who has submitted, and what is public of rounds whose results were published.

Nothing else is read: no draft, no state, no part of a report that one team or only the debrief may see goes any further
than this module.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.db import db
from lms.simulations.models import Round, RunTeam, Sheet, World, WorldResult, WorldTeam
from lms.simulations.rules import Json, RoundKind


@dataclass(frozen=True, slots=True)
class RoomTeam:
    """A team as a room sees it."""

    key: str
    name: str
    world: int
    people: bool
    submitted: bool


@dataclass(frozen=True, slots=True)
class RoomResult:
    """A published round of a world: scores, and what everybody reads of it."""

    number: int
    scores: Mapping[str, float]
    event: Json | None
    public: Json | None
    """Only of the latest."""


def room_teams(run_id: int, kind: RoundKind, round_id: int) -> list[RoomTeam]:
    """The teams of a run that play, by world and name, and whether they have submitted. One statement."""
    rows = db.session.execute(
        sa.select(RunTeam.key, RunTeam.name, World.number, RunTeam.team_id, Sheet.submission)
        .join(WorldTeam, WorldTeam.team_id == RunTeam.id)
        .join(World, World.id == WorldTeam.world_id)
        .outerjoin(Sheet, sa.and_(Sheet.team_id == RunTeam.id, Sheet.round_id == round_id))
        .where(RunTeam.run_id == run_id, World.kind == kind, RunTeam.ended_at.is_(None))
        .order_by(World.number, RunTeam.name, RunTeam.key)
    )
    return [RoomTeam(key, name, world, team is not None, bool(sent)) for key, name, world, team, sent in rows]


def room_results(run_id: int, kind: RoundKind, world: int) -> list[RoomResult]:
    """The published rounds of one world, in order. One statement."""
    rows = db.session.execute(
        sa.select(Round.number, WorldResult.scores, WorldResult.event, WorldResult.report)
        .join(Round, Round.id == WorldResult.round_id)
        .join(World, World.id == WorldResult.world_id)
        .where(
            World.run_id == run_id,
            World.kind == kind,
            World.number == world,
            WorldResult.superseded_at.is_(None),
            Round.published_at.is_not(None),
        )
        .order_by(Round.number)
    ).all()
    latest = rows[-1].number if rows else None
    return [
        RoomResult(
            number,
            scores,
            json.loads(event),
            json.loads(report).get("public") if number == latest else None,
        )
        for number, scores, event, report in rows
    ]
