"""Who did what to a team's sheets, and in how many rounds each member had a part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.simulations.models import Presence, Round, RunMember, Sheet, SheetEntry, World, WorldTeam
from lms.simulations.rules import Entry, RoundKind, participation


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that was done to a sheet."""

    round_id: int
    kind: RoundKind
    number: int
    at: dt.datetime
    place_id: int | None
    who: str
    """Empty: the worker."""
    did: Entry
    changed: Mapping[str, Any]
    words: str
    seed: int
    """Of the world in which it was decided: by it options have their order."""


@dataclass(frozen=True)
class MemberLine:
    """A member of a team with what they did; one who left stays."""

    place_id: int
    name: str
    lens: str
    joined_at: dt.datetime
    left_at: dt.datetime | None
    counts: Mapping[Entry, int] = field(default_factory=dict)
    seen: tuple[tuple[int, dt.datetime, dt.datetime], ...] = ()
    """(round, first, last) of looking at a sheet."""
    part: int = 0
    rounds: int = 0
    share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class PartLine:
    """In how many of the rounds that count for somebody they had a part."""

    part: int
    rounds: int
    share: Fraction | None


def entries_of(team_id: int) -> list[LogEntry]:
    """Everything that was done to a team's sheets, in order. One statement."""
    mine = sa.select(WorldTeam.world_id).where(WorldTeam.team_id == team_id)
    rows = db.session.execute(
        sa.select(
            Round.id,
            Round.kind,
            Round.number,
            SheetEntry.at,
            SheetEntry.place_id,
            Person.name,
            SheetEntry.kind,
            SheetEntry.changed,
            SheetEntry.words,
            sa.func.coalesce(World.seed, 0),
        )
        .join(Sheet, Sheet.id == SheetEntry.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .outerjoin(Place, Place.id == SheetEntry.place_id)
        .outerjoin(Person, Person.id == Place.person_id)
        .outerjoin(World, sa.and_(World.run_id == Round.run_id, World.kind == Round.kind, World.id.in_(mine)))
        .where(Sheet.team_id == team_id)
        .order_by(Round.kind, Round.number, SheetEntry.id)
    )
    return [
        LogEntry(round_id, kind, number, at, place_id, name or "", did, changed, words, seed)
        for round_id, kind, number, at, place_id, name, did, changed, words, seed in rows
    ]


def team_members(run_id: int, team_id: int, entries: list[LogEntry]) -> list[MemberLine]:
    """Who sits or sat in a team, with what they did there; three statements."""
    rows = db.session.execute(
        sa.select(RunMember.place_id, Person.name, RunMember.lens, RunMember.joined_at, RunMember.left_at)
        .join(Place, Place.id == RunMember.place_id)
        .join(Person, Person.id == Place.person_id)
        .where(RunMember.team_id == team_id)
        .order_by(RunMember.left_at.is_not(None), Person.sort_name, RunMember.id)
    ).all()
    seen: dict[int, list[tuple[int, dt.datetime, dt.datetime]]] = {}
    looked = db.session.execute(
        sa.select(Presence.place_id, Presence.round_id, Presence.first_at, Presence.seen_at)
        .where(Presence.team_id == team_id)
        .order_by(Presence.first_at)
    )
    for place_id, round_id, first, last in looked:
        seen.setdefault(place_id, []).append((round_id, first, last))
    counts: dict[int, dict[Entry, int]] = {}
    for entry in entries:
        if entry.place_id is not None:
            mine = counts.setdefault(entry.place_id, {})
            mine[entry.did] = mine.get(entry.did, 0) + 1
    parts = participation_in(run_id)
    nothing = PartLine(0, 0, None)
    return [
        MemberLine(
            place_id,
            name,
            lens,
            joined_at,
            left_at,
            counts.get(place_id, {}),
            tuple(seen.get(place_id, ())),
            parts.get(place_id, nothing).part,
            parts.get(place_id, nothing).rounds,
            parts.get(place_id, nothing).share,
        )
        for place_id, name, lens, joined_at, left_at in rows
    ]


def participation_in(run_id: int) -> dict[int, PartLine]:
    """By place, how many rounds of the competition somebody had a part in; those count that closed while they played.

    Whoever changed teams takes along what they did. Two statements, whatever the size.
    """
    stints = db.session.execute(
        sa.select(RunMember.place_id, Round.id)
        .join(Round, Round.run_id == RunMember.run_id)
        .where(
            RunMember.run_id == run_id,
            Round.kind == RoundKind.ROUND,
            Round.closed_at.is_not(None),
            RunMember.joined_at < Round.closes_at,
            sa.or_(RunMember.left_at.is_(None), RunMember.left_at >= Round.closes_at),
        )
    )
    rounds: dict[int, set[int]] = {}
    for place_id, round_id in stints:
        rounds.setdefault(place_id, set()).add(round_id)
    did: dict[int, dict[int, set[Entry]]] = {}
    acts = db.session.execute(
        sa.select(SheetEntry.place_id, Sheet.round_id, SheetEntry.kind)
        .join(Sheet, Sheet.id == SheetEntry.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .where(Round.run_id == run_id, Round.kind == RoundKind.ROUND, SheetEntry.place_id.is_not(None))
        .distinct()
    )
    for who, round_id, kind in acts:
        did.setdefault(who or 0, {}).setdefault(round_id, set()).add(kind)
    return {
        place_id: PartLine(*participation(counted, did.get(place_id, {})))
        for place_id, counted in rounds.items()
    }
