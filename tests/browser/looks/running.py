"""Looks at what whoever runs a simulation has before them: console, projector, log of a team."""

from __future__ import annotations

import sqlalchemy as sa

from lms.cohorts.models import Cohort
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment.rules import TeamKind
from lms.simulations import actions
from lms.simulations.actions import NewRun
from lms.simulations.models import Run, RunTeam
from lms.simulations.rules import Phase
from tests.browser.company import Company
from tests.browser.look import C14, C15, DOWNLOAD, Look, looks
from tests.factories import world

_RUN = f"{C14}/simulations/{{running_run}}"
_LED = "/cohorts/partner-2/simulations/{open_leadership}"
_OPEN = f"{C15}/simulations/{{open_market}}"
LOOKS: dict[str, tuple[Look, ...]] = {
    "simulations.console": (*looks("faculty", f"{_RUN}/", f"{_OPEN}/"), *looks("director", f"{_LED}/")),
    "simulations.projector": (
        *looks("faculty", f"{_RUN}/projector/", f"{_OPEN}/projector/"),
        *looks("director", f"{_LED}/projector/"),
    ),
    "simulations.team_log": looks("faculty", f"{_RUN}/teams/{{running_team}}/log/"),
}
NO_PAGE = {"simulations.team_log_file": DOWNLOAD}


def prepare(company: Company) -> None:
    """The market of cohort 14; one is begun where the demonstration has none."""
    cohort_id = db.session.scalars(sa.select(Cohort.id).where(Cohort.slug == "cohort-14")).one()
    wanted = sa.select(Run.id).where(
        Run.cohort_id == cohort_id, Run.engine == "market", Run.phase != Phase.DISCARDED
    )
    run_id = db.session.scalar(wanted.order_by(Run.id).limit(1))
    if run_id is None:
        by = world.director()
        with unit_of_work() as work:
            new = NewRun(cohort_id=cohort_id, engine="market", teams=TeamKind.WORKING, seed=14)
            run_id = actions.create_run(new, actor=by, now=work.now).id
        with unit_of_work() as work:
            actions.begin_competition(run_id, actor=by, now=work.now)
    team = sa.select(RunTeam.public_id).where(RunTeam.run_id == run_id, RunTeam.team_id.is_not(None))
    company.links |= {
        "running_run": db.session.get_one(Run, run_id).public_id,
        "running_team": str(db.session.scalar(team.order_by(RunTeam.id).limit(1))),
    }
