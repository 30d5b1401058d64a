"""The simulations as cohorts play them: teams with a way of their own, a round that is open now, results of the past.

What a team decides is worked out by one of the engines' scripted players, from what such a team knows; why, they say in
words of their own. Members take part as their personas do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
import yaml

from lms.assessment import actions as assessment
from lms.core.db import db
from lms.curriculum.queries import ActivityLine
from lms.demo.cast import FOLDER
from lms.demo.world import Seat, Year, at
from lms.enrolment.rules import TeamKind
from lms.scheduling.queries import ItemLine
from lms.simulations import actions, queries
from lms.simulations.actions import NewRun, SheetChange
from lms.simulations.models import Round, Run, RunTeam, WorldResult
from lms.simulations.queries import WorldLine
from lms.simulations.rules import Game, Json, Past, RoundKind, Verdict

ENGINES = {"ps": "market", "ls": "leadership"}
MARKET_WAYS = ("balanced", "enterprise", "cost", "pioneer", "premium", "full-line")
LEADERSHIP_WAYS = ("listener", "always-textbook", "customer-only", "team-only", "reader-bet", "upward-only")
ASLEEP = (("market", 3, 2), ("leadership", 2, 3))
"""(engine, round, which team) of those that let a round pass."""
DISSENTS = 0.12
SEED = 1407


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / "texts" / "games.yaml").read_text(encoding="utf-8"))
    return found


def phase(year: Year, line: ActivityLine, item: ItemLine) -> None:
    """A phase of a simulation: its practice, a round, or its debrief."""
    prefix, _, which = line.key.partition("-")
    if which == "debrief":
        _debrief(year, prefix, line, item)
        return
    kind = RoundKind.PRACTICE if which == "practice" else RoundKind.ROUND
    run = _run(year, prefix, item)
    _begin(year, run, kind, item)
    round_ = db.session.scalars(
        sa.select(Round).where(Round.run_id == run.id, Round.item_key == line.key)
    ).one()
    _Table(year, run, round_, item).play()


def _run(year: Year, prefix: str, item: ItemLine) -> Run:
    """The run of a simulation, made two weeks before its practice."""
    engine = ENGINES[prefix]
    found = db.session.scalar(sa.select(Run).where(Run.cohort_id == year.cohort.id, Run.engine == engine))
    if found is not None:
        return found
    made = item.starts_at - dt.timedelta(days=10)
    with at(made):
        wanted = NewRun(cohort_id=year.cohort.id, engine=engine, teams=TeamKind.WORKING, seed=SEED)
        return actions.create_run(wanted, actor=year.staff["faculty"], now=made)


def _begin(year: Year, run: Run, kind: RoundKind, item: ItemLine) -> None:
    """Practice or competition begins on the day before its first round."""
    if queries.worlds_of(run.id, kind):
        return
    when = item.starts_at - dt.timedelta(hours=20)
    begin = actions.begin_practice if kind is RoundKind.PRACTICE else actions.begin_competition
    with at(when):
        begin(run.id, actor=year.staff["faculty"], now=when)


COARSE = {"price": 1, "brand": 0, "sales": 0, "development": 0, "production": 0, "forecast": 0, "capacity": 0}
"""Decimal places with which people type what a scripted player computes to three."""


def tidied(sheet: Json) -> Json:
    """A scripted player's sheet as people would write it: whole millions and thousands, attention in half units."""

    def written(value: Any, name: str) -> Any:
        if isinstance(value, dict):
            inside = name if name == "attention" else ""
            return {key: written(one, inside or key) for key, one in value.items()}
        if isinstance(value, float) and name == "attention":
            return round(value * 2) / 2
        return round(value, COARSE[name]) if isinstance(value, float) and name in COARSE else value

    found: Json = written(sheet, "")
    return found


@dataclass
class _Table:
    """A round at which all teams of a run sit."""

    year: Year
    run: Run
    round: Round
    item: ItemLine

    def play(self) -> None:
        """Teams decide, the worker plays what is due, and results are shown in the morning."""
        seats = {seat.place.place_id: seat for seat in self.year.seats}
        game, parameters = queries.game_of(self.run), queries.parameters_of(self.run)
        teams = {team.id: team for team in queries.teams_of(self.run.id)}
        members: dict[int, list[Seat]] = {}
        for member in queries.members_of(self.run.id):
            members.setdefault(member.team_id, []).append(seats[member.place_id])
        worlds = queries.worlds_of(self.run.id, self.round.kind)
        for world in worlds:
            ground = queries.ground(self.run, world.id, self.round.number)
            for team_id in world.team_ids.values():
                if team_id in members:
                    self._decides(
                        game, parameters, ground.state, ground.past, teams[team_id], members[team_id]
                    )
        self._closes(worlds)

    def _decides(
        self,
        game: Game,
        parameters: Json,
        state: Json,
        past: Sequence[Past],
        team: RunTeam,
        members: Sequence[Seat],
    ) -> None:
        number = int(team.key[-2:])
        if (self.run.engine, self.round.number, number) in ASLEEP and self.round.kind is RoundKind.ROUND:
            return
        ways = MARKET_WAYS if self.run.engine == "market" else LEADERSHIP_WAYS
        way = ways[number % len(ways)]
        sheet = game.bot(parameters, state, past, team.key, way)
        if sheet is None:
            return
        sheet = tidied(sheet)
        _Acts(self, team, members, sheet, self._why(way, sheet)).carry_out(number)

    def _why(self, way: str, sheet: Json) -> str:
        """Why, in the team's words of that year."""
        words, number = _words(), self.round.number - 1
        if self.run.engine == "leadership":
            return str(words["leadership"][number % len(words["leadership"])])
        product = max(sheet["products"].values(), key=lambda one: one["production"])
        slots = {
            name: f"{product[name]:,.4g}"
            for name in ("price", "brand", "development", "production", "forecast")
        }
        text: str = words["market"][way][number % len(words["market"][way])]
        return text.format(**slots, capacity=f"{sheet['capacity']:,.4g}")

    def _closes(self, worlds: Sequence[WorldLine]) -> None:
        ended = self.round.closes_at + dt.timedelta(seconds=40)
        if ended > self.year.now:
            return
        with at(ended):
            for world in worlds:
                actions.play_world(world.id, self.round.id, self.round.attempt, now=ended)
        if self.round.results_at <= self.year.now:
            with at(self.round.results_at):
                actions.publish(self.run.id, self.round.id, now=self.round.results_at)


