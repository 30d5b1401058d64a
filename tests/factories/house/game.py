"""Simulations of the house: Lea's team has played the practice and is in its first round; another run is being set up.

Others who add pages name their things here: `simulations:public_id` is the market run, `simulations:team` Lea's team in
it, `simulations:round` its first round, which is open, `simulations:played` the practice round, whose results are out.
`simulations.setup:public_id` is a leadership run that is being set up, `simulations.debrief:public_id`
one that is over.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core import outbox
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment.actions import NewTeam
from lms.enrolment.rules import TeamKind
from lms.people.rules import Actor
from lms.simulations import actions
from lms.simulations.actions import NewRun
from lms.simulations.models import Round, Run, RunTeam
from lms.simulations.rules import RoundKind
from tests.factories import world
from tests.factories.house.finding import place_of

if TYPE_CHECKING:
    from tests.factories.house import Builder


def runs(at: Builder) -> None:
    """A market run between the working teams, a leadership run that is being set up, and one of the other cohort."""
    by = world.director()
    market = _made(at.own, "market", TeamKind.WORKING, by)
    with unit_of_work() as work:
        actions.begin_practice(market, actor=by, now=work.now)
    # The house is long past the weeks of these rounds: the practice ends now, the competition begins, a week a round.
    _dated(market, at.now)
    with unit_of_work() as work:
        actions.close_due(now=work.now)
    while outbox.drain():
        pass
    practice = _round(market, RoundKind.PRACTICE)
    with unit_of_work() as work:
        actions.publish(market, practice.id, now=work.now)
    with unit_of_work() as work:
        actions.begin_competition(market, actor=by, now=work.now)
    at.values |= _names(market, "simulations") | {
        "simulations:round": _round(market, RoundKind.ROUND).public_id,
        "simulations:played": practice.public_id,
        "simulations.marks_file:ending": "csv",
        "simulations.roles_file:ending": "xlsx",
        "simulations.team_log_file:ending": "csv",
    }
    ended = _ended(at, by)
    for page in DEBRIEFED:
        at.values |= _names(ended, f"simulations.{page}")
    at.values["simulations:file"] = "decisions.csv"
    with unit_of_work() as work:
        actions.note(market, "They argue well.", actor=by, now=work.now)
    waiting = _made(at.own, "leadership", TeamKind.WORKING, by)
    at.values |= _names(waiting, "simulations.setup")
    with unit_of_work() as work:
        stranger = place_of(at.other, at.persons["learner, other cohort"])
        new = [NewTeam(name="Elsewhere", place_ids=(stranger,))]
        enrolment.form_teams(at.other.id, TeamKind.SIMULATION, new, actor=by, now=work.now)
    elsewhere = _made(at.other, "leadership", TeamKind.SIMULATION, by)
    for page in ("", ".setup", *(f".{one}" for one in DEBRIEFED)):
        at.foreign |= _names(elsewhere, f"simulations{page}")
    at.foreign["simulations:round"] = _round(elsewhere, RoundKind.ROUND).public_id


DEBRIEFED = ("debrief", "team_debrief", "lead_debrief", "resolve", "export", "team_export")
"""Pages whose run is over: those who played may read them."""


def _ended(at: Builder, by: Actor) -> int:
    """A leadership run that was played in one round, debriefed and ended."""
    run_id = _made(at.own, "leadership", TeamKind.WORKING, by)
    db.session.execute(
        sa.delete(Round).where(
            Round.run_id == run_id, sa.or_(Round.number > 1, Round.kind == RoundKind.PRACTICE)
        )
    )
    db.session.commit()
    with unit_of_work() as work:
        actions.begin_competition(run_id, actor=by, now=work.now)
    for one in db.session.scalars(sa.select(Round).where(Round.run_id == run_id)):
        one.opens_at, one.closes_at = at.now - dt.timedelta(days=9), at.now - dt.timedelta(days=4)
        one.results_at = at.now - dt.timedelta(days=3)
    db.session.commit()
    with unit_of_work() as work:
        actions.close_due(now=work.now)
    while outbox.drain():
        pass
    with unit_of_work() as work:
        actions.publish(run_id, _round(run_id, RoundKind.ROUND).id, now=work.now)
    with unit_of_work() as work:
        actions.start_debrief(run_id, actor=by, now=work.now)
    with unit_of_work() as work:
        actions.end_run(run_id, actor=by, now=work.now)
    return run_id


def _made(cohort: CohortView, engine: str, kind: TeamKind, by: Actor) -> int:
    with unit_of_work() as work:
        wanted = NewRun(cohort_id=cohort.id, engine=engine, teams=kind, seed=14)
        return actions.create_run(wanted, actor=by, now=work.now).id


def _dated(run_id: int, now: dt.datetime) -> None:
    for one in db.session.scalars(sa.select(Round).where(Round.run_id == run_id)):
        weeks = one.number - 1 if one.kind is RoundKind.ROUND else -1
        one.opens_at = now - dt.timedelta(days=2) + dt.timedelta(weeks=weeks)
        one.closes_at = one.opens_at + dt.timedelta(days=5)
        one.results_at = one.closes_at + dt.timedelta(hours=12)
    db.session.commit()


def _round(run_id: int, kind: RoundKind, number: int = 1) -> Round:
    wanted = sa.select(Round).where(Round.run_id == run_id, Round.kind == kind, Round.number == number)
    return db.session.scalars(wanted).one()


def _names(run_id: int, domain: str) -> dict[str, str]:
    """What addresses call a run and its first team."""
    run = db.session.get_one(Run, run_id)
    team = db.session.scalars(
        sa.select(RunTeam).where(RunTeam.run_id == run_id, RunTeam.key == "team-01")
    ).one()
    return {
        f"{domain}:public_id": run.public_id,
        f"{domain}:run": run.public_id,
        f"{domain}:run_id": run.public_id,
        f"{domain}:team": team.public_id,
        f"{domain}:team_id": team.public_id,
    }
