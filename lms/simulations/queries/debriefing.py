"""What a debrief is told from: worlds as they were played, what teams wrote, who looked, what is revealed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.remember import Remembered
from lms.curriculum import queries as curriculum
from lms.enrolment.models import Place
from lms.enrolment.rules import ACTIVE
from lms.people.models import Person
from lms.people.rules import Actor
from lms.simulations import rules
from lms.simulations.models import (
    Behaviour,
    Presence,
    Reveal,
    Round,
    Run,
    RunMember,
    RunTeam,
    Sheet,
    Voice,
    World,
    WorldResult,
    WorldTeam,
)
from lms.simulations.queries.runs import RunView, run_visible_to
from lms.simulations.rules import Act, Json, NoSuchGame, RoundKind, RunRefusal, Verdict, begun
from lms.simulations.rules.debrief import Course, Memory, RoundPast, Seat, Teller, Written
from lms.simulations.rules.debrief_leadership import LeadershipTeller
from lms.simulations.rules.debrief_market import MarketTeller

_memories: Remembered[Memory] = Remembered(32)


@dataclass(frozen=True, slots=True)
class DebriefView:
    """The debrief of a run, for one of those who played or for whoever watches."""

    run: RunView
    team_id: int | None
    """The viewer's."""
    team_public_id: str
    team_key: str | None
    place_id: int | None

    @property
    def cohort(self) -> CohortView:
        """The cohort that plays."""
        return self.run.cohort

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.run.cohort_id

    @property
    def own(self) -> bool:
        """Whether the viewer played."""
        return self.place_id is not None

    @property
    def begun(self) -> bool:
        """Whether those who played may read it."""
        return begun(self.run.phase)


@dataclass(frozen=True, slots=True)
class TeamOf:
    """A team in a world."""

    id: int
    public_id: str
    key: str
    name: str
    bot: bool


@dataclass(frozen=True, slots=True)
class WorldTold:
    """A world with its teams and what was played in it."""

    id: int
    public_id: str
    number: int
    seed: int
    start: Json
    parameters: Json
    teams: tuple[TeamOf, ...]


@dataclass(frozen=True, slots=True)
class Resolve:
    """What a member will start or stop."""

    place_id: int
    team_id: int
    name: str
    act: Act
    text: str
    code: str
    shared: bool
    at: dt.datetime


def debrief_visible_to(actor: Actor, slug: str, public_id: str) -> DebriefView:
    """The debrief of a run: NotFound when there is none or the actor does not see the cohort."""
    run = run_visible_to(actor, slug, public_id)
    row = db.session.execute(
        sa.select(RunTeam.id, RunTeam.public_id, RunTeam.key, RunMember.place_id)
        .join(RunTeam, RunTeam.id == RunMember.team_id)
        .join(Place, Place.id == RunMember.place_id)
        .where(
            RunMember.run_id == run.id,
            RunMember.left_at.is_(None),
            Place.person_id == actor.person_id,
            Place.state.in_(ACTIVE),
        )
    ).one_or_none()
    if row is None:
        return DebriefView(run, None, "", None, None)
    return DebriefView(run, row.id, row.public_id, row.key, row.place_id)


def worlds_told(run_id: int) -> list[WorldTold]:
    """The worlds of a run's competition with the teams in them. One statement."""
    rows = db.session.execute(
        sa.select(
            World.id,
            World.public_id,
            World.number,
            World.seed,
            World.start,
            Run.parameters,
            RunTeam.id.label("team_id"),
            RunTeam.public_id.label("team"),
            RunTeam.key,
            RunTeam.name,
            RunTeam.team_id.label("people"),
        )
        .join(Run, Run.id == World.run_id)
        .join(WorldTeam, WorldTeam.world_id == World.id)
        .join(RunTeam, RunTeam.id == WorldTeam.team_id)
        .where(World.run_id == run_id, World.kind == RoundKind.ROUND)
        .order_by(World.number, RunTeam.key)
    ).all()
    teams: dict[int, list[TeamOf]] = {}
    for row in rows:
        teams.setdefault(row.id, []).append(
            TeamOf(row.team_id, row.team, row.key, row.name, row.people is None)
        )
    firsts = {row.id: row for row in reversed(rows)}
    return [
        WorldTold(
            row.id,
            row.public_id,
            row.number,
            row.seed,
            json.loads(row.start),
            json.loads(row.parameters),
            tuple(teams[row.id]),
        )
        for row in sorted(firsts.values(), key=lambda one: one.number)
    ]


@dataclass(frozen=True, slots=True)
class Played:
    """The rounds of one world."""

    past: tuple[RoundPast, ...]
    digests: tuple[str, ...]


def played_in(world_id: int, *, published: bool) -> Played:
    """What was played in a world; `published` keeps out what its teams have not seen yet. One statement."""
    rows = db.session.execute(
        sa.select(
            Round.number,
            WorldResult.event,
            WorldResult.decisions,
            WorldResult.state,
            WorldResult.report,
            WorldResult.digest,
        )
        .join(Round, Round.id == WorldResult.round_id)
        .where(
            WorldResult.world_id == world_id,
            WorldResult.superseded_at.is_(None),
            Round.published_at.is_not(None) if published else Round.closed_at.is_not(None),
        )
        .order_by(Round.number)
    ).all()
    return Played(
        tuple(
            RoundPast(
                number=row.number,
                event=json.loads(row.event),
                decisions=json.loads(row.decisions),
                state=json.loads(row.state),
                report=json.loads(row.report),
            )
            for row in rows
        ),
        tuple(row.digest for row in rows),
    )


