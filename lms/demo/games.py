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
from lms.simulations.actions.deciding import differences
from lms.simulations.models import Presence, Round, Run, RunTeam, Sheet, SheetEntry, Voice, WorldResult
from lms.simulations.queries import Ground
from lms.simulations.rules import Entry, Json, RoundKind, Verdict

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


@dataclass(frozen=True)
class _Turn:
    """What the members of a team do with a sheet: one writes, one submits, the others say where they stand."""

    team: RunTeam
    sheet: Json
    why: str
    writer: Seat
    begun: dt.datetime
    editor: Seat
    submitted: dt.datetime
    others: tuple[tuple[Seat, dt.datetime, str], ...]
    """Who else, when, and why they dissent; empty: they confirm."""


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
            for turn in turns:
                self._acts(turn)
            return
        with at(ended):
            self._written_down(turns)
            for world in worlds:
                actions.play_world(world.id, self.round.id, self.round.attempt, now=ended)
        if self.round.results_at <= self.year.now:
            with at(self.round.results_at):
                actions.publish(self.run.id, self.round.id, now=self.round.results_at)

    def _turn(self, ground: Ground, team: RunTeam, members: Sequence[Seat]) -> _Turn | None:
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
        others = []
        for seat in here:
            when = submitted + dt.timedelta(minutes=source.randint(20, 1500))
            dissent = source.choice(_words()[f"{self.run.engine}_dissent"])
            words = dissent if source.random() < DISSENTS else ""
            if seat is not editor and when < item.ends_at:
                others.append((seat, when, words))
        return _Turn(team, sheet, self._why(way, sheet), here[0], begun, editor, submitted, tuple(others))

    def _why(self, way: str, sheet: Json) -> str:
        """Why, in the team's words of that year."""
        words, number = _words(), self.round.number - 1
        if self.run.engine == "leadership":
            return str(words["leadership"][number % len(words["leadership"])])
        product = max(sheet["products"].values(), key=lambda one: one["production"])
        slots = {name: f"{product[name]:,.4g}" for name in SLOTS}
        text: str = words["market"][way][number % len(words["market"][way])]
        return text.format(**slots, capacity=f"{sheet['capacity']:,.4g}")

    def _acts(self, turn: _Turn) -> None:
        """What of a turn has happened by now, through the acts themselves."""
        now = self.year.now
        if turn.begun > now:
            return
        with at(now):
            actions.see(self._change(turn, turn.writer), now=turn.begun)
            actions.save(self._change(turn, turn.writer), turn.sheet, "", now=turn.begun)
            if turn.submitted > now:
                return
            actions.see(self._change(turn, turn.editor), now=turn.submitted)
            change = self._change(turn, turn.editor)
            actions.save(change, turn.sheet, turn.why, now=turn.submitted - dt.timedelta(minutes=9))
            actions.submit(self._change(turn, turn.editor), now=turn.submitted)
            for seat, when, words in turn.others:
                if when <= now:
                    actions.see(self._change(turn, seat), now=when)
                    verdict = Verdict.DISSENT if words else Verdict.CONFIRM
                    actions.say(self._change(turn, seat), verdict, 1, words, now=when)

    def _change(self, turn: _Turn, seat: Seat) -> SheetChange:
        round_id, team_id = self.round.id, turn.team.id
        version = queries.sheet_of(round_id, team_id).version
        return SheetChange(round_id=round_id, team_id=team_id, place_id=seat.place.place_id, version=version)

    def _written_down(self, turns: Sequence[_Turn]) -> None:
        """The same for a round of the past, in a few statements: eight teams for eight rounds would take a minute."""
        sheets = [self._sheet(turn) for turn in turns]
        if not sheets:
            return
        found = db.session.execute(sa.insert(Sheet).returning(Sheet.team_id, Sheet.id), sheets)
        ids = {row.team_id: row.id for row in found}
        entries: list[Json] = []
        voices: list[Json] = []
        seen: list[Json] = []
        for turn in turns:
            sheet_id = ids[turn.team.id]
            moved = differences({}, turn.sheet)
            saved = turn.submitted - dt.timedelta(minutes=9)
            acts: list[tuple[dt.datetime, Seat, Entry, Json, str]] = [
                (turn.begun, turn.writer, Entry.SAVED, moved, ""),
                (saved, turn.editor, Entry.SAVED, {"rationale": ["", turn.why]}, ""),
                (turn.submitted, turn.editor, Entry.SUBMITTED, {"sheet": turn.sheet}, turn.why),
            ]
            for seat, when, words in turn.others:
                kind, verdict = (
                    (Entry.DISSENTED, Verdict.DISSENT) if words else (Entry.CONFIRMED, Verdict.CONFIRM)
                )
                acts.append((when, seat, kind, {"submission": 1}, words))
                voices.append(
                    {
                        "sheet_id": sheet_id,
                        "place_id": seat.place.place_id,
                        "submission": 1,
                        "verdict": verdict,
                        "reason": words,
                        "at": when,
                    }
                )
            for when, seat, kind, changed, words in sorted(acts, key=lambda one: one[0]):
                entries.append(
                    {
                        "sheet_id": sheet_id,
                        "at": when,
                        "place_id": seat.place.place_id,
                        "kind": kind,
                        "changed": changed,
                        "words": words,
                    }
                )
            times: dict[int, list[dt.datetime]] = {}
            for when, seat, *_ in acts:
                times.setdefault(seat.place.place_id, []).append(when)
            seen += [
                {
                    "round_id": self.round.id,
                    "team_id": turn.team.id,
                    "place_id": place_id,
                    "first_at": min(whens),
                    "seen_at": max(whens),
                }
                for place_id, whens in times.items()
            ]
        db.session.execute(sa.insert(SheetEntry), entries)
        db.session.execute(sa.insert(Presence), seen)
        if voices:
            db.session.execute(sa.insert(Voice), voices)

    def _sheet(self, turn: _Turn) -> Json:
        editor = turn.editor.place.place_id
        return {
            "round_id": self.round.id,
            "team_id": turn.team.id,
            "draft": turn.sheet,
            "rationale": turn.why,
            "version": 2,
            "saved_by_id": editor,
            "saved_at": turn.submitted - dt.timedelta(minutes=9),
            "pen_id": editor,
            "pen_seen_at": turn.submitted,
            "submitted": turn.sheet,
            "submitted_rationale": turn.why,
            "submission": 1,
            "submitted_version": 2,
            "submitted_by_id": editor,
            "submitted_at": turn.submitted,
        }


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
