"""Looks at debriefs of simulations: part by part as it is led, a team's own, and a choice that is swapped."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import Cohort
from lms.core import outbox
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment.models import Team
from lms.enrolment.rules import TeamKind
from lms.simulations import actions
from lms.simulations.actions import NewRun
from lms.simulations.models import Round, Run
from lms.simulations.rules import Phase, RoundKind
from tests.browser.look import C14, DOWNLOAD, Look, looks
from tests.factories import world

_TOLD = (
    "from simulation_run r join simulation_team t on t.run_id = r.id"
    " join simulation_member m on m.team_id = t.id and m.left_at is null join place p on p.id = m.place_id"
    " join person n on n.id = p.person_id"
    " where r.cohort_id = 1 and r.phase in ('DEBRIEF', 'ENDED', 'debrief', 'ended')"
)
WORDS = {
    "told_run": f"select r.public_id {_TOLD} order by r.id desc limit 1",
    "told_team": f"select t.public_id {_TOLD} order by r.id desc, t.id limit 1",
}
_RUN = f"{C14}/simulations/{{told_run}}"
LOOKS: dict[str, tuple[Look, ...]] = {
    "simulations.debrief": (
        *looks(
            "coordinator", f"{_RUN}/debrief/", f"{_RUN}/debrief/?part=compare", f"{_RUN}/debrief/?part=truth"
        ),
        *looks("coordinator", f"{_RUN}/debrief/?part=turning", f"{_RUN}/debrief/?part=questions"),
        *looks("coordinator", f"{_RUN}/debrief/?part=after", f"{_RUN}/debrief/?room=1"),
        *looks("learner", f"{C14}/simulations/{{ended_market}}/debrief/?part=compare"),
    ),
    "simulations.team_debrief": (
        *looks("faculty", f"{_RUN}/teams/{{told_team}}/debrief/"),
        *looks("faculty", f"{_RUN}/teams/{{told_team}}/debrief/?part=turning"),
        *looks("faculty", f"{_RUN}/teams/{{told_team}}/debrief/?part=turning&what=nonsense&value=1"),
        *looks("faculty", f"{_RUN}/teams/{{told_team}}/debrief/?part=scores"),
        *looks("learner", f"{C14}/simulations/{{ended_market}}/teams/{{over_market}}/debrief/?part=turning"),
    ),
}
NO_PAGE: dict[str, str] = {"simulations.export": DOWNLOAD, "simulations.team_export": DOWNLOAD}


def prepare(_company: Any) -> None:
    """A leadership run of one round that is over, where the demonstration has none."""
    cohort_id = db.session.scalar(sa.select(Cohort.id).where(Cohort.slug == "cohort-14"))
    told = sa.select(Run.id).where(Run.cohort_id == cohort_id, Run.phase.in_((Phase.DEBRIEF, Phase.ENDED)))
    if cohort_id is None or db.session.scalar(told.limit(1)) is not None:
        return
    kinds = set(db.session.scalars(sa.select(Team.kind).where(Team.cohort_id == cohort_id)))
    kind = TeamKind.SIMULATION if TeamKind.SIMULATION in kinds else TeamKind.WORKING
    by = world.director()
    db.session.commit()
    with unit_of_work() as work:
        wanted = NewRun(cohort_id=cohort_id, engine="leadership", teams=kind, seed=7)
        run_id = actions.create_run(wanted, actor=by, now=work.now).id
        first = sa.and_(Round.number == 1, Round.kind == RoundKind.ROUND)
        db.session.execute(sa.delete(Round).where(Round.run_id == run_id, sa.not_(first)))
    with unit_of_work() as work:
        actions.begin_competition(run_id, actor=by, now=work.now)
    with unit_of_work() as work:
        (one,) = db.session.scalars(sa.select(Round).where(Round.run_id == run_id)).all()
        one.opens_at, one.closes_at = work.now - dt.timedelta(days=7), work.now - dt.timedelta(days=2)
        one.results_at = work.now - dt.timedelta(days=1)
    with unit_of_work() as work:
        actions.close_due(now=work.now)
    while outbox.drain():
        pass
    with unit_of_work() as work:
        actions.publish(run_id, one.id, now=work.now)
    with unit_of_work() as work:
        actions.start_debrief(run_id, actor=by, now=work.now)
    with unit_of_work() as work:
        actions.end_run(run_id, actor=by, now=work.now)
