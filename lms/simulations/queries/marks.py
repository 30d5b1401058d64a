"""What a run comes to for each member, before it is recorded: read with a fixed number of statements."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment import queries as assessment
from lms.assessment.queries import StandingMark
from lms.assessment.rules import Origin
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.enrolment import queries as enrolment
from lms.simulations.engines.data import fingerprint
from lms.simulations.models import Round, Run, RunMember, RunTeam, Sheet, SheetEntry, World, WorldResult
from lms.simulations.queries.ground import game_of, parameters_of
from lms.simulations.queries.runs import RunView
from lms.simulations.rules import Game, Json, RoundKind
from lms.simulations.rules.marks import MemberMark, Outcome, Took, mark_facts, member_mark
from lms.simulations.rules.participation import PART


@dataclass(frozen=True)
class MemberLine:
    """A member with what the run comes to for them."""

    place_id: int
    name: str
    team: str
    mark: MemberMark
    trace: Json
    """{"facts": […], "evidence": {code: [score, what it was made of]}}"""
    standing: StandingMark | None
    """What is recorded by now, released or not."""

    @property
    def by_hand(self) -> bool:
        """Whether a person decided on this mark since: recording leaves it alone."""
        return self.standing is not None and self.standing.origin != Origin.SIMULATION

    @property
    def changes(self) -> bool:
        """Whether recording changes what is recorded."""
        return (
            self.mark.value is not None
            and self.standing is not None
            and not self.by_hand
            and self.mark.value != self.standing.value
        )

    @property
    def fresh(self) -> bool:
        """Whether recording adds a mark."""
        return self.mark.value is not None and self.standing is None


@dataclass(frozen=True)
class RunMarks:
    """What a run comes to."""

    activity_id: int | None
    """The debrief's, which carries the mark; None: the programme marks nothing of it."""
    rounds: int
    gate: Fraction
    name: str
    """What the score is called."""
    lines: tuple[MemberLine, ...]

    @property
    def to_record(self) -> tuple[MemberLine, ...]:
        """Those for whom recording does something."""
        return tuple(one for one in self.lines if one.fresh or one.changes)

    @property
    def stamp(self) -> str:
        """Changes when any figure does: what is recorded is what was looked at."""
        return fingerprint(
            [
                [one.place_id, str(one.mark.value), str(one.standing.value) if one.standing else ""]
                for one in self.lines
            ]
        )[:16]


def run_marks(view: RunView) -> RunMarks:
    """What a run comes to for everybody who was in one of its teams and still has a place here. Eight statements."""
    run = db.session.get_one(Run, view.id)
    game, parameters = game_of(run), parameters_of(run)
    outline = curriculum.outline(view.cohort.version_id)
    gate = Fraction(str(outline.policies.simulations.participation))
    activity = outline.by_key.get(f"{game.prefix}-debrief")
    activity_id = activity.id if activity is not None and activity.group_key else None
    teams = {
        team.id: team
        for team in db.session.scalars(
            sa.select(RunTeam).where(RunTeam.run_id == run.id, RunTeam.team_id.is_not(None))
        )
    }
    closed, reports = _played(run.id)
    rounds = len(closed)
    took = _took(run.id, closed, reports, teams)
    names = {one.place_id: one.name for one in enrolment.names_of(view.cohort_id)}
    known = assessment.standing_marks(view.cohort_id, [activity_id]) if activity_id else {}
    name = "Competency index" if game.engine == "leadership" else "Balanced score"
    lines = []
    for place_id, rows in took.items():
        if place_id not in names:
            continue
        mark = member_mark(rows, rounds=rounds, gate=gate)
        team = teams[mark.team_id or rows[-1].team_id]
        report = reports[team.key, mark.last]
        trace = _trace(game, parameters, team, mark, report, name=name, rounds=rounds, gate=gate)
        standing = known.get((place_id, activity_id, "")) if activity_id else None
        lines.append(MemberLine(place_id, names[place_id], team.name, mark, trace, standing))
    lines.sort(key=lambda one: (one.team, one.name))
    return RunMarks(activity_id, rounds, gate, name, tuple(lines))


@dataclass(frozen=True)
class _Standing:
    """What a team's report of a round said of where it stood."""

    report: Json
    score: Fraction


def _played(run_id: int) -> tuple[dict[int, tuple[int, dt.datetime]], dict[tuple[str, int], _Standing]]:
    """Rounds of the competition that were published, and by team's key and number where each stood."""
    rows = db.session.execute(
        sa.select(Round.id, Round.number, Round.closes_at, WorldResult.report, WorldResult.scores)
        .join(WorldResult, WorldResult.round_id == Round.id)
        .join(World, World.id == WorldResult.world_id)
        .where(
            Round.run_id == run_id,
            Round.kind == RoundKind.ROUND,
            Round.published_at.is_not(None),
            WorldResult.superseded_at.is_(None),
        )
        .order_by(Round.number, World.number)
    )
    closed: dict[int, tuple[int, dt.datetime]] = {}
    reports: dict[tuple[str, int], _Standing] = {}
    for round_id, number, closes_at, written, scores in rows:
        closed[round_id] = (number, closes_at)
        report = json.loads(written)
        for key, score in scores.items():
            reports[key, number] = _Standing(report, Fraction(str(score)))
    return closed, reports


def _took(
    run_id: int,
    closed: dict[int, tuple[int, dt.datetime]],
    reports: dict[tuple[str, int], _Standing],
    teams: dict[int, RunTeam],
) -> dict[int, list[Took]]:
    """Place → the rounds for which they sat in a team when it closed, in order."""
    parts = _parts(list(closed))
    found: dict[int, list[Took]] = defaultdict(list)
    members = db.session.scalars(
        sa.select(RunMember).where(RunMember.run_id == run_id).order_by(RunMember.id)
    )
    for member in members:
        if member.team_id not in teams:
            continue
        for round_id, (number, closes_at) in closed.items():
            if member.joined_at <= closes_at and (member.left_at is None or member.left_at > closes_at):
                standing = reports[teams[member.team_id].key, number]
                part = (member.place_id, round_id) in parts
                found[member.place_id].append(Took(number, member.team_id, part, standing.score))
    return {place: sorted(rows, key=lambda one: one.number) for place, rows in found.items()}


def _parts(round_ids: Collection[int]) -> set[tuple[int, int]]:
    """(place, round) of everybody who had a part in a round."""
    rows = db.session.execute(
        sa.select(SheetEntry.place_id, Sheet.round_id)
        .join(Sheet, Sheet.id == SheetEntry.sheet_id)
        .where(Sheet.round_id.in_(round_ids), SheetEntry.kind.in_(PART))
        .distinct()
    )
    return {(place_id, round_id) for place_id, round_id in rows if place_id is not None}


def _trace(
    game: Game,
    parameters: Json,
    team: RunTeam,
    mark: MemberMark,
    standing: _Standing,
    *,
    name: str,
    rounds: int,
    gate: Fraction,
) -> Json:
    facts: list[dict[str, Any]] = mark_facts(
        mark,
        name=name,
        team=team.name,
        score=standing.score,
        rounds=rounds,
        gate=gate,
        helped=team.assisted_at is not None,
    )
    counts = mark.outcome is Outcome.COUNTS
    shown = game.evidence(parameters, standing.report, team.key) if counts else ()
    return {"facts": facts, "evidence": {one.code: [one.score, one.says] for one in shown}}
