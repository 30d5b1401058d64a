"""Runs of simulations for tests: a cohort with teams, and rounds played through the real actions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core import clock, outbox
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment.actions import NewTeam
from lms.enrolment.rules import TeamKind
from lms.people.models import Person
from lms.simulations import actions, queries, rules
from lms.simulations.actions import NewRun, SheetChange
from lms.simulations.engines.play import parameters as parameters_in
from lms.simulations.engines.play import shipped
from lms.simulations.models import Round, Run, RunTeam
from lms.simulations.rules import Json, RoundKind
from tests.factories import world
from tests.support import kept


@dataclass
class Played:
    """A run with the people of its teams."""

    cohort: CohortView
    run_id: int
    people: dict[str, list[tuple[Person, int]]]
    """Team's key → its members with their places."""

    @property
    def run(self) -> Run:
        """The run, as it is now."""
        return db.session.get_one(Run, self.run_id, populate_existing=True)

    def round(self, number: int = 1, kind: RoundKind = RoundKind.ROUND) -> Round:
        """A round, as it is now."""
        wanted = sa.select(Round).where(
            Round.run_id == self.run_id, Round.kind == kind, Round.number == number
        )
        return db.session.scalars(wanted.execution_options(populate_existing=True)).one()

    def team(self, key: str = "team-01") -> RunTeam:
        """A team by its key."""
        return db.session.scalars(
            sa.select(RunTeam).where(RunTeam.run_id == self.run_id, RunTeam.key == key)
        ).one()

    def change(
        self, key: str = "team-01", at: int = 0, *, number: int = 1, kind: RoundKind = RoundKind.ROUND
    ) -> SheetChange:
        """What a member of a team does to the sheet of a round, on its present version."""
        round_, team = self.round(number, kind), self.team(key)
        sheet = queries.sheet_of(round_.id, team.id)
        return SheetChange(
            round_id=round_.id, team_id=team.id, place_id=self.people[key][at][1], version=sheet.version
        )

    def blank(self, key: str = "team-01", *, number: int = 1, kind: RoundKind = RoundKind.ROUND) -> Json:
        """A sheet that can be submitted as it stands."""
        run = self.run
        world_ = next(one for one in queries.worlds_of(run.id, kind) if key in one.team_ids)
        game, parameters = queries.game_of(run), queries.parameters_of(run)
        state = queries.state_of(world_.id, number)
        sheet = game.blank(parameters, state, key)
        if run.engine == "leadership":
            sheet |= {"options": dict.fromkeys(self.cards(key, number=number, kind=kind), "b")}
        return sheet

    def cards(self, key: str, *, number: int, kind: RoundKind) -> list[str]:
        """The cards of a round of Six Quarters."""
        from lms.simulations.engines.leadership import Parameters, State, deal

        world_ = next(one for one in queries.worlds_of(self.run_id, kind) if key in one.team_ids)
        state = State.read(queries.state_of(world_.id, number)["teams"][key])
        params = Parameters.read(queries.parameters_of(self.run))
        return [card.id for card in deal.hand(params, state.seed, number)]

    def submits(
        self,
        key: str = "team-01",
        sheet: Json | None = None,
        *,
        number: int = 1,
        kind: RoundKind = RoundKind.ROUND,
        why: str = "Because we looked.",
    ) -> None:
        """The first member of a team saves and submits a sheet, an hour before the close."""
        with clock.at(self.round(number, kind).closes_at - dt.timedelta(hours=1)):
            with unit_of_work() as work:
                written = sheet or self.blank(key, number=number, kind=kind)
                actions.save(self.change(key, number=number, kind=kind), written, why, now=work.now)
            with unit_of_work() as work:
                actions.submit(self.change(key, number=number, kind=kind), now=work.now)

    def plays(
        self, number: int = 1, kind: RoundKind = RoundKind.ROUND, *, publish: bool = True, later: int = 1
    ) -> None:
        """The worker closes a round so many minutes after its end, and shows its results when their time has come."""
        with clock.at(self.round(number, kind).closes_at + dt.timedelta(minutes=later)):
            with unit_of_work() as work:
                actions.close_due(now=work.now)
            while outbox.drain():
                pass
        if publish:
            with clock.at(self.round(number, kind).results_at), unit_of_work() as work:
                actions.publish_due(now=work.now)


