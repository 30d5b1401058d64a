"""The rounds that keep whoever runs games busy these days, over many cohorts. Two statements, whatever the size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.core.db import db
from lms.scheduling.models import ItemState, ScheduledItem
from lms.simulations import rules
from lms.simulations.models import (
    Round,
    Run,
    RunMember,
    RunTeam,
    Sheet,
)
from lms.simulations.queries.console import looked_at, part_in
from lms.simulations.queries.runs import ROUND, RoundLine, round_line
from lms.simulations.rules import Phase, RoundKind, RoundState, failing

GOING_ON = (Phase.SETTING_UP, Phase.PRACTICE, Phase.COMPETITION)
AT_HAND = (RoundState.OPEN, RoundState.FROZEN, RoundState.DUE)
PLAYED = (RoundState.CLOSED, RoundState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class RunningTeam:
    """A team of people that decides in the round at hand."""

    public_id: str
    name: str
    submitted: bool
    idle: bool
    """It let the round before pass."""
    failing: bool
    """It is down to one active member or none: it is put together with another, or a bot helps it out."""
    active: int


@dataclass(frozen=True, slots=True)
class Running:
    """A run that goes on, with what about it falls into these days."""

    cohort_id: int
    public_id: str
    title: str
    phase: Phase
    rounds: tuple[RoundLine, ...]
    """That open or close within the time asked for, are over and not played, or played and not shown."""
    at_hand: int | None
    """Id of the round that takes decisions, stands still or waits to be played."""
    teams: tuple[RunningTeam, ...]
    """By name; none while no round is at hand."""
    debrief_at: dt.datetime | None
    """All results are out: when its debrief was planned, else since when it could begin; empty while there is more."""


def running(cohort_ids: Collection[int], now: dt.datetime, until: dt.datetime) -> list[Running]:
    """The runs of cohorts that are not over and have something before `until`, by title."""
    rows = db.session.execute(
        sa.select(
            *ROUND,
            Run.id.label("run_id"),
            Run.cohort_id,
            Run.public_id.label("run_public_id"),
            Run.title,
            Run.phase,
            _debrief().label("debrief_at"),
            sa.func.coalesce(ScheduledItem.state == ItemState.CANCELLED, sa.false()).label("cancelled"),
        )
        .join(Run, Run.id == Round.run_id)
        .outerjoin(
            ScheduledItem,
            sa.and_(ScheduledItem.cohort_id == Run.cohort_id, ScheduledItem.key == Round.item_key),
        )
        .where(Run.cohort_id.in_(list(cohort_ids)), Run.phase.in_(GOING_ON))
        .order_by(Run.title, Run.id, Round.kind, Round.number)
    ).all()
    runs: dict[int, list[Any]] = {}
    for row in rows:
        if not (row.cancelled and row.closed_at is None):
            runs.setdefault(row.run_id, []).append(row)
    lines = {run_id: _playing(found, now) for run_id, found in runs.items()}
    teams = _teams(lines)
    found = [
        _running(runs[run_id][0], lines[run_id], teams.get(run_id, ()), runs[run_id], until)
        for run_id in runs
    ]
    return [one for one in found if one.rounds or (one.debrief_at and one.debrief_at < until)]


def _debrief() -> sa.ScalarSelect[Any]:
    """Part of a statement: when the schedule has the debrief of a run."""
    item = aliased(ScheduledItem)
    keys = {one.engine: f"{one.prefix}-debrief" for one in rules.games()}
    return (
        sa.select(item.starts_at)
        .where(
            item.cohort_id == Run.cohort_id,
            item.key == sa.case(keys, value=Run.engine, else_=""),
            item.state == ItemState.PLANNED,
        )
        .correlate(Run)
        .scalar_subquery()
    )


def _playing(rows: Sequence[Any], now: dt.datetime) -> list[RoundLine]:
    """The rounds that the run is about now; once practice is over, its rounds to come are those that count."""
    every = [round_line(row, now) for row in rows]
    if rows[0].phase is Phase.COMPETITION:
        return [one for one in every if not one.practice]
    practice = [one for one in every if one.practice]
    return practice if any(one.state not in PLAYED for one in practice) else every


def _at_hand(lines: Iterable[RoundLine]) -> RoundLine | None:
    return next((one for one in lines if one.state in AT_HAND), None)


def _running(
    row: Any,
    lines: Sequence[RoundLine],
    teams: Sequence[RunningTeam],
    rows: Sequence[Any],
    until: dt.datetime,
) -> Running:
    at_hand = _at_hand(lines)
    counted = [one for one in rows if one.kind is RoundKind.ROUND]
    over = row.phase is Phase.COMPETITION and counted and all(one.published_at for one in counted)
    return Running(
        cohort_id=row.cohort_id,
        public_id=row.run_public_id,
        title=row.title,
        phase=row.phase,
        rounds=tuple(
            one
            for one in lines
            if one.state is not RoundState.PUBLISHED
            and (one.state is not RoundState.PLANNED or one.opens_at < until)
        ),
        at_hand=at_hand.id if at_hand else None,
        teams=tuple(teams) if at_hand else (),
        debrief_at=(row.debrief_at or max(one.published_at for one in counted)) if over else None,
    )


def _teams(runs: dict[int, list[RoundLine]]) -> dict[int, list[RunningTeam]]:
    """The teams of people of runs with a round at hand."""
    here: set[int] = set()
    last: set[int] = set()
    recent: set[int] = set()
    played: dict[int, int] = {}
    for run_id, lines in runs.items():
        at_hand = _at_hand(lines)
        if at_hand is None:
            continue
        before = [one for one in lines if one.state in PLAYED and one.kind is at_hand.kind]
        played[run_id] = len(before)
        here.add(at_hand.id)
        last.update(one.id for one in before[-1:])
        recent.update((at_hand.id, *(one.id for one in before[-2:])))
    if not played:
        return {}
    now, past = aliased(Sheet), aliased(Sheet)
    did, looked = part_in(recent), looked_at(recent)
    members = (
        sa.select(sa.func.count())
        .select_from(RunMember)
        .where(RunMember.team_id == RunTeam.id, RunMember.left_at.is_(None))
    )
    rows = db.session.execute(
        sa.select(
            RunTeam.run_id,
            RunTeam.public_id,
            RunTeam.name,
            RunTeam.strategy,
            now.submission,
            past.idle,
            members.correlate(RunTeam).scalar_subquery().label("members"),
            members.where(sa.or_(did, looked)).correlate(RunTeam).scalar_subquery().label("active"),
        )
        .outerjoin(now, sa.and_(now.team_id == RunTeam.id, now.round_id.in_(here)))
        .outerjoin(past, sa.and_(past.team_id == RunTeam.id, past.round_id.in_(last)))
        .where(RunTeam.run_id.in_(played), RunTeam.team_id.is_not(None), RunTeam.ended_at.is_(None))
        .order_by(RunTeam.run_id, RunTeam.name)
    )
    found: dict[int, list[RunningTeam]] = {}
    for row in rows:
        found.setdefault(row.run_id, []).append(
            RunningTeam(
                row.public_id,
                row.name,
                bool(row.submission),
                bool(row.idle),
                failing(
                    members=row.members, active=row.active, played=played[row.run_id], bot=bool(row.strategy)
                ),
                row.active,
            )
        )
    return found
