"""Rounds close by the server's clock: every world is played once, whoever else tries, and results are shown later.

A world is played in one transaction: its result, and what became of each sheet, are there together or not at all. A
worker that is killed in the middle leaves nothing behind, and the row that asked for it is taken over. Two workers meet
at the lock of the world, and the second finds that there is nothing left to do.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from lms.core import events, outbox
from lms.core.db import db, insert_ignoring, locked, server_now
from lms.core.errors import NotFound, RuleViolation
from lms.core.outbox import Effect
from lms.people.rules import Actor
from lms.simulations import queries
from lms.simulations.actions.held import round_held, run_held, write_down
from lms.simulations.engines.data import canonical
from lms.simulations.events import ResultsPublished, RoundPlayed, TeamsIdle
from lms.simulations.models import Round, Run, RunTeam, Sheet, SheetEntry, World, WorldResult
from lms.simulations.queries import Ground, WorldLine
from lms.simulations.rules import (
    Entry,
    Json,
    Phase,
    RoundKind,
    RoundState,
    RunRefusal,
    drawn,
    round_state,
)

PLAYING = {RoundKind.PRACTICE: Phase.PRACTICE, RoundKind.ROUND: Phase.COMPETITION}
PLAY = "simulations.play"


def close_due(*, now: dt.datetime) -> int:
    """Ask for every world of every round whose time is over; returns how many were asked for.

    The database's clock decides, so a machine whose clock runs ahead closes nothing early. A round waits for the one
    before it, which may have been extended, frozen or opened again.
    """
    instant = server_now(now)
    rows = db.session.scalars(
        sa.select(Round)
        .join(Run, Run.id == Round.run_id)
        .where(
            Round.closed_at.is_(None),
            Round.frozen_at.is_(None),
            Round.closes_at <= instant,
            sa.or_(*(sa.and_(Round.kind == kind, Run.phase == phase) for kind, phase in PLAYING.items())),
            ~queries.waits_for_earlier(),
        )
        .order_by(Round.run_id, Round.number)
    ).all()
    return sum(queue_play(round_, now=now) for round_ in rows)


def queue_play(round_: Round, *, now: dt.datetime) -> int:
    """Ask the worker to play every world of a round that has no result of the present attempt yet."""
    played = sa.select(WorldResult.world_id).where(
        WorldResult.round_id == round_.id, WorldResult.attempt == round_.attempt
    )
    worlds = db.session.scalars(
        sa.select(World.id).where(
            World.run_id == round_.run_id, World.kind == round_.kind, World.id.not_in(played)
        )
    ).all()
    # With the close: a round that was asked for and then extended is asked for again.
    key = f"{round_.id}:{round_.attempt}:{round_.closes_at:%Y%m%d%H%M%S%f}"
    keys = {world_id: f"{PLAY}:{world_id}:{key}" for world_id in worlds}
    # Asked for, and found that there was nothing to do yet: ask anew.
    over = outbox.done(keys.values())
    outbox.enqueue_all(
        [
            Effect(
                kind=PLAY,
                dedupe_key=f"{key}:{now:%Y%m%d%H%M%S}" if key in over else key,
                payload={"world": world_id, "round": round_.id, "attempt": round_.attempt},
            )
            for world_id, key in keys.items()
        ],
        now=now,
    )
    return len(worlds)


def ask_again(run_id: int, round_id: int, *, actor: Actor, now: dt.datetime) -> int:
    """Ask anew for the worlds of a round that is due and was not played: what was given up gets another try."""
    run = run_held(run_id)
    round_ = round_held(run.id, round_id)
    if round_state(queries.times_of(round_), server_now(now)) is not RoundState.DUE:
        raise RuleViolation(RunRefusal.NOT_DUE)
    for row_id in queries.given_up(round_.id, round_.attempt):
        outbox.retry(row_id, actor_id=actor.person_id, now=now)
    found = queue_play(round_, now=now)
    write_down(run, "ask_again", actor, after={"round": round_.number, "kind": round_.kind.value})
    return found


def play_world(world_id: int, round_id: int, attempt: int, *, now: dt.datetime) -> bool:
    """Play a round of a world from the sheets that were submitted; False where there is nothing to do (any more)."""
    world: World | None = locked(World, world_id)
    round_ = db.session.get(Round, round_id, populate_existing=True)
    if world is None or round_ is None or round_.run_id != world.run_id:
        raise NotFound
    due = round_state(queries.times_of(round_), server_now(now)) is RoundState.DUE
    if round_.attempt != attempt or not due or queries.earlier_open(round_) is not None:
        return False
    known = db.session.scalar(
        sa.select(WorldResult.id).where(
            WorldResult.world_id == world.id,
            WorldResult.round_id == round_.id,
            WorldResult.attempt == attempt,
        )
    )
    if known is not None:
        return False
    run = db.session.get_one(Run, world.run_id)
    line = next(one for one in queries.worlds_of(run.id, world.kind) if one.id == world.id)
    ground = queries.ground(run, world.id, round_.number)
    sheets = _sheets(round_, line)
    decided, how = _decided(ground, line, sheets)
    turn = ground.game.turn(ground.parameters, ground.state, decided, event_of(round_.event))
    report = canonical(turn.report)
    db.session.add(
        WorldResult(
            world_id=world.id,
            round_id=round_.id,
            attempt=attempt,
            engine_version=run.engine_version,
            fingerprint=run.fingerprint,
            event=canonical(turn.event).decode(),
            decisions=canonical(decided).decode(),
            state=canonical(turn.state).decode(),
            report=report.decode(),
            digest=hashlib.sha256(report).hexdigest(),
            scores=dict(turn.scores),
            played_at=now,
        )
    )
    _note_sheets(sheets, decided, how, turn.idle, now)
    db.session.flush()
    _finish(run, round_.id, now)
    return True


def event_of(written: Mapping[str, Any]) -> Json | str | None:
    """What a round's `event` asks the engine for."""
    if written.get("drawn"):
        return drawn
    found: Json | str | None = written.get("key") or written.get("event")
    return found


