"""What every act on a run stands on: its engine with parameters, its worlds with their present state, who plays."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.outbox import OutboxRow, OutboxState
from lms.scheduling.models import ItemState, ScheduledItem
from lms.simulations import rules
from lms.simulations.models import Round, Run, RunMember, RunTeam, World, WorldResult, WorldTeam
from lms.simulations.rules import Game, Json, Kept, NoSuchGame, Past, RoundKind, RunRefusal, Times


@dataclass(frozen=True)
class Ground:
    """A world as the next round of it finds it."""

    game: Game
    parameters: Json
    world_id: int
    state: Json
    past: tuple[Past, ...]
    """The rounds behind it, in order."""


@dataclass(frozen=True, slots=True)
class WorldLine:
    """A world with its teams, by key."""

    id: int
    public_id: str
    kind: RoundKind
    number: int
    seed: int
    team_ids: Mapping[str, int]


def run_row(run_id: int) -> Run:
    """A run with its parameters."""
    return db.session.get_one(Run, run_id)


def game_of(run: Run) -> Game:
    """The engine that a run is pinned to. Raises RuleViolation where this installation has another version of it."""
    try:
        return rules.game(run.engine, run.engine_version)
    except NoSuchGame:
        raise RuleViolation(RunRefusal.NOT_PINNED, version=run.engine_version) from None


def parameters_of(run: Run) -> Json:
    """The parameters of a run, as they were when it was made; nobody changes them."""
    return _parameters(run.parameters)


@lru_cache(maxsize=64)
def _parameters(text: str) -> Json:
    return Kept(json.loads(text))


def times_of(row: Round | Any) -> Times:
    """The instants of a round."""
    return Times(row.opens_at, row.closes_at, row.frozen_at, row.closed_at, row.published_at)


def given_up(round_id: int, attempt: int) -> list[int]:
    """The outbox rows of worlds of a round that failed too often and wait for a person."""
    rows = db.session.scalars(
        sa.select(OutboxRow.id).where(
            OutboxRow.state == OutboxState.DEAD,
            OutboxRow.kind == "simulations.play",
            OutboxRow.dedupe_key.like(f"simulations.play:%:{round_id}:{attempt}:%"),
        )
    )
    return list(rows)


def worlds_of(run_id: int, kind: RoundKind | None = None) -> list[WorldLine]:
    """The worlds of a run, in order, each with its teams. One statement."""
    rows = db.session.execute(
        sa.select(World, RunTeam.key, RunTeam.id.label("team_id"))
        .join(WorldTeam, WorldTeam.world_id == World.id)
        .join(RunTeam, RunTeam.id == WorldTeam.team_id)
        .where(World.run_id == run_id, *([World.kind == kind] if kind else []))
        .order_by(World.kind, World.number, RunTeam.key)
    )
    found: dict[int, tuple[World, dict[str, int]]] = {}
    for world, key, team_id in rows:
        found.setdefault(world.id, (world, {}))[1][key] = team_id
    return [
        WorldLine(world.id, world.public_id, world.kind, world.number, world.seed, teams)
        for world, teams in found.values()
    ]


def results_of(world_ids: Collection[int]) -> dict[int, list[WorldResult]]:
    """The results of worlds that stand, by world, in the order of their rounds. One statement."""
    found: dict[int, list[WorldResult]] = {world_id: [] for world_id in world_ids}
    rows = db.session.execute(
        sa.select(WorldResult)
        .join(Round, Round.id == WorldResult.round_id)
        .where(WorldResult.world_id.in_(world_ids), WorldResult.superseded_at.is_(None))
        .order_by(Round.number)
    )
    for (result,) in rows:
        found[result.world_id].append(result)
    return found


def past_of(world_id: int, before: int) -> tuple[Past, ...]:
    """The rounds of a world before that number, as bots and cockpits remember them."""
    rows = db.session.execute(
        sa.select(WorldResult.report, WorldResult.decisions)
        .join(Round, Round.id == WorldResult.round_id)
        .where(WorldResult.world_id == world_id, WorldResult.superseded_at.is_(None), Round.number < before)
        .order_by(Round.number)
    )
    return tuple(Past(json.loads(report), json.loads(decisions)) for report, decisions in rows)


def state_of(world_id: int, before: int) -> Json:
    """The state of a world in which the round of that number is played. Two statements at most."""
    latest = db.session.scalar(
        sa.select(WorldResult.state)
        .join(Round, Round.id == WorldResult.round_id)
        .where(WorldResult.world_id == world_id, WorldResult.superseded_at.is_(None), Round.number < before)
        .order_by(Round.number.desc())
        .limit(1)
    )
    if latest is None:
        latest = db.session.scalars(sa.select(World.start).where(World.id == world_id)).one()
    found: Json = json.loads(latest)
    return found


def ground(run: Run, world_id: int, number: int) -> Ground:
    """A world as the round of that number finds it.

    Raises RuleViolation where its engine is not there, or its parameters are not what they were.
    """
    if hashlib.sha256(run.parameters.encode()).hexdigest() != run.fingerprint:
        raise RuleViolation(RunRefusal.OTHER_PARAMETERS)
    return Ground(
        game=game_of(run),
        parameters=parameters_of(run),
        world_id=world_id,
        state=state_of(world_id, number),
        past=past_of(world_id, number),
    )


def waits_for_earlier() -> sa.Exists:
    """Part of a statement over `Round` and its `Run`: an earlier round has not been played, and is not cancelled."""
    earlier = orm.aliased(Round)
    cancelled = sa.exists().where(
        ScheduledItem.cohort_id == Run.cohort_id,
        ScheduledItem.key == earlier.item_key,
        ScheduledItem.state == ItemState.CANCELLED,
    )
    return (
        sa.exists()
        .where(
            earlier.run_id == Round.run_id,
            earlier.kind == Round.kind,
            earlier.number < Round.number,
            earlier.closed_at.is_(None),
            ~cancelled,
        )
        .correlate(Round, Run)
    )


def earlier_open(round_: Round) -> int | None:
    """The number of an earlier round that has to be played before this one; None: there is none. One statement."""
    return db.session.scalar(
        sa.select(sa.func.min(Round.number))
        .join(Run, Run.id == Round.run_id)
        .outerjoin(
            ScheduledItem,
            sa.and_(ScheduledItem.cohort_id == Run.cohort_id, ScheduledItem.key == Round.item_key),
        )
        .where(
            Round.run_id == round_.run_id,
            Round.kind == round_.kind,
            Round.number < round_.number,
            Round.closed_at.is_(None),
            sa.or_(ScheduledItem.state.is_(None), ScheduledItem.state != ItemState.CANCELLED),
        )
    )


def teams_of(run_id: int) -> list[RunTeam]:
    """The teams of a run by key, those that do not play any more included."""
    return list(db.session.scalars(sa.select(RunTeam).where(RunTeam.run_id == run_id).order_by(RunTeam.key)))


def members_of(run_id: int) -> list[RunMember]:
    """Who plays in a run now, in the order in which they joined."""
    return list(
        db.session.scalars(
            sa.select(RunMember)
            .where(RunMember.run_id == run_id, RunMember.left_at.is_(None))
            .order_by(RunMember.id)
        )
    )


def member_places(run_id: int, team_ids: Collection[int] | None = None) -> tuple[int, ...]:
    """The places of those who play now, in all teams or in some."""
    wanted = [] if team_ids is None else [RunMember.team_id.in_(team_ids)]
    return tuple(
        db.session.scalars(
            sa.select(RunMember.place_id)
            .where(RunMember.run_id == run_id, RunMember.left_at.is_(None), *wanted)
            .order_by(RunMember.place_id)
        )
    )
