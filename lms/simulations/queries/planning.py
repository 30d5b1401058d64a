"""A run before it is made: who would play, in how many worlds, against which bots, when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.enrolment import queries as enrolment
from lms.enrolment.models import Place, Team
from lms.enrolment.queries import TeamLine
from lms.enrolment.rules import TeamKind
from lms.enrolment.rules.teams import Candidate, TeamRules, form
from lms.people.models import Person
from lms.scheduling import queries as scheduling
from lms.scheduling.queries import ItemLine, Whose
from lms.simulations.models import RunMember, RunTeam
from lms.simulations.queries.carried import carrying
from lms.simulations.rules import Game, Json, RoundKind


@dataclass(frozen=True, slots=True)
class Sitting:
    """A team that would play."""

    name: str
    place_ids: tuple[int, ...]
    people: tuple[str, ...]


@dataclass(frozen=True)
class RunPlan:
    """What a run would be."""

    teams: tuple[Sitting, ...]
    worlds: int
    bots: int
    rounds: tuple[tuple[RoundKind, int, dt.datetime, dt.datetime], ...]
    sizes: tuple[int, int]
    """The least and most members of a team that the game is made for."""

    @property
    def odd(self) -> tuple[str, ...]:
        """Teams whose size the game is not made for."""
        least, most = self.sizes
        return tuple(one.name for one in self.teams if not least <= len(one.people) <= most)


def playing_teams(
    cohort_id: int,
    kind: TeamKind,
    section_id: int | None,
    now: dt.datetime,
    *,
    engine: str = "",
) -> list[TeamLine]:
    """The teams of a kind with anybody in them, by name; of a section: those in which anybody of it sits.

    `engine`: of a game; without those who bring a result of it from another cohort.
    """
    every = enrolment.teams(cohort_id, kind, now)
    out = carrying(engine, [one.place_id for line in every for one in line.members]) if engine else set()
    lines = [
        replace(line, members=tuple(one for one in line.members if one.place_id not in out)) for line in every
    ]
    lines = [line for line in lines if line.members]
    if section_id is not None:
        here = set(db.session.scalars(sa.select(Place.id).where(Place.section_id == section_id)))
        lines = [line for line in lines if any(one.place_id in here for one in line.members)]
    return sorted(lines, key=lambda one: one.name)


def formed(
    cohort: CohortView, engine: str, section_id: int | None, names: Iterable[str], now: dt.datetime
) -> list[Sitting]:
    """Teams formed by the rules of the cohort from those who sit in no simulation team yet.

    Not from those who bring a result of the game from another cohort: they do not play it again.
    """
    seated = {
        one.place_id for line in enrolment.teams(cohort.id, TeamKind.SIMULATION, now) for one in line.members
    }
    people = [
        line
        for line in enrolment.roster(cohort.id)
        if line.state.value == "enrolled"
        and line.place_id not in seated
        and (section_id is None or line.section_id == section_id)
    ]
    out = carrying(engine, [line.place_id for line in people])
    people = [line for line in people if line.place_id not in out]
    policy = curriculum.outline(cohort.version_id).policies.teams
    rules = TeamRules(policy.size[0], policy.size[1], policy.max_zone_hours, policy.max_same_employer)
    groups = form(
        [Candidate(one.place_id, one.name, one.zone, one.employer, one.job_title) for one in people],
        rules,
        max(now.date(), cohort.starts_on),
    )
    free = iter(names)
    return [
        Sitting(next(free), tuple(one.place_id for one in team), tuple(one.name for one in team))
        for team in groups
    ]


def names_taken(cohort_id: int) -> set[str]:
    """What simulation teams of a cohort are or were called, in lower case: a name is given once."""
    return {
        name.lower()
        for name in db.session.scalars(
            sa.select(Team.name).where(Team.cohort_id == cohort_id, Team.kind == TeamKind.SIMULATION)
        )
    }


def worlds_for(teams: int, most: int) -> int:
    """In how many worlds so many teams play, of even size."""
    return max(1, -(-teams // most))


def bots_for(teams: int, sizes: tuple[int, int, int]) -> int:
    """How many bots fill up the worlds of so many teams; `sizes`: the least, the most, and up to how many bots fill."""
    least, most, filled = sizes
    return max(0, max(least, filled) * worlds_for(teams, most) - teams)


def plan(
    cohort: CohortView, game: Game, parameters: Json, section_id: int | None, teams: Sequence[Sitting]
) -> RunPlan:
    """What a run with these teams would be."""
    sizes = game.world_sizes(parameters)
    found = rounds_in(section_id, game, cohort, game.rounds(parameters))
    return RunPlan(
        tuple(teams),
        worlds_for(len(teams), sizes[1]),
        bots_for(len(teams), sizes),
        tuple((kind, number, item.starts_at, item.ends_at) for kind, number, _, item in found),
        (game.least, game.most),
    )


def rounds_in(
    section_id: int | None, game: Game, cohort: CohortView, rounds: int
) -> Iterable[tuple[RoundKind, int, int, ItemLine]]:
    """Kind, number, activity and dated item of every round that the schedule has for a run."""
    whose = Whose(person_id=0, section_id=section_id)
    items = {item.key: item for item in scheduling.effective_items(cohort.id, whose) if not item.cancelled}
    activities = curriculum.outline(cohort.version_id).by_key
    wanted = [(RoundKind.PRACTICE, 1, f"{game.prefix}-practice")]
    wanted += [(RoundKind.ROUND, number, f"{game.prefix}-r{number}") for number in range(1, rounds + 1)]
    for kind, number, key in wanted:
        if key in items and key in activities:
            yield kind, number, activities[key].id, items[key]


@dataclass(frozen=True, slots=True)
class SeatedLine:
    """Somebody in a team of a run."""

    team_id: int
    place_id: int
    public_id: str
    name: str
    email: str
    lens: str


def member_lines(run_id: int) -> list[SeatedLine]:
    """Who plays in a run now, by name. One statement."""
    rows = db.session.execute(
        sa.select(
            RunMember.team_id,
            RunMember.place_id,
            Place.public_id,
            Person.name,
            sa.func.coalesce(Person.email, "").label("email"),
            RunMember.lens,
        )
        .join(Place, Place.id == RunMember.place_id)
        .join(Person, Person.id == Place.person_id)
        .where(RunMember.run_id == run_id, RunMember.left_at.is_(None))
        .order_by(Person.sort_name, Place.id)
    )
    return [SeatedLine(*row) for row in rows]


def run_team(run_id: int, public_id: str) -> int | None:
    """The id of a team of a run by its public id."""
    return db.session.scalar(
        sa.select(RunTeam.id).where(RunTeam.run_id == run_id, RunTeam.public_id == public_id)
    )


def run_place(run_id: int, public_id: str) -> int | None:
    """The place of somebody who plays in a run, by its public id."""
    return db.session.scalar(
        sa.select(RunMember.place_id)
        .join(Place, Place.id == RunMember.place_id)
        .where(RunMember.run_id == run_id, RunMember.left_at.is_(None), Place.public_id == public_id)
    )
