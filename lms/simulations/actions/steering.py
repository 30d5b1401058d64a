"""Whoever runs the game steers it: time, shocks, ranking, bots, replays; with a reason, and in the audit log."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from lms.core import events
from lms.core.db import db, server_now
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.people.rules import Actor
from lms.simulations import queries
from lms.simulations.actions.closing import PLAYING, queue_play
from lms.simulations.actions.dates import cancelled, put_off, set_close
from lms.simulations.actions.held import round_held, run_held, write_down
from lms.simulations.actions.setting_up import LIVING
from lms.simulations.events import RoundChanged, RoundOpened
from lms.simulations.models import Round, Run, RunTeam, Sheet, World, WorldResult
from lms.simulations.rules import Phase, Ranking, RoundState, RunRefusal, round_state

PLAYED_IN = (Phase.PRACTICE, Phase.COMPETITION)


def extend(
    run_id: int, round_id: int, closes_at: dt.datetime, reason: str, *, actor: Actor, now: dt.datetime
) -> None:
    """Give all teams of a run more time for a round that has not been played. Raises RuleViolation otherwise."""
    run, round_ = _round(run_id, round_id, reason)
    if round_.closed_at is not None:
        raise RuleViolation(RunRefusal.NOT_OPEN)
    if closes_at <= max(server_now(now), round_.closes_at):
        raise RuleViolation(RunRefusal.NOT_LATER, ends=round_.closes_at)
    before = round_.closes_at
    put_off(run, round_, closes_at, reason, actor=actor, now=now)
    write_down(
        run,
        "extend_round",
        actor,
        before=_when(round_, before),
        after=_when(round_, closes_at),
        reason=reason,
    )
    _changed(run, round_, "extended", reason, now)


def extend_all(
    cohort_id: int, by: dt.timedelta, reason: str, *, actor: Actor, now: dt.datetime
) -> list[tuple[str, int]]:
    """Give every round of a cohort's runs that is open now more time; returns titles of runs with rounds' numbers.

    Raises RuleViolation where no round is open, or one of them cannot have it: then none of them moves.
    """
    rows = db.session.execute(
        sa.select(Round, Run.title)
        .join(Run, Run.id == Round.run_id)
        .where(Run.cohort_id == cohort_id, Run.phase.in_(PLAYED_IN), Round.closed_at.is_(None))
        .order_by(Round.id)
    ).all()
    found = []
    for round_, title in rows:
        if round_state(queries.times_of(round_), server_now(now)) is RoundState.OPEN:
            extend(round_.run_id, round_.id, round_.closes_at + by, reason, actor=actor, now=now)
            found.append((title, round_.number))
    if not found:
        raise RuleViolation(RunRefusal.NONE_OPEN)
    return found


def freeze(run_id: int, round_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Stop the clock of an open round: nobody can write, and it does not close."""
    run, round_ = _round(run_id, round_id, reason)
    instant = server_now(now)
    if round_state(queries.times_of(round_), instant) is not RoundState.OPEN:
        raise RuleViolation(RunRefusal.NOT_OPEN)
    round_.frozen_at = instant
    run.version += 1
    write_down(
        run, "freeze_round", actor, after={"round": round_.number, "kind": round_.kind.value}, reason=reason
    )
    _changed(run, round_, "frozen", reason, now)