@dataclass
class _Acts:
    """What the members of a team do with a sheet, up to now."""

    table: _Table
    team: RunTeam
    members: Sequence[Seat]
    sheet: Json
    why: str

    def carry_out(self, number: int) -> None:
        """One writes, one submits, the others say where they stand; all of it before the close and before now."""
        year, item, source = self.table.year, self.table.item, self.table.year.source
        here = [
            seat
            for seat in self.members
            if seat.active(item.ends_at) and source.random() < seat.who.persona.attends + 0.05
        ]
        if not here:
            return
        writer, editor = here[0], here[(self.table.round.number + number) % len(here)]
        window = item.ends_at - item.starts_at
        # Those early in the week differ, so that a round that is open now shows teams in every state.
        begun = item.starts_at + window * (0.02 + 0.07 * (number % 5)) + dt.timedelta(minutes=7 * number)
        submitted = begun + dt.timedelta(hours=2 + 7 * (number % 4), minutes=13)
        if begun > year.now:
            return
        with at(min(max(submitted, begun), year.now)):
            self._write(writer, begun)
            if submitted <= min(year.now, item.ends_at):
                self._submit(editor, submitted)
                for other in here:
                    if other is not editor:
                        self._says(other, submitted)

    def _change(self, seat: Seat) -> SheetChange:
        round_id, team_id = self.table.round.id, self.team.id
        version = queries.sheet_of(round_id, team_id).version
        return SheetChange(round_id=round_id, team_id=team_id, place_id=seat.place.place_id, version=version)

    def _write(self, seat: Seat, when: dt.datetime) -> None:
        actions.see(self._change(seat), now=when)
        actions.save(self._change(seat), self.sheet, "", now=when)

    def _submit(self, seat: Seat, when: dt.datetime) -> None:
        actions.see(self._change(seat), now=when)
        actions.save(self._change(seat), self.sheet, self.why, now=when - dt.timedelta(minutes=9))
        actions.submit(self._change(seat), now=when)

    def _says(self, seat: Seat, after: dt.datetime) -> None:
        year = self.table.year
        when = after + dt.timedelta(minutes=year.source.randint(20, 1500))
        if when > min(year.now, self.table.item.ends_at):
            return
        change = self._change(seat)
        actions.see(change, now=when)
        if year.source.random() < DISSENTS:
            words = _words()[f"{self.table.run.engine}_dissent"]
            actions.say(change, Verdict.DISSENT, 1, year.source.choice(words), now=when)
        else:
            actions.say(change, Verdict.CONFIRM, 1, now=when)


def _debrief(year: Year, prefix: str, line: ActivityLine, item: ItemLine) -> None:
    """The debrief begins with its week; marks are recorded and released in the week after."""
    run = db.session.scalar(
        sa.select(Run).where(Run.cohort_id == year.cohort.id, Run.engine == ENGINES[prefix])
    )
    if run is None:
        return
    by, began = year.staff["faculty"], item.starts_at + dt.timedelta(hours=1)
    if began > year.now:
        return
    with at(began):
        actions.start_debrief(run.id, actor=by, now=began)
        for text in _words()["notes"][:2]:
            actions.note(run.id, text, actor=by, now=began)
    recorded = item.ends_at + dt.timedelta(days=3)
    if recorded > year.now:
        return
    records = year.staff["coordinator"]
    view = queries.run_visible_to(records, year.cohort.slug, run.public_id)
    with at(recorded):
        stamp = queries.run_marks(view).stamp
        actions.record_marks(view, stamp=stamp, reason="", actor=records, now=recorded)
    released = recorded + dt.timedelta(days=2)
    if released > year.now:
        return
    with at(released):
        wanted = assessment.Release(cohort_id=year.cohort.id, activity_id=line.id)
        assessment.release(wanted, actor=year.staff["coordinator"], now=released)
        actions.end_run(run.id, actor=by, now=released)


def played(cohort_id: int) -> Mapping[str, int]:
    """Run's engine → rounds of it that were played: for those who assert what the demonstration shows."""
    rows = db.session.execute(
        sa.select(Run.engine, sa.func.count(sa.distinct(WorldResult.round_id)).label("rounds"))
        .join(Round, Round.run_id == Run.id)
        .join(WorldResult, WorldResult.round_id == Round.id)
        .where(Run.cohort_id == cohort_id)
        .group_by(Run.engine)
    )
    return {row.engine: row.rounds for row in rows}