def teller(
    run: RunView,
    world: WorldTold,
    played: Played,
    written: Mapping[tuple[int, str], Written] | None = None,
    lenses: Mapping[str, Mapping[str, str]] | None = None,
) -> Teller:
    """The engine's debrief of a world. No statement where the outline is known.

    Raises RuleViolation where this installation has another version of its engine: a replay would be another game.
    """
    try:
        rules.game(run.engine, run.engine_version)
    except NoSuchGame:
        raise RuleViolation(RunRefusal.NOT_PINNED, version=run.engine_version) from None
    course = Course(
        engine=run.engine,
        parameters=world.parameters,
        start=world.start,
        seed=world.seed,
        past=played.past,
        seats=tuple(Seat(one.key, one.name, one.bot) for one in world.teams),
        written=written or {},
        code_names=curriculum.competency_names(run.cohort.version_id),
        lenses=lenses or {},
    )
    memory = _memories.get(world.id, (run.fingerprint, *played.digests), Memory)
    return MarketTeller(course, memory) if run.engine == "market" else LeadershipTeller(course, memory)


def written_in(world: WorldTold) -> dict[tuple[int, str], Written]:
    """What the teams of a world wrote and said, by round and team. One statement."""
    keys = {one.id: one.key for one in world.teams}
    by, seat, who = aliased(Person), aliased(Place), aliased(Person)
    rows = db.session.execute(
        sa.select(
            Sheet.team_id,
            Sheet.submitted_rationale,
            Sheet.submission,
            Round.number,
            by.name.label("by"),
            Voice.verdict,
            Voice.reason,
            who.name.label("who"),
        )
        .join(Round, Round.id == Sheet.round_id)
        .outerjoin(Place, Place.id == Sheet.submitted_by_id)
        .outerjoin(by, by.id == Place.person_id)
        .outerjoin(Voice, sa.and_(Voice.sheet_id == Sheet.id, Voice.submission == Sheet.submission))
        .outerjoin(seat, seat.id == Voice.place_id)
        .outerjoin(who, who.id == seat.person_id)
        .where(Sheet.team_id.in_(keys), Round.kind == RoundKind.ROUND)
        .order_by(Sheet.id, Voice.id)
    ).all()
    found: dict[tuple[int, str], list[Any]] = {}
    for row in rows:
        found.setdefault((row.number, keys[row.team_id]), []).append(row)
    return {
        at: Written(
            rationale=lines[0].submitted_rationale,
            by=lines[0].by or "",
            how="played" if lines[0].submission else "",
            dissents=tuple((one.who, one.reason) for one in lines if one.verdict is Verdict.DISSENT),
            confirmed=sum(one.verdict is Verdict.CONFIRM for one in lines),
        )
        for at, lines in found.items()
    }


def lenses_in(
    run_id: int, world: WorldTold
) -> tuple[dict[str, dict[str, str]], dict[tuple[int, str], dict[str, bool]]]:
    """Who held which lens in which team, and whether they had the sheet open in each round. Two statements."""
    keys = {one.id: one.key for one in world.teams}
    held: dict[str, dict[str, str]] = {}
    lens_of: dict[int, tuple[str, str]] = {}
    for row in db.session.execute(
        sa.select(RunMember.team_id, RunMember.place_id, RunMember.lens, Person.name)
        .join(Place, Place.id == RunMember.place_id)
        .join(Person, Person.id == Place.person_id)
        .where(RunMember.run_id == run_id, RunMember.left_at.is_(None), RunMember.team_id.in_(keys))
        .order_by(RunMember.id)
    ):
        if row.lens:
            held.setdefault(keys[row.team_id], {})[row.lens] = row.name
            lens_of[row.place_id] = (keys[row.team_id], row.lens)
    looked: dict[tuple[int, str], dict[str, bool]] = {}
    for place_id, number in db.session.execute(
        sa.select(Presence.place_id, Round.number)
        .join(Round, Round.id == Presence.round_id)
        .where(Presence.team_id.in_(keys), Round.kind == RoundKind.ROUND)
    ):
        if place_id in lens_of:
            key, lens = lens_of[place_id]
            looked.setdefault((number, key), {})[lens] = True
    return held, looked


def looking(written: Written | None, looked: Mapping[str, bool]) -> Written:
    """What a team wrote, with which lenses had the sheet open."""
    return replace(written or Written(), looked=looked)


def revealed(run_id: int) -> frozenset[str]:
    """The parts of the cohort's debrief that are shown to those who played."""
    return frozenset(db.session.scalars(sa.select(Reveal.part).where(Reveal.run_id == run_id)))


def resolves_of(run_id: int, place_ids: Collection[int] | None = None) -> list[Resolve]:
    """What members of a run will start or stop, in the order of their names."""
    wanted = [] if place_ids is None else [Behaviour.place_id.in_(place_ids)]
    rows = db.session.execute(
        sa.select(
            Behaviour.place_id,
            RunMember.team_id,
            Person.name,
            Behaviour.act,
            Behaviour.text,
            Behaviour.code,
            Behaviour.shared,
            Behaviour.at,
        )
        .join(Place, Place.id == Behaviour.place_id)
        .join(Person, Person.id == Place.person_id)
        .join(
            RunMember,
            sa.and_(
                RunMember.run_id == Behaviour.run_id,
                RunMember.place_id == Behaviour.place_id,
                RunMember.left_at.is_(None),
            ),
        )
        .where(Behaviour.run_id == run_id, *wanted)
        .order_by(Person.name, Behaviour.id)
    )
    return [Resolve(*row) for row in rows]
