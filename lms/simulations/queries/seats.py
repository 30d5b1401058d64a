"""A team's place at the table: the round that is on, its sheet, who is there, and what the team knows so far.

What comes out of here has been through `Game.own_report`: of other teams it holds what everybody reads, and of a round
nothing before it is published.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.core.db import db
from lms.core.errors import NotFound, RuleViolation
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.people.rules import Actor
from lms.simulations import rules
from lms.simulations.models import (
    Presence,
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
from lms.simulations.queries.runs import RoundLine, rounds_of
from lms.simulations.queries.sheets import SheetView, TeamView, sheet_view, team_visible_to
from lms.simulations.rules import Game, Json, NoSuchGame, Phase, RoundKind, RoundState, RunRefusal, Verdict


@dataclass(frozen=True, slots=True)
class Mate:
    """A member of a team, as the team's page knows them."""

    place_id: int
    name: str
    lens: str
    seen_at: dt.datetime | None
    verdict: Verdict | None
    """Of what is submitted now; what was said of an earlier submission does not count."""
    reason: str


@dataclass(frozen=True, slots=True)
class PlayedRound:
    """A published round as its team may read it."""

    round_id: int
    public_id: str
    number: int
    practice: bool
    report: Json
    decided: Json | None
    """As played; None: nothing was submitted."""
    scores: Mapping[str, float]
    """Of all teams, for whom `Run.ranking` shows them. Empty where they tell what is hidden until the debrief."""
    after: str
    """The state of the world after it, as it is kept: of that a desk reads the team's own part only."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A team's place, with everything that a page of it is made of."""

    view: TeamView
    game: Game
    parameters: Json
    names: Mapping[str, str]
    """Of the teams of its world, by key."""
    bots: frozenset[str]
    """Those of them that were bots from the beginning."""
    merged_into: str
    ended: bool
    assisted: bool
    rounds: tuple[RoundLine, ...]
    """Of the kind that is played now."""
    practised: tuple[RoundLine, ...]
    """Practice rounds in which it played and whose results are out, once practice is over."""
    current: RoundLine | None
    """The first that is not published yet; None: there is none (any more)."""
    state: Json | None
    """Before the current round; None where there is no world yet."""
    start: str
    """The state before the first round, as it is kept; empty where there is no world yet."""
    played: tuple[PlayedRound, ...]
    sheet: SheetView
    mates: tuple[Mate, ...]

    @property
    def key(self) -> str:
        """What the engine calls the team."""
        return self.view.key

    @property
    def last(self) -> PlayedRound | None:
        """The latest published round."""
        return self.played[-1] if self.played else None

    @property
    def draft(self) -> Json:
        """What the sheet says now: what was saved, or what a new one starts from."""
        if self.sheet.version or self.state is None:
            return self.sheet.draft
        return self.game.blank(self.parameters, self.state, self.key)

    @property
    def writable(self) -> bool:
        """Whether the round takes decisions from this team."""
        return (
            self.current is not None
            and self.current.state is RoundState.OPEN
            and self.state is not None
            and not self.ended
            and not self.merged_into
        )

    def name_at(self, place_id: int | None) -> str:
        """Who that is, by name; somebody who left is somebody."""
        return next((one.name for one in self.mates if one.place_id == place_id), "Somebody who left")


def team_at(actor: Actor, slug: str, public_id: str, team: str) -> TeamView:
    """The team that an address names, for its members and for those who watch."""
    return team_visible_to(actor, slug, public_id, team)


def seat_of(
    view: TeamView,
    now: dt.datetime,
    *,
    round_id: int | None = None,
    public_id: str | None = None,
    with_mates: bool = True,
) -> Seat:
    """A team's place now, or at a round of it, named by either of its ids. Five statements, without mates four.

    NotFound where the run has no round of that public id.
    """
    every = rounds_of(view.run.id, now)
    asked = next((one for one in every if round_id == one.id or public_id == one.public_id), None)
    if asked is None and public_id is not None:
        raise NotFound
    if asked is not None:
        kind = asked.kind
    else:
        kind = RoundKind.PRACTICE if view.run.phase is Phase.PRACTICE else RoundKind.ROUND
    rounds = tuple(one for one in every if one.kind is kind)
    current = asked or next((one for one in rounds if one.state is not RoundState.PUBLISHED), None)
    row = _ground(view, kind, current.id if current else 0)
    game = _game(row)
    played, state = _played(view, game, row.world_id, rounds, current)
    names, bots = _table(row.world_id)
    sheet = sheet_view(row.Sheet)
    return Seat(
        view=view,
        game=game,
        parameters=json.loads(row.parameters),
        names=names,
        bots=bots,
        merged_into=row.merged_into or "",
        ended=row.ended_at is not None,
        assisted=row.assisted_at is not None,
        rounds=rounds,
        practised=tuple(
            one
            for one in every
            if row.practised
            and one.practice
            and kind is RoundKind.ROUND
            and one.state is RoundState.PUBLISHED
        ),
        current=current,
        state=state if state is not None else (json.loads(row.start) if row.start else None),
        start=row.start or "",
        played=played,
        sheet=sheet,
        mates=mates_of(view.team_id, current.id if current else 0, sheet) if with_mates else (),
    )