def publish_due(*, now: dt.datetime) -> int:
    """Show the results of every round whose time for that has come; returns of how many rounds."""
    rows = db.session.execute(
        sa.select(Round.run_id, Round.id)
        .where(
            Round.closed_at.is_not(None), Round.published_at.is_(None), Round.results_at <= server_now(now)
        )
        .order_by(Round.run_id, Round.number)
    ).all()
    for run_id, round_id in rows:
        publish(run_id, round_id, now=now)
    return len(rows)


def publish_now(run_id: int, round_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Show the results of a played round before their time. Raises RuleViolation where there are none to show."""
    run_held(run_id)
    round_ = round_held(run_id, round_id)
    if round_.closed_at is None:
        raise RuleViolation(RunRefusal.NOT_CLOSED)
    if round_.published_at is not None:
        raise RuleViolation(RunRefusal.ALREADY_OUT)
    publish(run_id, round_id, actor=actor, now=now)


def publish(run_id: int, round_id: int, *, actor: Actor | None = None, now: dt.datetime) -> None:
    """Show the results of a round that was played; showing them twice changes nothing."""
    round_ = round_held(run_id, round_id)
    if round_.published_at is not None or round_.closed_at is None:
        return
    run = db.session.get_one(Run, run_id)
    round_.published_at = now
    idle = set(
        db.session.scalars(sa.select(Sheet.team_id).where(Sheet.round_id == round_.id, Sheet.idle.is_(True)))
    )
    people = {team.id for team in queries.teams_of(run_id) if team.team_id is not None}
    write_down(run, "publish_results", actor, after={"round": round_.number, "kind": round_.kind.value})
    events.record(
        ResultsPublished(
            cohort_id=run.cohort_id,
            run_id=run.id,
            round_id=round_.id,
            activity_id=round_.activity_id,
            place_ids=queries.member_places(run_id, people),
            decided=queries.member_places(run_id, people - idle),
            again=round_.attempt > 1,
            at=now,
        )
    )


def _sheets(round_: Round, line: WorldLine) -> dict[str, Sheet]:
    """The sheets of a world's teams under lock, by key; whoever has none gets an empty one."""
    new = [
        {
            "round_id": round_.id,
            "team_id": team_id,
            "draft": {},
            "rationale": "",
            "version": 0,
            "submitted": {},
            "submitted_rationale": "",
            "submission": 0,
            "submitted_version": 0,
        }
        for team_id in line.team_ids.values()
    ]
    insert_ignoring(Sheet.__table__, new)
    rows = db.session.scalars(
        sa.select(Sheet)
        .where(Sheet.round_id == round_.id, Sheet.team_id.in_(line.team_ids.values()))
        .order_by(Sheet.team_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    keys = {team_id: key for key, team_id in line.team_ids.items()}
    return {keys[sheet.team_id]: sheet for sheet in rows}


def _decided(
    ground: Ground, line: WorldLine, sheets: Mapping[str, Sheet]
) -> tuple[dict[str, Json | None], dict[str, Entry]]:
    """What goes into the round for every team, and how that came about."""
    teams = {
        team.key: team
        for team in db.session.scalars(sa.select(RunTeam).where(RunTeam.id.in_(line.team_ids.values())))
    }
    decided: dict[str, Json | None] = {}
    how: dict[str, Entry] = {}
    for key, sheet in sorted(sheets.items()):
        playable = sheet.submission and not ground.game.problems(
            ground.parameters, ground.state, key, sheet.submitted
        )
        if playable:
            decided[key], how[key] = sheet.submitted, Entry.PLAYED
        elif teams[key].strategy:
            decided[key] = ground.game.bot(
                ground.parameters, ground.state, ground.past, key, teams[key].strategy
            )
            how[key] = Entry.BOT
        else:
            decided[key], how[key] = None, Entry.CARRIED
    return decided, how


def _note_sheets(
    sheets: Mapping[str, Sheet],
    decided: Mapping[str, Json | None],
    how: Mapping[str, Entry],
    idle: frozenset[str],
    now: dt.datetime,
) -> None:
    for key, sheet in sheets.items():
        sheet.idle = key in idle
        db.session.add(
            SheetEntry(
                sheet_id=sheet.id,
                at=now,
                place_id=None,
                kind=how[key],
                changed={"sheet": decided[key]} if decided[key] is not None else {},
            )
        )


def _finish(run: Run, round_id: int, now: dt.datetime) -> None:
    """Close the round when the last of its worlds was played. Its lock lets two workers finish one after the other."""
    round_ = round_held(run.id, round_id)
    worlds = db.session.scalars(
        sa.select(World.id).where(World.run_id == run.id, World.kind == round_.kind)
    ).all()
    played = set(
        db.session.scalars(
            sa.select(WorldResult.world_id).where(
                WorldResult.round_id == round_.id, WorldResult.attempt == round_.attempt
            )
        )
    )
    if round_.closed_at is not None or set(worlds) - played:
        return
    round_.closed_at = now
    write_down(run, "close_round", None, after={"round": round_.number, "kind": round_.kind.value})
    events.record(RoundPlayed(cohort_id=run.cohort_id, run_id=run.id, round_id=round_.id, at=now))
    idle = list(
        db.session.scalars(
            sa.select(Sheet.team_id)
            .join(RunTeam, RunTeam.id == Sheet.team_id)
            .where(Sheet.round_id == round_.id, Sheet.idle.is_(True), RunTeam.team_id.is_not(None))
        )
    )
    if idle:
        events.record(
            TeamsIdle(
                cohort_id=run.cohort_id,
                run_id=run.id,
                round_id=round_.id,
                team_ids=tuple(idle),
                place_ids=queries.member_places(run.id, idle),
                at=now,
            )
        )