def run(
    engine: str = "market",
    *,
    teams: int = 3,
    members: int = 3,
    cohort: CohortView | None = None,
    seed: int = 14,
    competing: bool = True,
    kind: TeamKind = TeamKind.SIMULATION,
    rounds: int = 0,
    parameters: Json | None = None,
) -> Played:
    """A run whose competition has begun (or, without, one that is being set up), a week before its first round.

    `rounds` shortens the game: as many as given, not as many as the scenario has. `parameters` stand in place of those
    that are shipped.
    """
    wanted = Wanted(engine, teams, members, seed, competing, kind, rounds)
    if cohort is not None or parameters is not None or clock.is_set():
        made = _made(wanted, cohort or wanted.cohort(), parameters)
    else:
        made = kept.beginning((wanted, clock.now().isocalendar()[:2]), lambda: _made(wanted, wanted.cohort()))
    found = {
        one.id: one for one in db.session.scalars(sa.select(Person).where(Person.id.in_(made.person_ids)))
    }
    people = {
        key: [(found[person_id], place_id) for person_id, place_id in members_]
        for key, members_ in made.people.items()
    }
    return Played(made.cohort, made.run_id, people)


@dataclass(frozen=True)
class Wanted:
    """What a run is to be."""

    engine: str
    teams: int
    members: int
    seed: int
    competing: bool
    kind: TeamKind
    rounds: int

    def cohort(self) -> CohortView:
        """A cohort in the week before the first round."""
        return world.cohort(weeks_in=6 if self.engine == "market" else 29)


@dataclass(frozen=True)
class _Made:
    """A run by its ids, which hold in whatever session."""

    cohort: CohortView
    run_id: int
    people: dict[str, list[tuple[int, int]]]

    @property
    def person_ids(self) -> list[int]:
        return [person_id for members in self.people.values() for person_id, _ in members]


def _made(wanted: Wanted, cohort: CohortView, parameters: Json | None = None) -> _Made:
    by = world.director()
    people: dict[str, list[tuple[int, int]]] = {}
    named = []
    for at in range(1, wanted.teams + 1):
        names = [f"Team{at:02} Member{number}" for number in range(1, wanted.members + 1)]
        seats = [world.learner(cohort, name) for name in names]
        people[f"team-{at:02}"] = [(one.id, place_of(cohort, one)) for one in seats]
        places = tuple(place_id for _, place_id in people[f"team-{at:02}"])
        named.append(NewTeam(name=f"Table {at:02}", place_ids=places))
    with unit_of_work() as work:
        enrolment.form_teams(cohort.id, wanted.kind, named, actor=by, now=work.now)
    with unit_of_work() as work:
        new = NewRun(
            cohort_id=cohort.id,
            engine=wanted.engine,
            teams=wanted.kind,
            seed=wanted.seed,
            parameters=parameters or shortened(wanted.engine, wanted.rounds),
        )
        run_id = actions.create_run(new, actor=by, now=work.now).id
    if wanted.competing:
        with unit_of_work() as work:
            actions.begin_competition(run_id, actor=by, now=work.now)
    return _Made(cohort, run_id, people)


def place_of(cohort: CohortView, who: Person) -> int:
    """The id of somebody's place."""
    from lms.enrolment import queries as enrolment_queries

    found = enrolment_queries.place_of(cohort.id, who.id)
    assert found is not None
    return found


def shortened(engine: str, rounds: int) -> Json | None:
    """The shipped scenario with fewer rounds; None: as it is."""
    if not rounds:
        return None
    game = next(one for one in rules.games() if one.engine == engine)
    parameters = parameters_in(shipped(game.scenario))
    if engine == "leadership":
        raise ValueError("cards of Six Quarters are dealt for all of its rounds")
    return {**parameters, "rounds": rounds}
