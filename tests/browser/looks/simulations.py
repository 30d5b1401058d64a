"""Looks at the pages of simulations: a team's place while a round is open, its reports, and what staff make of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa

from lms.cohorts.models import Cohort
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.simulations import actions, queries
from lms.simulations.actions import SheetChange
from lms.simulations.models import Round, Run, RunMember, RunTeam, Sheet, World, WorldTeam
from lms.simulations.rules import RoundKind
from tests.browser.company import Company
from tests.browser.look import C14, C15, DOWNLOAD, Look, looks
from tests.support.pages import Visitor

_MARKET = f"{C15}/simulations/{{open_market}}"
_QUARTERS = "/cohorts/partner-2/simulations/{open_leadership}"
_OVER = f"{C14}/simulations/{{ended_market}}/teams/{{over_market}}"
_LED = f"{C14}/simulations/{{ended_leadership}}/teams/{{over_leadership}}"
WHOLE_YEAR = 100
"""Kilobytes: a year is decided on one page, with up to four products, map and charts; 13 are sent, compressed."""
LOOKS: dict[str, tuple[Look, ...]] = {
    "simulations.index": (
        *looks("learner", f"{C14}/simulations/"),
        *looks("midway", f"{C15}/simulations/"),
        *looks("coordinator", f"{C14}/simulations/"),
    ),
    "simulations.new_run": looks("coordinator", f"{C14}/simulations/new/"),
    "simulations.setup": (
        *looks("coordinator", f"{C14}/simulations/{{ended_market}}/setup/"),
        *looks("coordinator", f"{_MARKET}/setup/"),
    ),
    "simulations.game": (
        Look("submitter", f"{_MARKET}/teams/{{decided_team}}/", weight=WHOLE_YEAR),
        Look("waiter", f"{_MARKET}/teams/{{waiting_team}}/", weight=WHOLE_YEAR),
        *looks("faculty", f"{_MARKET}/teams/{{decided_team}}/", f"{_MARKET}/teams/{{waiting_team}}/"),
        Look("agreed", f"{_QUARTERS}/teams/{{agreed_team}}/", weight=WHOLE_YEAR),
        Look("deciding", f"{_QUARTERS}/teams/{{deciding_team}}/", weight=WHOLE_YEAR),
        *looks("learner", f"{_OVER}/", f"{_LED}/"),
    ),
    "simulations.report": (
        *looks("waiter", f"{_MARKET}/teams/{{waiting_team}}/rounds/{{told_year}}/"),
        *looks("deciding", f"{_QUARTERS}/teams/{{deciding_team}}/rounds/{{told_quarter}}/"),
        *looks("learner", f"{_OVER}/rounds/{{last_year}}/", f"{_LED}/rounds/{{last_quarter}}/"),
    ),
    "simulations.history": (
        *looks("waiter", f"{_MARKET}/teams/{{waiting_team}}/history/"),
        *looks("deciding", f"{_QUARTERS}/teams/{{deciding_team}}/history/"),
        *looks("learner", f"{_OVER}/history/", f"{_LED}/history/"),
    ),
    "simulations.marks": (
        *looks("coordinator", f"{C14}/simulations/{{ended_market}}/marks"),
        *looks("coordinator", f"{_MARKET}/marks"),
    ),
}
NO_PAGE: dict[str, str] = {
    "simulations.books": DOWNLOAD,
    "simulations.marks_file": DOWNLOAD,
    "simulations.roles_file": DOWNLOAD,
}


def _run(cohort_id: int, engine: str) -> str:
    return (
        f"select public_id from simulation_run where engine = '{engine}' and cohort_id = {cohort_id}"
        " order by id limit 1"
    )


def _of_learner(engine: str) -> str:
    return (
        "select t.public_id from simulation_team t join simulation_run r on r.id = t.run_id"
        " join simulation_member m on m.team_id = t.id join place p on p.id = m.place_id"
        " join person n on n.id = p.person_id"
        f" where n.email = 'learner@cadre.example' and r.engine = '{engine}' and r.cohort_id = 1 limit 1"
    )


def _told(cohort_id: int, engine: str) -> str:
    return (
        "select d.public_id from simulation_round d join simulation_run r on r.id = d.run_id"
        f" where r.engine = '{engine}' and r.cohort_id = {cohort_id} and d.published_at is not null"
        " order by d.kind desc, d.number desc limit 1"
    )


WORDS = {
    "ended_market": _run(1, "market"),
    "ended_leadership": _run(1, "leadership"),
    "open_market": _run(2, "market"),
    "open_leadership": _run(4, "leadership"),
    "over_market": _of_learner("market"),
    "over_leadership": _of_learner("leadership"),
    "told_year": _told(2, "market"),
    "told_quarter": _told(4, "leadership"),
    "last_year": _told(1, "market"),
    "last_quarter": _told(1, "leadership"),
}


def prepare(company: Company) -> None:
    """A round of each game that is open on whatever day this is; a team that has submitted, and one that has not."""
    _seats(company, "cohort-15", "market", {"submitter": "decided_team", "waiter": "waiting_team"})
    _seats(company, "partner-2", "leadership", {"agreed": "agreed_team", "deciding": "deciding_team"})


def _seats(company: Company, slug: str, engine: str, names: dict[str, str]) -> None:
    """Who looks as a member of a team that has submitted, and of one that has not, and what stands for their teams."""
    cohort = sa.select(Cohort.id).where(Cohort.slug == slug).scalar_subquery()
    run = db.session.scalars(sa.select(Run).where(Run.cohort_id == cohort, Run.engine == engine)).one()
    round_ = _opened(run.id)
    teams = list(
        db.session.scalars(
            sa.select(RunTeam)
            .join(WorldTeam, WorldTeam.team_id == RunTeam.id)
            .join(World, World.id == WorldTeam.world_id)
            .where(RunTeam.run_id == run.id, RunTeam.team_id.is_not(None), World.kind == RoundKind.ROUND)
            .order_by(RunTeam.id)
        )
    )

    def done() -> dict[int, int]:
        kept = sa.select(Sheet.team_id, Sheet.submission).where(Sheet.round_id == round_.id)
        return {row.team_id: row.submission for row in db.session.execute(kept)}

    if not any(done().values()):
        _submits(run, round_, teams[-1])
    found = done()
    tests = (lambda team: found.get(team.id, 0) > 0, lambda team: not found.get(team.id, 0))
    for (who, word), wanted in zip(names.items(), tests, strict=True):
        company.links[word] = _seat(company, who, teams, wanted)


def _opened(run_id: int) -> Round:
    """The round that is on; at a weekend the next one, which is opened."""
    now = clock.now()
    wanted = sa.select(Round).where(
        Round.run_id == run_id, Round.kind == RoundKind.ROUND, Round.closed_at.is_(None)
    )
    found = db.session.scalars(wanted.order_by(Round.number)).first()
    assert found is not None, "there is no round that may still be played"
    if found.opens_at > now or found.closes_at <= now:
        with unit_of_work():
            begins = now - dt.timedelta(days=1)
            spans = {
                "opens_at": begins,
                "closes_at": begins + dt.timedelta(days=3),
                "results_at": begins + dt.timedelta(days=4),
            }
            db.session.execute(sa.update(Round).where(Round.id == found.id).values(**spans))
            before = sa.update(Round).where(Round.run_id == run_id, Round.number < found.number)
            db.session.execute(
                before.where(Round.published_at.is_(None), Round.kind == RoundKind.ROUND).values(
                    published_at=begins
                )
            )
    return found


def _submits(run: Run, round_: Round, team: RunTeam) -> None:
    """A team submits what its sheet begins with."""
    world_ = next(one for one in queries.worlds_of(run.id, RoundKind.ROUND) if team.key in one.team_ids)
    ground = queries.ground(run, world_.id, round_.number)
    sheet = ground.game.blank(ground.parameters, ground.state, team.key)
    place_id = db.session.scalars(
        sa.select(RunMember.place_id).where(RunMember.team_id == team.id, RunMember.left_at.is_(None))
    ).first()
    assert place_id is not None
    for act in ("save", "submit"):
        with unit_of_work() as work:
            version = queries.sheet_of(round_.id, team.id).version
            change = SheetChange(round_id=round_.id, team_id=team.id, place_id=place_id, version=version)
            if act == "save":
                actions.save(change, sheet, "We go on as we are.", now=work.now)
            else:
                actions.submit(change, now=work.now)


def _seat(company: Company, name: str, teams: list[RunTeam], wanted: Callable[[RunTeam], bool]) -> str:
    """Let somebody look as a member of the first such team; of the first of all where there is none."""
    team = next((one for one in teams if wanted(one)), teams[0])
    person = db.session.scalars(
        sa.select(Person)
        .join(Place, Place.person_id == Person.id)
        .join(RunMember, RunMember.place_id == Place.id)
        .where(RunMember.team_id == team.id, RunMember.left_at.is_(None))
        .order_by(RunMember.id)
    ).first()
    assert person is not None
    company.visitors[name] = Visitor(company.app).signed_in(person)
    return team.public_id
