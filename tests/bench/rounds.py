"""How long 40 worlds of six teams take to close: from the moment a round is due to its last result.

A budget, not a ratio: ten seconds on two cores. One process does all of it here, so that a second one is to spare; half
of the teams have submitted, bots decide for the others. The statements that a world takes are the same in every round.
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import time

import sqlalchemy as sa
from flask import Flask

from lms.cohorts.queries import CohortView
from lms.core import clock, outbox
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.simulations import actions, queries
from lms.simulations.models import RunTeam, Sheet
from lms.simulations.rules import RoundKind
from tests.factories import simulations, world
from tests.factories.simulations import Played
from tests.support.statements import statements

WORLDS, TEAMS, ROUNDS, LIMIT = 40, 6, 3, 10.0


def measure(app: Flask) -> None:
    """Print a line for each round."""
    with app.app_context():
        played = run_of(WORLDS * TEAMS)
        for number in range(1, ROUNDS + 1):
            handed_in(played, number)
            _line(number, *closed(played, number))


def run_of(teams: int, cohort: CohortView | None = None) -> Played:
    """A market of so many teams of one; every second is helped by a bot."""
    cohort = cohort or world.cohort(weeks_in=6, seats=teams + 10)
    played = simulations.run("market", teams=teams, members=1, cohort=cohort)
    strategies = queries.game_of(played.run).strategies()
    rows = db.session.scalars(sa.select(RunTeam).where(RunTeam.run_id == played.run_id).order_by(RunTeam.id))
    for at, team in enumerate(rows):
        team.strategy = strategies[at % len(strategies)] if at % 2 else ""
    db.session.commit()
    return played


def handed_in(played: Played, number: int) -> None:
    """Every team without a bot has submitted what it did before, written straight into the tables."""
    run, round_ = played.run, played.round(number)
    game, parameters = queries.game_of(run), queries.parameters_of(run)
    quiet = set(
        db.session.scalars(sa.select(RunTeam.key).where(RunTeam.run_id == run.id, RunTeam.strategy == ""))
    )
    for line in queries.worlds_of(run.id, RoundKind.ROUND):
        state = queries.state_of(line.id, number)
        for key, team_id in line.team_ids.items():
            if key in quiet:
                sheet = game.blank(parameters, state, key)
                db.session.add(
                    Sheet(
                        round_id=round_.id,
                        team_id=team_id,
                        draft=sheet,
                        submitted=sheet,
                        version=1,
                        submission=1,
                        submitted_version=1,
                    )
                )
    db.session.commit()


def closed(played: Played, number: int) -> tuple[float, list[int]]:
    """Seconds until the round was closed, and the statements of each world."""
    round_ = played.round(number)
    counts: list[int] = []
    with clock.at(round_.closes_at + dt.timedelta(seconds=1)):
        while outbox.drain():  # what waits from before: mails and the like
            pass
        began = time.perf_counter()
        with unit_of_work() as work:
            asked = actions.close_due(now=work.now)
        while True:
            with statements() as seen:
                tried = outbox.drain(1)
            if not tried:
                break
            counts.append(len(seen))
        took = time.perf_counter() - began
    if (
        asked != len(queries.worlds_of(played.run_id, RoundKind.ROUND))
        or played.round(number).closed_at is None
    ):
        raise SystemExit("The round was not closed.")
    return took, counts


def _line(number: int, took: float, counts: list[int]) -> None:
    verdict = "aim" if took < LIMIT else "ABOVE"
    sys.stdout.write(
        f"{f'round {number}':12}{took:9.2f} s of {LIMIT:.0f} {verdict:6}{WORLDS} worlds of {TEAMS}, one process; "
        f"SQL {statistics.median(counts):.0f} a world, {min(counts)} to {max(counts)}\n"
    )
    sys.stdout.flush()
