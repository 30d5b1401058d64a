"""Runs as lists show them: all of a cohort for those who watch, one's own games for a learner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import Section
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.enrolment.models import Place
from lms.enrolment.rules import ACTIVE
from lms.simulations import rules
from lms.simulations.models import Round, Run, RunMember, RunTeam, Sheet
from lms.simulations.queries.runs import ROUND, RUN, RoundLine, RunView, round_line
from lms.simulations.rules import Phase, RoundKind, RoundState

RUN_NAMES = tuple(column.key for column in RUN)
GOING_ON = (RoundState.OPEN, RoundState.FROZEN, RoundState.DUE)


@dataclass(frozen=True, slots=True)
class GameLine:
    """A run as somebody is, or was, in a team of it."""

    run_id: int
    run_public_id: str
    title: str
    engine: str
    phase: Phase
    team_id: int
    team_public_id: str
    team_name: str
    left_at: dt.datetime | None
    rounds: tuple[RoundLine, ...]
    submitted: frozenset[int]
    """Rounds for which the team has submitted."""

    @property
    def current(self) -> RoundLine | None:
        """The round that is open, frozen or waits to be played; else the next one; else the last that there was."""
        return current_round(self.rounds, self.phase)


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run for those who watch all of its teams."""

    run: RunView
    section: str
    teams: int
    bots: int
    people: int
    rounds: tuple[RoundLine, ...]
    submitted: int
    """Teams of people that have submitted for the current round."""

    @property
    def current(self) -> RoundLine | None:
        """As of a game."""
        return current_round(self.rounds, self.run.phase)


def current_round(rounds: Collection[RoundLine], phase: Phase) -> RoundLine | None:
    """The round that a run is about: open, frozen or due before the next planned one, before the last that was played.

    In practice it is the practice's; once the competition has begun, practice is over.
    """
    practice = phase in (Phase.SETTING_UP, Phase.PRACTICE)
    mine = [one for one in rounds if one.practice] if practice else []
    mine = mine or [one for one in rounds if not one.practice]
    for wanted in (GOING_ON, (RoundState.PLANNED,)):
        found = [one for one in mine if one.state in wanted]
        if found:
            return min(found, key=lambda one: (one.closes_at, one.number))
    return max(mine, key=lambda one: one.number, default=None)


def rounds_of_runs(run_ids: Collection[int], now: dt.datetime) -> dict[int, tuple[RoundLine, ...]]:
    """The rounds of runs, practice first. One statement."""
    found: dict[int, list[RoundLine]] = {run_id: [] for run_id in run_ids}
    rows = db.session.execute(
        sa.select(*ROUND, Round.run_id)
        .where(Round.run_id.in_(run_ids))
        .order_by(Round.run_id, Round.kind, Round.number)
    )
    for row in rows:
        found[row.run_id].append(round_line(row, now))
    return {run_id: tuple(lines) for run_id, lines in found.items()}


def games_of(cohort_id: int, person_id: int, now: dt.datetime) -> list[GameLine]:
    """The games of a person in a cohort, the latest run first: teams they sit in, and teams they sat in.

    Three statements; discarded runs and those that are still being set up are nobody's yet.
    """
    rows = db.session.execute(
        sa.select(
            Run.id,
            Run.public_id,
            Run.title,
            Run.engine,
            Run.phase,
            RunTeam.id.label("team_id"),
            RunTeam.public_id.label("team_public_id"),
            RunTeam.name.label("team_name"),
            RunMember.left_at,
        )
        .select_from(RunMember)
        .join(Place, Place.id == RunMember.place_id)
        .join(RunTeam, RunTeam.id == RunMember.team_id)
        .join(Run, Run.id == RunMember.run_id)
        .where(
            Place.cohort_id == cohort_id,
            Place.person_id == person_id,
            Place.state.in_(ACTIVE),
            Run.phase.not_in((Phase.SETTING_UP, Phase.DISCARDED)),
        )
        .order_by(Run.id.desc(), RunMember.left_at.is_not(None), RunMember.id.desc())
    ).all()
    rounds = rounds_of_runs({row.id for row in rows}, now) if rows else {}
    done = (
        db.session.execute(
            sa.select(Sheet.team_id, Sheet.round_id).where(
                Sheet.team_id.in_({row.team_id for row in rows}), Sheet.submission > 0
            )
        ).all()
        if rows
        else []
    )
    return [
        GameLine(
            row.id,
            row.public_id,
            row.title,
            row.engine,
            row.phase,
            row.team_id,
            row.team_public_id,
            row.team_name,
            row.left_at,
            rounds[row.id],
            frozenset(round_id for team_id, round_id in done if team_id == row.team_id),
        )
        for row in rows
    ]