def _ground(view: TeamView, kind: RoundKind, round_id: int) -> Any:
    other, played = aliased(RunTeam), aliased(World)
    world = (
        sa.select(World.id)
        .join(WorldTeam, WorldTeam.world_id == World.id)
        .where(WorldTeam.team_id == view.team_id, World.kind == kind)
        .limit(1)
        .scalar_subquery()
    )
    return db.session.execute(
        sa.select(
            Run.parameters,
            Run.engine,
            Run.engine_version,
            RunTeam.assisted_at,
            RunTeam.ended_at,
            other.name.label("merged_into"),
            World.id.label("world_id"),
            World.start,
            sa.exists()
            .where(
                WorldTeam.team_id == RunTeam.id,
                WorldTeam.world_id == played.id,
                played.kind == RoundKind.PRACTICE,
            )
            .label("practised"),
            Sheet,
        )
        .select_from(RunTeam)
        .join(Run, Run.id == RunTeam.run_id)
        .outerjoin(other, other.id == RunTeam.merged_into_id)
        .outerjoin(World, World.id == world)
        .outerjoin(Sheet, sa.and_(Sheet.team_id == RunTeam.id, Sheet.round_id == round_id))
        .where(RunTeam.id == view.team_id)
    ).one()


def _game(row: Any) -> Game:
    try:
        return rules.game(row.engine, row.engine_version)
    except NoSuchGame:
        raise RuleViolation(RunRefusal.NOT_PINNED, version=row.engine_version) from None


def _played(
    view: TeamView,
    game: Game,
    world_id: int | None,
    rounds: tuple[RoundLine, ...],
    current: RoundLine | None,
) -> tuple[tuple[PlayedRound, ...], Json | None]:
    """What was published of a world, and its state before the current round where an earlier one was played."""
    lines = {one.id: one for one in rounds}
    before = current.number if current else len(rounds) + 1
    found, state = [], None
    open_ = game.open_scores or view.run.phase in (Phase.DEBRIEF, Phase.ENDED)
    rows = db.session.execute(
        sa.select(
            WorldResult.round_id,
            WorldResult.report,
            WorldResult.decisions,
            WorldResult.scores,
            WorldResult.state,
        )
        .join(Round, Round.id == WorldResult.round_id)
        .where(
            WorldResult.world_id == world_id,
            WorldResult.superseded_at.is_(None),
            Round.published_at.is_not(None),
        )
        .order_by(Round.number)
    )
    for row in rows:
        line = lines[row.round_id]
        if line.number == before - 1:
            state = json.loads(row.state)
        found.append(
            PlayedRound(
                round_id=line.id,
                public_id=line.public_id,
                number=line.number,
                practice=line.practice,
                report=game.own_report(json.loads(row.report), view.key),
                decided=json.loads(row.decisions).get(view.key),
                scores=row.scores if open_ else {},
                after=row.state,
            )
        )
    return tuple(found), state


def _table(world_id: int | None) -> tuple[dict[str, str], frozenset[str]]:
    rows = db.session.execute(
        sa.select(RunTeam.key, RunTeam.name, RunTeam.team_id)
        .join(WorldTeam, WorldTeam.team_id == RunTeam.id)
        .where(WorldTeam.world_id == world_id)
        .order_by(RunTeam.key)
    ).all()
    return {one.key: one.name for one in rows}, frozenset(one.key for one in rows if one.team_id is None)


def mates_of(team_id: int, round_id: int, sheet: SheetView) -> tuple[Mate, ...]:
    """Who plays in a team now, when they looked at a round's sheet, and what they say of what was submitted."""
    rows = db.session.execute(
        sa.select(
            RunMember.place_id,
            Person.name,
            RunMember.lens,
            Presence.seen_at,
            Voice.verdict,
            Voice.reason,
        )
        .join(Place, Place.id == RunMember.place_id)
        .join(Person, Person.id == Place.person_id)
        .outerjoin(Presence, sa.and_(Presence.place_id == RunMember.place_id, Presence.round_id == round_id))
        .outerjoin(
            Voice,
            sa.and_(
                Voice.place_id == RunMember.place_id,
                Voice.sheet_id == (sheet.id or 0),
                Voice.submission == sheet.submission,
            ),
        )
        .where(RunMember.team_id == team_id, RunMember.left_at.is_(None))
        .order_by(RunMember.id)
    )
    return tuple(
        Mate(row.place_id, row.name, row.lens, row.seen_at, row.verdict, row.reason or "") for row in rows
    )


@dataclass(frozen=True, slots=True)
class Told:
    """Who submitted a round, why, and what the others said of it."""

    who: str
    why: str
    said: tuple[tuple[str, Verdict, str], ...]


def told_of(team_id: int, round_ids: Sequence[int]) -> dict[int, Told]:
    """By round: what a team wrote and said of what it submitted. One statement."""
    by, voice = aliased(Person), aliased(Person)
    seat_by, seat_voice = aliased(Place), aliased(Place)
    rows = db.session.execute(
        sa.select(
            Sheet.round_id,
            Sheet.submitted_rationale,
            by.name.label("who"),
            voice.name.label("voice"),
            Voice.verdict,
            Voice.reason,
        )
        .outerjoin(seat_by, seat_by.id == Sheet.submitted_by_id)
        .outerjoin(by, by.id == seat_by.person_id)
        .outerjoin(Voice, sa.and_(Voice.sheet_id == Sheet.id, Voice.submission == Sheet.submission))
        .outerjoin(seat_voice, seat_voice.id == Voice.place_id)
        .outerjoin(voice, voice.id == seat_voice.person_id)
        .where(Sheet.team_id == team_id, Sheet.round_id.in_(round_ids), Sheet.submission > 0)
        .order_by(Sheet.round_id, Voice.id)
    )
    found: dict[int, Told] = {}
    for row in rows:
        before = found.get(row.round_id)
        said = before.said if before else ()
        if row.verdict is not None:
            said = (*said, (row.voice, row.verdict, row.reason))
        found[row.round_id] = Told(row.who or "Somebody who left", row.submitted_rationale, said)
    return found