def resume(run_id: int, round_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Let a frozen round go on; its close moves by as long as it was frozen."""
    run, round_ = _round(run_id, round_id, reason)
    if round_.frozen_at is None or round_.closed_at is not None:
        raise RuleViolation(RunRefusal.NOT_OPEN)
    if cancelled(run, round_):
        raise RuleViolation(RunRefusal.CANCELLED)
    stood = server_now(now) - round_.frozen_at
    round_.frozen_at = None
    put_off(run, round_, round_.closes_at + stood, reason, actor=actor, now=now)
    write_down(run, "resume_round", actor, after=_when(round_, round_.closes_at), reason=reason)
    _changed(run, round_, "resumed", reason, now)


def close_now(run_id: int, round_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Close an open round before its time: what is submitted by now is played."""
    run, round_ = _round(run_id, round_id, reason)
    instant = server_now(now)
    state = round_state(queries.times_of(round_), instant)
    if state not in (RoundState.OPEN, RoundState.FROZEN) or PLAYING[round_.kind] is not run.phase:
        raise RuleViolation(RunRefusal.NOT_OPEN)
    if (number := queries.earlier_open(round_)) is not None:
        raise RuleViolation(RunRefusal.EARLIER_OPEN, number=number)
    before = round_.closes_at
    round_.frozen_at = None
    set_close(run, round_, instant)
    write_down(
        run,
        "close_round_now",
        actor,
        before=_when(round_, before),
        after=_when(round_, instant),
        reason=reason,
    )
    queue_play(round_, now=now)


def reopen(
    run_id: int, round_id: int, closes_at: dt.datetime, reason: str, *, actor: Actor, now: dt.datetime
) -> None:
    """Open the latest played round again: its results are superseded, its teams decide anew until `closes_at`."""
    run, round_ = _round(run_id, round_id, reason)
    if closes_at <= server_now(now):
        raise RuleViolation(RunRefusal.NOT_LATER, ends=round_.closes_at)
    before = _undo_play(run, round_, now)
    set_close(run, round_, closes_at)
    write_down(run, "reopen_round", actor, before=before, after=_when(round_, closes_at), reason=reason)
    events.record(
        RoundOpened(
            cohort_id=run.cohort_id,
            run_id=run.id,
            round_id=round_.id,
            place_ids=queries.member_places(run.id),
            closes_at=closes_at,
            again=True,
            reason=reason,
            at=now,
        )
    )


def play_again(
    run_id: int,
    round_id: int,
    reason: str,
    *,
    event: dict[str, Any] | None = None,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Play the latest round again from the same sheets: with another event, or after a bot was set in."""
    run, round_ = _round(run_id, round_id, reason)
    before = _undo_play(run, round_, now)
    run.version += 1
    if event is not None:
        _happens(run, round_, event)
    write_down(
        run,
        "play_round_again",
        actor,
        before=before,
        after={
            "round": round_.number,
            "kind": round_.kind.value,
            "attempt": round_.attempt,
            **_said(event),
        },
        reason=reason,
    )
    queue_play(round_, now=now)


def set_event(run_id: int, round_id: int, event: dict[str, Any], reason: str, *, actor: Actor) -> None:
    """Say what happens in a round: drawn, nothing, or an event of the deck; all teams are told when it happens."""
    run, round_ = _round(run_id, round_id, reason)
    if round_.closed_at is not None:
        raise RuleViolation(RunRefusal.NOT_OPEN)
    before = dict(round_.event)
    _happens(run, round_, event)
    run.version += 1
    after = {"round": round_.number, "kind": round_.kind.value, **_said(event)}
    write_down(run, "set_event", actor, before=before, after=after, reason=reason)


def set_ranking(run_id: int, ranking: Ranking, *, actor: Actor) -> None:
    """Choose what teams see of how the others stand."""
    run = run_held(run_id, *LIVING)
    before, run.ranking = run.ranking, ranking
    run.version += 1
    write_down(run, "set_ranking", actor, before={"ranking": before.value}, after={"ranking": ranking.value})


def set_strategy(
    run_id: int, team_id: int, strategy: str, reason: str, *, actor: Actor, now: dt.datetime
) -> None:
    """Let a bot decide for a team whenever it submits nothing, or take it away again ("" for none)."""
    run = run_held(run_id, *LIVING)
    team = team_held(run, team_id)
    if not reason.strip():
        raise RuleViolation(RunRefusal.REASON)
    if strategy and strategy not in queries.game_of(run).strategies():
        raise NotFound
    if not strategy and team.team_id is None:
        raise RuleViolation(RunRefusal.WRONG_PHASE, phase=run.phase.value)
    before, team.strategy = team.strategy, strategy
    team.assisted_at = now if strategy and team.team_id is not None else None
    run.version += 1
    write_down(
        run,
        "set_strategy",
        actor,
        before={"team": team.key, "strategy": before},
        after={
            "team": team.key,
            "strategy": strategy,
            "score": "of the team as it stands, with what the bot decides where it submits nothing",
        },
        reason=reason,
    )


def unchanged(run_id: int, version: int) -> None:
    """Hold a run. Raises Conflict where somebody changed it since the actor saw that version of it."""
    run = run_held(run_id)
    if run.version != version:
        raise Conflict(RunRefusal.MOVED, run.version)


def team_held(run: Run, team_id: int) -> RunTeam:
    """A team of a run that still plays. Raises RuleViolation where it does not."""
    team = db.session.get(RunTeam, team_id, populate_existing=True)
    if team is None or team.run_id != run.id:
        raise NotFound
    if team.ended_at is not None:
        raise RuleViolation(RunRefusal.ENDED_TEAM, name=team.name)
    return team


def _round(run_id: int, round_id: int, reason: str) -> tuple[Run, Round]:
    """Run and round under lock, after the worlds: whoever plays one holds it, and takes the round last."""
    run = run_held(run_id, *PLAYED_IN)
    if not reason.strip():
        raise RuleViolation(RunRefusal.REASON)
    db.session.execute(
        sa.select(World.id).where(World.run_id == run.id).order_by(World.id).with_for_update()
    ).all()
    round_ = round_held(run_id, round_id)
    if round_.closed_at is None and _begun(round_):
        raise RuleViolation(RunRefusal.BEING_PLAYED)
    return run, round_


def _begun(round_: Round) -> bool:
    """Whether a world of the present attempt was played: what it was played with must not move any more."""
    played = sa.select(WorldResult.id).where(
        WorldResult.round_id == round_.id, WorldResult.attempt == round_.attempt
    )
    return db.session.scalar(played.limit(1)) is not None


def _undo_play(run: Run, round_: Round, now: dt.datetime) -> dict[str, Any]:
    """Supersede what was played of the latest round; its sheets can be written and played again."""
    if round_.closed_at is None:
        raise RuleViolation(RunRefusal.NOT_CLOSED)
    later = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Round)
        .where(Round.run_id == run.id, Round.kind == round_.kind, Round.number > round_.number)
        .where(Round.closed_at.is_not(None))
    )
    if later or PLAYING[round_.kind] is not run.phase:
        raise RuleViolation(RunRefusal.NOT_THE_LAST)
    before = {
        "round": round_.number,
        "attempt": round_.attempt,
        "published": round_.published_at is not None,
    }
    db.session.execute(
        sa.update(WorldResult)
        .where(WorldResult.round_id == round_.id, WorldResult.superseded_at.is_(None))
        .values(superseded_at=now)
    )
    db.session.execute(sa.update(Sheet).where(Sheet.round_id == round_.id).values(idle=None))
    round_.closed_at = round_.published_at = None
    round_.attempt += 1
    return before


def _said(event: dict[str, Any] | None) -> dict[str, Any]:
    """An event for the audit log, where an empty one says that nothing happens."""
    return {"nothing": True} if event == {} else event or {}


def _happens(run: Run, round_: Round, event: dict[str, Any]) -> None:
    key = event.get("key")
    if key is not None:
        _known_event(run, round_, str(key))
    round_.event = event


def _known_event(run: Run, round_: Round, key: str) -> None:
    """Raise where an event is not in the deck, or has happened in some world."""
    game, parameters = queries.game_of(run), queries.parameters_of(run)
    for world in queries.worlds_of(run.id, round_.kind):
        state = queries.state_of(world.id, round_.number)
        if key not in {known for known, _ in game.events(parameters, state)}:
            raise RuleViolation(RunRefusal.NO_EVENT)


def _changed(run: Run, round_: Round, what: str, reason: str, now: dt.datetime) -> None:
    events.record(
        RoundChanged(
            cohort_id=run.cohort_id,
            run_id=run.id,
            round_id=round_.id,
            place_ids=queries.member_places(run.id),
            what=what,
            closes_at=round_.closes_at,
            reason=reason,
            at=now,
        )
    )


def _when(round_: Round, instant: dt.datetime) -> dict[str, Any]:
    return {"round": round_.number, "kind": round_.kind.value, "closes_at": instant.isoformat()}
