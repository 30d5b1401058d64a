"""A run as whoever runs it sees it: every team at a glance, results, notes, and what was done to it.

Nine statements at most, whatever the size. Engines are asked by the view, once the rows are there.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from lms.core.audit import AuditEntry
from lms.core.db import db, server_now
from lms.core.remember import Remembered
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.simulations.models import (
    Presence,
    Round,
    Run,
    RunMember,
    RunNote,
    RunTeam,
    Sheet,
    SheetEntry,
    Voice,
    World,
    WorldResult,
    WorldTeam,
)
from lms.simulations.queries.ground import earlier_open
from lms.simulations.queries.runs import RoundLine
from lms.simulations.rules import PART, Json, Pen, RoundKind, RoundState, Said, Verdict

HISTORY = 40
RUNNING = (RoundState.OPEN, RoundState.FROZEN, RoundState.DUE)
_parameters: Remembered[Json] = Remembered(16)


@dataclass(frozen=True, slots=True)
class Seat:
    """A member of a team, with what they did in the round at hand."""

    place_id: int
    name: str
    lens: str
    seen_at: dt.datetime | None
    """When they looked at the sheet last."""
    said: Said | None
    reason: str
    active: bool
    """They had a part in, or looked at, one of the rounds that were asked for."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A team's sheet of a round, without what stands in it."""

    version: int
    submission: int
    submitted_version: int
    submitted_by_id: int | None
    submitted_at: dt.datetime | None
    saved_at: dt.datetime | None
    pen: Pen
    idle: bool | None


NOTHING = SheetLine(0, 0, 0, None, None, None, Pen(None, None), None)


@dataclass(frozen=True)
class TeamLine:
    """A team of a run with its people and its sheets."""

    id: int
    public_id: str
    key: str
    name: str
    people: bool
    """False: a bot from the beginning."""
    strategy: str
    assisted_at: dt.datetime | None
    merged_into_id: int | None
    ended: bool
    world_id: int | None
    world: int
    """Number of its world; 0: it plays in none yet."""
    seats: tuple[Seat, ...]
    sheet: SheetLine
    last: SheetLine
    """Of the round before the one at hand."""


@dataclass(frozen=True, slots=True)
class ResultLine:
    """What came of a round of a world, without its report."""

    world_id: int
    round_id: int
    number: int
    attempt: int
    scores: Mapping[str, float]
    event: Json | None
    state: Json | None
    """Only of the round that was asked for."""
    played_at: dt.datetime


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note of somebody who runs the game."""

    public_id: str
    round_id: int | None
    team_id: int | None
    text: str
    by_id: int
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ActLine:
    """Something that was done to a run, as the audit log has it."""

    action: str
    by: str
    at: dt.datetime
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str


def servers_clock(now: dt.datetime) -> dt.datetime:
    """The instant by which rounds close: the database's, where it has a clock of its own."""
    return server_now(now)


def parameters_known(run_id: int, fingerprint: str) -> Json:
    """The parameters of a run; read once, since they never change."""

    def read() -> Json:
        text = db.session.scalars(sa.select(Run.parameters).where(Run.id == run_id)).one()
        found: Json = json.loads(text)
        return found

    return _parameters.get(fingerprint, fingerprint, read)


def team_lines(
    run_id: int, kind: RoundKind, at_hand: RoundLine | None, before: Sequence[RoundLine]
) -> list[TeamLine]:
    """The teams of a run by world and name; those of `before` are the rounds behind the one at hand, latest last.

    Three statements.
    """
    here, last = (at_hand.id if at_hand else 0), (before[-1].id if before else 0)
    sheets = _sheets({here, last})
    recent = [here, *(one.id for one in before[-2:])]
    seats: dict[int, list[Seat]] = {}
    for team_id, seat in _seats(run_id, here, recent):
        seats.setdefault(team_id, []).append(seat)
    rows: Any = db.session.execute(
        sa.select(RunTeam, World.id.label("world_id"), World.number)
        .outerjoin(WorldTeam, WorldTeam.team_id == RunTeam.id)
        .outerjoin(World, sa.and_(World.id == WorldTeam.world_id, World.kind == kind))
        .where(RunTeam.run_id == run_id)
        .order_by(World.number, RunTeam.name, RunTeam.key)
    )
    found: dict[int, TeamLine] = {}
    for team, world_id, number in rows:
        if team.id in found and world_id is None:
            continue
        found.pop(team.id, None)
        found[team.id] = TeamLine(
            id=team.id,
            public_id=team.public_id,
            key=team.key,
            name=team.name,
            people=team.team_id is not None,
            strategy=team.strategy,
            assisted_at=team.assisted_at,
            merged_into_id=team.merged_into_id,
            ended=team.ended_at is not None,
            world_id=world_id,
            world=number or 0,
            seats=tuple(seats.get(team.id, ())),
            sheet=sheets.get((here, team.id), NOTHING),
            last=sheets.get((last, team.id), NOTHING),
        )
    return sorted(found.values(), key=lambda one: (one.world, not one.people, one.name, one.key))


