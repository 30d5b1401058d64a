"""Runs and their rounds, as guards and lists know them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.people.rules import Actor
from lms.simulations.models import Round, Run
from lms.simulations.queries.ground import times_of
from lms.simulations.rules import Phase, Ranking, RoundKind, RoundState, games, round_state


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as guards hand it on."""

    id: int
    public_id: str
    title: str
    scenario: str
    engine: str
    engine_version: str
    fingerprint: str
    phase: Phase
    ranking: Ranking
    version: int
    section_id: int | None
    cohort: CohortView

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round as lists show it."""

    id: int
    public_id: str
    kind: RoundKind
    number: int
    activity_id: int | None
    opens_at: dt.datetime
    closes_at: dt.datetime
    results_at: dt.datetime
    state: RoundState
    attempt: int
    event: dict[str, Any]

    @property
    def practice(self) -> bool:
        """Whether it counts for nothing."""
        return self.kind is RoundKind.PRACTICE


RUN = (
    Run.id,
    Run.public_id,
    Run.title,
    Run.scenario,
    Run.engine,
    Run.engine_version,
    Run.fingerprint,
    Run.phase,
    Run.ranking,
    Run.version,
    Run.section_id,
)
ROUND = (
    Round.id,
    Round.public_id,
    Round.kind,
    Round.number,
    Round.activity_id,
    Round.opens_at,
    Round.closes_at,
    Round.results_at,
    Round.frozen_at,
    Round.closed_at,
    Round.published_at,
    Round.attempt,
    Round.event,
)


def run_visible_to(actor: Actor, slug: str, public_id: str) -> RunView:
    """The run of a cohort with this id; NotFound when there is none or the actor does not see the cohort."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    row = db.session.execute(
        sa.select(*RUN).where(Run.cohort_id == cohort.id, Run.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return RunView(*row, cohort=cohort)


def runs_of(cohort: CohortView) -> list[RunView]:
    """The runs of a cohort, the latest first."""
    rows = db.session.execute(sa.select(*RUN).where(Run.cohort_id == cohort.id).order_by(Run.id.desc()))
    return [RunView(*row, cohort=cohort) for row in rows]


@dataclass(frozen=True, slots=True)
class PinnedRun:
    """A run that is not over, and whether this installation can play it."""

    cohort: str
    title: str
    phase: Phase
    engine: str
    version: str
    playable: bool


def pinned() -> list[PinnedRun]:
    """Every run that is not over with the version of its engine. One statement."""
    here = {(one.engine, one.version) for one in games()}
    rows = db.session.execute(
        sa.select(Cohort.name, Run.title, Run.phase, Run.engine, Run.engine_version)
        .join(Cohort, Cohort.id == Run.cohort_id)
        .where(Run.phase.not_in((Phase.ENDED, Phase.DISCARDED)))
        .order_by(Cohort.name, Run.id)
    )
    return [PinnedRun(*row, playable=(row.engine, row.engine_version) in here) for row in rows]


def round_line(row: Any, now: dt.datetime) -> RoundLine:
    """A row of `ROUND` with where the round stands."""
    return RoundLine(
        row.id,
        row.public_id,
        row.kind,
        row.number,
        row.activity_id,
        row.opens_at,
        row.closes_at,
        row.results_at,
        round_state(times_of(row), now),
        row.attempt,
        row.event,
    )


def rounds_of(run_id: int, now: dt.datetime) -> list[RoundLine]:
    """The rounds of a run: practice first, then by number."""
    rows = db.session.execute(
        sa.select(*ROUND).where(Round.run_id == run_id).order_by(Round.kind, Round.number)
    )
    return [round_line(row, now) for row in rows]