def playing(cohort_id: Any, person_id: Any) -> sa.ScalarSelect[int]:
    """Part of a statement: 2 where the person is in a run of the cohort that goes on, 1 where in one that is over."""
    return (
        sa.select(sa.func.max(sa.case((Run.phase == Phase.ENDED, 1), else_=2)))
        .select_from(RunMember)
        .join(Place, Place.id == RunMember.place_id)
        .join(Run, Run.id == RunMember.run_id)
        .where(
            Place.person_id == person_id,
            Place.cohort_id == cohort_id,
            RunMember.left_at.is_(None),
            Run.phase.not_in((Phase.SETTING_UP, Phase.DISCARDED)),
        )
        .scalar_subquery()
    )


def run_lines(cohort: CohortView, now: dt.datetime) -> list[RunLine]:
    """The runs of a cohort, the latest first. Four statements."""
    rows = db.session.execute(
        sa.select(*RUN, Section.name.label("section"))
        .outerjoin(Section, Section.id == Run.section_id)
        .where(Run.cohort_id == cohort.id)
        .order_by(Run.id.desc())
    ).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    rounds = rounds_of_runs(ids, now)
    of_people = sa.case((RunTeam.team_id.is_not(None), 1), else_=0)
    present = (
        sa.select(sa.func.count())
        .select_from(RunMember)
        .where(RunMember.run_id == RunTeam.run_id, RunMember.left_at.is_(None))
        .correlate(RunTeam)
        .scalar_subquery()
    )
    counts = {
        run_id: (teams, bots, people)
        for run_id, teams, bots, people in db.session.execute(
            sa.select(
                RunTeam.run_id,
                sa.func.sum(of_people),
                sa.func.sum(1 - of_people),
                sa.func.max(present),
            )
            .where(RunTeam.run_id.in_(ids), RunTeam.ended_at.is_(None))
            .group_by(RunTeam.run_id)
        )
    }
    sheets = db.session.execute(
        sa.select(Sheet.round_id, sa.func.count())
        .join(Round, Round.id == Sheet.round_id)
        .where(Round.run_id.in_(ids), Sheet.submission > 0)
        .group_by(Sheet.round_id)
    )
    submitted = {row.round_id: int(row[1]) for row in sheets}
    found = []
    for row in rows:
        view = RunView(**{name: getattr(row, name) for name in RUN_NAMES}, cohort=cohort)
        teams, bots, people = counts.get(view.id, (0, 0, 0))
        current = current_round(rounds[view.id], view.phase)
        found.append(
            RunLine(
                view,
                row.section or "",
                int(teams),
                int(bots),
                int(people or 0),
                rounds[view.id],
                submitted.get(current.id, 0) if current else 0,
            )
        )
    return found


def round_name(line: RoundLine) -> str:
    """What a round is called in lists."""
    return "Practice round" if line.kind is RoundKind.PRACTICE else f"Round {line.number}"


@dataclass(frozen=True, slots=True)
class WayIn:
    """Where the page of a round or a debrief leads somebody who plays."""

    run_public_id: str
    team_public_id: str
    team_name: str
    told: bool
    """The debrief has begun."""


def way_in(place_id: int, key: str) -> WayIn | None:
    """The team in which somebody plays the simulation of an activity (ps-r3, ls-debrief). One statement."""
    engines = [one.engine for one in rules.games() if key.startswith(f"{one.prefix}-")]
    row = db.session.execute(
        sa.select(Run.public_id, RunTeam.public_id, RunTeam.name, Run.phase)
        .join(RunTeam, RunTeam.run_id == Run.id)
        .join(RunMember, RunMember.team_id == RunTeam.id)
        .where(
            RunMember.place_id == place_id,
            RunMember.left_at.is_(None),
            Run.engine.in_(engines),
            Run.phase.not_in([Phase.SETTING_UP, Phase.DISCARDED]),
        )
        .order_by(Run.id.desc())
        .limit(1)
    ).one_or_none()
    return WayIn(*row[:3], row[3] in (Phase.DEBRIEF, Phase.ENDED)) if row else None
