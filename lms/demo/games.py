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

from lms.assessment import actions as assessment
from lms.core.db import db
from lms.curriculum.queries import ActivityLine
from lms.demo.cast import read
from lms.demo.standing import standing, stands
from lms.demo.turns import Turn, act, tidied, within, write_down
from lms.demo.world import Seat, Year, at
from lms.enrolment.rules import TeamKind
from lms.scheduling.queries import ItemLine
from lms.simulations import actions, queries
from lms.simulations.actions import NewRun
from lms.simulations.models import Round, Run, RunTeam, WorldResult
from lms.simulations.queries import Ground
from lms.simulations.rules import Json, RoundKind

ENGINES = {"ps": "market", "ls": "leadership"}
MARKET_WAYS = ("balanced", "enterprise", "cost", "pioneer", "premium", "full-line")
LEADERSHIP_WAYS = ("listener", "always-textbook", "customer-only", "team-only", "reader-bet", "upward-only")
ASLEEP = (("market", 3, 2), ("leadership", 2, 3))
"""(engine, round, which team) of those that let a round pass."""
DISSENTS = 0.12
SLOTS = ("price", "brand", "development", "production", "forecast")
SEED = 1407


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    found: dict[str, Any] = read("texts/games.yaml")
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


def _left(ground: Ground, sheet: Json) -> float:
    """What the options chosen leave of a quarter's attention."""
    cards = {card["id"]: card for card in ground.parameters["cards"]}
    cost = sum(cards[key]["options"][option]["cost"] for key, option in sheet["options"].items())
    return float(ground.parameters["attention"] - cost)


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
        members: dict[int, list[Seat]] = {}
        for member in queries.members_of(self.run.id):
            members.setdefault(member.team_id, []).append(seats[member.place_id])
        teams = {team.id: team for team in queries.teams_of(self.run.id)}
        worlds = queries.worlds_of(self.run.id, self.round.kind)
        turns = []
        for world in worlds:
            ground = queries.ground(self.run, world.id, self.round.number)
            for team_id in world.team_ids.values():
                turn = self._turn(ground, teams[team_id], members[team_id]) if team_id in members else None
                if turn is not None:
                    turns.append(turn)
        ended = self.round.closes_at + dt.timedelta(seconds=40)
        if ended > self.year.now:
            if self.round.item_key == self.year.open_round:
                turns = self._as_they_stand(turns, members)
            for turn in turns:
                act(self.round.id, turn, self.year.now)
            return
        with at(ended):
            write_down(self.round.id, turns)
            for world in worlds:
                actions.play_world(world.id, self.round.id, self.round.attempt, now=ended)
        if self.round.results_at <= self.year.now:
            with at(self.round.results_at):
                actions.publish(self.run.id, self.round.id, now=self.round.results_at)

    def _as_they_stand(self, turns: Sequence[Turn], members: Mapping[int, Sequence[Seat]]) -> list[Turn]:
        """Where a cohort has a round open on every day: its teams in every state, and told when it opened."""
        opened, now = self.round.opens_at, self.year.now
        with at(opened):
            actions.open_due(now=opened)
        found = []
        where = stands(members, self.year.seats[0])
        for turn in turns:
            stand, dissent = where[turn.team.id], str(_words()["leadership_divided"])
            here = members[turn.team.id]
            found.append(standing(turn, here, stand, opened=opened, now=now, dissent=dissent))
        return [turn for turn in found if turn is not None]

    def _turn(self, ground: Ground, team: RunTeam, members: Sequence[Seat]) -> Turn | None:
        """What a team does in this round; None where it sleeps."""
        number, item, source = int(team.key[-2:]), self.item, self.year.source
        here = [
            seat
            for seat in members
            if seat.active(item.ends_at) and source.random() < seat.who.persona.attends + 0.05
        ]
        asleep = (self.run.engine, self.round.number, number) in ASLEEP
        if not here or (asleep and self.round.kind is RoundKind.ROUND):
            return None
        ways = MARKET_WAYS if self.run.engine == "market" else LEADERSHIP_WAYS
        way = ways[number % len(ways)]
        sheet = ground.game.bot(ground.parameters, ground.state, ground.past, team.key, way)
        if sheet is None:
            return None
        # Those early in the week differ, so that a round that is open now shows teams in every state.
        window = item.ends_at - item.starts_at
        begun = item.starts_at + window * (0.02 + 0.07 * (number % 5)) + dt.timedelta(minutes=7 * number)
        submitted = begun + dt.timedelta(hours=2 + 7 * (number % 4), minutes=13)
        editor = here[(self.round.number + number) % len(here)]
        sheet = tidied(sheet)
        if self.year.open_round and self.run.engine == "leadership":
            sheet = within(sheet, _left(ground, sheet))
        others = []
        for seat in here:
            when = submitted + dt.timedelta(minutes=source.randint(20, 1500))
            dissent = source.choice(_words()[f"{self.run.engine}_dissent"])
            words = dissent if source.random() < DISSENTS else ""
            if seat is not editor and when < item.ends_at:
                others.append((seat, when, words))
        return Turn(team, sheet, self._why(way, sheet), here[0], begun, editor, submitted, tuple(others))

    def _why(self, way: str, sheet: Json) -> str:
        """Why, in the team's words of that year."""
        words, number = _words(), self.round.number - 1
        if self.run.engine == "leadership":
            return str(words["leadership"][way][number % len(words["leadership"][way])])
        product = max(sheet["products"].values(), key=lambda one: one["production"])
        slots = {name: f"{product[name]:,.4g}" for name in SLOTS}
        text: str = words["market"][way][number % len(words["market"][way])]
        return text.format(**slots, capacity=f"{sheet['capacity']:,.4g}")


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
