"""The choices on which games turned, worked out beforehand: what is kept of a world, and what is missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.core.db import db
from lms.simulations.models import Round, Run, RunTeam, Turned, World, WorldResult, WorldTeam
from lms.simulations.queries.debriefing import Played
from lms.simulations.queries.runs import RUN, RunView
from lms.simulations.rules import Phase, RoundKind
from lms.simulations.rules.debrief import Teller

OVER = (Phase.DEBRIEF, Phase.ENDED)


def stamp_of(fingerprint: str, digests: Sequence[str]) -> str:
    """By what is worked out of a world is known to be true of it still."""
    return hashlib.sha256(":".join((fingerprint, *digests)).encode()).hexdigest()


def recall(teller: Teller, world_id: int, fingerprint: str, played: Played) -> None:
    """Let a teller know what was worked out of a world's results beforehand. One statement."""
    rows = db.session.execute(
        sa.select(RunTeam.key, Turned.points)
        .join(RunTeam, RunTeam.id == Turned.team_id)
        .where(Turned.world_id == world_id, Turned.stamp == stamp_of(fingerprint, played.digests))
    )
    for key, points in rows:
        teller.recall(key, json.loads(points))


def run_of_world(world_id: int) -> RunView:
    """The run that a world belongs to."""
    run = sa.select(World.run_id).where(World.id == world_id).scalar_subquery()
    row = db.session.execute(sa.select(*RUN).where(Run.id == run)).one()
    cohort_id = db.session.scalars(sa.select(Run.cohort_id).where(Run.id == row.id)).one()
    return RunView(*row, cohort=cohorts.by_id(cohort_id))


def stamps_of(run_id: int) -> dict[int, str]:
    """The stamps of a run's worlds as their published results are now. One statement."""
    rows = db.session.execute(
        sa.select(World.id, Run.fingerprint, WorldResult.digest)
        .join(Run, Run.id == World.run_id)
        .join(WorldResult, WorldResult.world_id == World.id)
        .join(Round, Round.id == WorldResult.round_id)
        .where(
            World.run_id == run_id,
            World.kind == RoundKind.ROUND,
            WorldResult.superseded_at.is_(None),
            Round.published_at.is_not(None),
        )
        .order_by(World.id, Round.number)
    ).all()
    digests: dict[int, list[str]] = {}
    for world_id, _, digest in rows:
        digests.setdefault(world_id, []).append(digest)
    return {world_id: stamp_of(rows[0].fingerprint, found) for world_id, found in digests.items()}


def teams_told(run_id: int) -> list[tuple[int, int]]:
    """(world, team) of all teams of people in a run's competition: of bots no debrief tells. One statement."""
    rows = db.session.execute(
        sa.select(World.id, RunTeam.id)
        .join(WorldTeam, WorldTeam.world_id == World.id)
        .join(RunTeam, RunTeam.id == WorldTeam.team_id)
        .where(World.run_id == run_id, World.kind == RoundKind.ROUND, RunTeam.team_id.is_not(None))
        .order_by(World.id, RunTeam.key)
    )
    return [(world_id, team_id) for world_id, team_id in rows]


def kept_stamps(world_ids: Collection[int]) -> dict[tuple[int, int], str]:
    """(world, team) → the stamp of what is kept. One statement."""
    rows = db.session.execute(
        sa.select(Turned.world_id, Turned.team_id, Turned.stamp).where(Turned.world_id.in_(world_ids))
    )
    return {(world_id, team_id): stamp for world_id, team_id, stamp in rows}


def runs_untold(limit: int) -> list[int]:
    """Runs in their debrief, or over, of which some team's turning points are not kept. One statement."""
    kept = sa.exists().where(Turned.world_id == World.id, Turned.team_id == RunTeam.id)
    return list(
        db.session.scalars(
            sa.select(World.run_id)
            .join(Run, Run.id == World.run_id)
            .join(WorldTeam, WorldTeam.world_id == World.id)
            .join(RunTeam, RunTeam.id == WorldTeam.team_id)
            .where(Run.phase.in_(OVER), World.kind == RoundKind.ROUND, RunTeam.team_id.is_not(None), ~kept)
            .distinct()
            .order_by(World.run_id)
            .limit(limit)
        )
    )


def all_published(run_id: int) -> bool:
    """Whether every round of a run's competition is shown. One statement."""
    waiting = sa.select(Round.id).where(
        Round.run_id == run_id, Round.kind == RoundKind.ROUND, Round.published_at.is_(None)
    )
    return db.session.scalar(waiting.limit(1)) is None