def _sheets(round_ids: Iterable[int]) -> dict[tuple[int, int], SheetLine]:
    rows = db.session.execute(
        sa.select(
            Sheet.round_id,
            Sheet.team_id,
            Sheet.version,
            Sheet.submission,
            Sheet.submitted_version,
            Sheet.submitted_by_id,
            Sheet.submitted_at,
            Sheet.saved_at,
            Sheet.pen_id,
            Sheet.pen_seen_at,
            Sheet.idle,
        ).where(Sheet.round_id.in_(list(round_ids)))
    )
    return {
        (row.round_id, row.team_id): SheetLine(
            row.version,
            row.submission,
            row.submitted_version,
            row.submitted_by_id,
            row.submitted_at,
            row.saved_at,
            Pen(row.pen_id, row.pen_seen_at),
            row.idle,
        )
        for row in rows
    }


def part_in(rounds: Collection[int]) -> sa.Exists:
    """Whether a member had a part in a round: did something to their team's sheet, which looking is not."""
    return (
        sa.exists()
        .where(SheetEntry.sheet_id == Sheet.id, SheetEntry.place_id == RunMember.place_id)
        .where(SheetEntry.kind.in_(PART), Sheet.round_id.in_(rounds), Sheet.team_id == RunMember.team_id)
    )


def looked_at(rounds: Collection[int]) -> sa.Exists:
    """Whether a member was in their team's place in a round."""
    return sa.exists().where(
        Presence.round_id.in_(rounds),
        Presence.place_id == RunMember.place_id,
        Presence.team_id == RunMember.team_id,
    )


def _seats(run_id: int, here: int, recent: Sequence[int]) -> Iterable[tuple[int, Seat]]:
    did, looked = part_in(recent), looked_at(recent)
    now, sheet = orm.aliased(Presence), orm.aliased(Sheet)
    rows = db.session.execute(
        sa.select(
            RunMember.team_id,
            RunMember.place_id,
            Person.name,
            RunMember.lens,
            now.seen_at,
            Voice.verdict,
            Voice.submission,
            Voice.reason,
            sa.or_(did, looked).label("active"),
        )
        .join(Place, Place.id == RunMember.place_id)
        .join(Person, Person.id == Place.person_id)
        .outerjoin(
            now,
            sa.and_(
                now.round_id == here,
                now.place_id == RunMember.place_id,
                now.team_id == RunMember.team_id,
            ),
        )
        .outerjoin(sheet, sa.and_(sheet.round_id == here, sheet.team_id == RunMember.team_id))
        .outerjoin(Voice, sa.and_(Voice.sheet_id == sheet.id, Voice.place_id == RunMember.place_id))
        .where(RunMember.run_id == run_id, RunMember.left_at.is_(None))
        .order_by(Person.sort_name, RunMember.id)
    )
    for row in rows:
        said = Said(row.place_id, Verdict(row.verdict), row.submission) if row.verdict else None
        yield (
            row.team_id,
            Seat(row.place_id, row.name, row.lens, row.seen_at, said, row.reason or "", bool(row.active)),
        )


def result_lines(run_id: int, kind: RoundKind, with_state: int | None) -> list[ResultLine]:
    """The results of a run that stand, by world and round; the state that one round left. One statement."""
    state = sa.case((WorldResult.round_id == (with_state or 0), WorldResult.state), else_=None)
    rows = db.session.execute(
        sa.select(
            WorldResult.world_id,
            WorldResult.round_id,
            Round.number,
            WorldResult.attempt,
            WorldResult.scores,
            WorldResult.event,
            state,
            WorldResult.played_at,
        )
        .join(Round, Round.id == WorldResult.round_id)
        .where(Round.run_id == run_id, Round.kind == kind, WorldResult.superseded_at.is_(None))
        .order_by(WorldResult.world_id, Round.number)
    )
    return [
        ResultLine(
            world_id,
            round_id,
            number,
            attempt,
            scores,
            json.loads(event),
            json.loads(left) if left else None,
            at,
        )
        for world_id, round_id, number, attempt, scores, event, left, at in rows
    ]


def notes_of(run_id: int) -> list[NoteLine]:
    """The notes on a run, the latest first. One statement."""
    rows = db.session.execute(
        sa.select(
            RunNote.public_id,
            RunNote.round_id,
            RunNote.team_id,
            RunNote.text,
            RunNote.by_id,
            Person.name,
            RunNote.at,
        )
        .join(Person, Person.id == RunNote.by_id)
        .where(RunNote.run_id == run_id, RunNote.deleted_at.is_(None))
        .order_by(RunNote.id.desc())
    )
    return [NoteLine(*row) for row in rows]


def acts_on(run_id: int) -> list[ActLine]:
    """What was done to a run, the latest first. One statement."""
    rows = db.session.execute(
        sa.select(
            AuditEntry.action,
            Person.name,
            AuditEntry.at,
            AuditEntry.before,
            AuditEntry.after,
            AuditEntry.reason,
        )
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.subject == "simulation_run", AuditEntry.subject_id == run_id)
        .order_by(AuditEntry.id.desc())
        .limit(HISTORY)
    )
    return [
        ActLine(action, by or "", at, before, after, reason) for action, by, at, before, after, reason in rows
    ]


def running_round(rounds: Sequence[RoundLine]) -> tuple[RoundLine | None, bool]:
    """The round at hand of those that are open, frozen or due, and whether a later one waits for it.

    A round that the schedule cancelled stands frozen and is passed over; only that is asked, and seldom.
    """
    running = [one for one in rounds if one.state in RUNNING]
    while len(running) > 1 and running[0].state is RoundState.FROZEN:
        if earlier_open(db.session.get_one(Round, running[1].id)) is not None:
            break
        running = running[1:]
    return (running[0] if running else None), len(running) > 1
