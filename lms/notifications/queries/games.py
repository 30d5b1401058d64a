"""Runs of simulations as messages name them, and who sits where in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.enrolment.models import Place
from lms.notifications.queries.things import path
from lms.notifications.queries.whom import Recipient, people
from lms.people.models import Person
from lms.simulations import queries as simulations
from lms.simulations.models import Round, Run, RunMember, RunTeam
from lms.simulations.rules import RoundKind


@dataclass(frozen=True, slots=True)
class Game:
    """A run, and the round that a message is about."""

    cohort: CohortView
    title: str
    public_id: str
    created_by_id: int
    round: str
    """“round 3”, “the practice round”; empty where it is about none."""
    closes_at: dt.datetime | None
    results_at: dt.datetime | None

    def page(self, endpoint: str, **more: str) -> str:
        """A page of the run; the list of runs where this installation has no such page."""
        found = path(f"simulations.{endpoint}", self.cohort.slug, public_id=self.public_id, **more)
        return self.index if found == f"/cohorts/{self.cohort.slug}" else found

    @property
    def index(self) -> str:
        """Where all runs of the cohort are."""
        return path("simulations.index", self.cohort.slug)


@dataclass(frozen=True, slots=True)
class AtTheGame:
    """Somebody who plays, with their team and what they look at."""

    who: Recipient
    team_id: int
    team: str
    team_public_id: str
    role: str
    about: str
    """What the role looks at."""
    others: tuple[str, ...]


def game(run_id: int, round_id: int | None = None) -> Game:
    """A run and a round of it. Two statements, and the cohort's."""
    run = db.session.get_one(Run, run_id)
    line = db.session.get_one(Round, round_id) if round_id is not None else None
    name = ""
    if line is not None:
        name = "the practice round" if line.kind is RoundKind.PRACTICE else f"round {line.number}"
    return Game(
        cohorts.by_id(run.cohort_id),
        run.title,
        run.public_id,
        run.created_by_id,
        name,
        line.closes_at if line else None,
        line.results_at if line else None,
    )


def at_the_game(run_id: int, place_ids: Collection[int]) -> list[AtTheGame]:
    """Those of these places that sit in a team of a run now. Three statements for each few hundred."""
    run = db.session.get_one(Run, run_id)
    lenses = {
        key: (title, about)
        for key, title, about in simulations.game_of(run).lenses(simulations.parameters_of(run))
    }
    rows = db.session.execute(
        sa.select(
            RunMember.place_id,
            RunMember.lens,
            Place.person_id,
            Person.name,
            RunTeam.id.label("team_id"),
            RunTeam.name.label("team"),
            RunTeam.public_id,
        )
        .join(RunTeam, RunTeam.id == RunMember.team_id)
        .join(Place, Place.id == RunMember.place_id)
        .join(Person, Person.id == Place.person_id)
        .where(RunMember.run_id == run_id, RunMember.left_at.is_(None))
        .order_by(RunMember.id)
    ).all()
    wanted = set(place_ids)
    by_person = {
        who.person_id: who for who in people({row.person_id for row in rows if row.place_id in wanted})
    }
    return [
        AtTheGame(
            by_person[row.person_id],
            row.team_id,
            row.team,
            row.public_id,
            *lenses.get(row.lens, ("", "")),
            tuple(one.name for one in rows if one.team_id == row.team_id and one.place_id != row.place_id),
        )
        for row in rows
        if row.place_id in wanted
    ]


def first_dates(run_id: int) -> list[tuple[str, dt.datetime, dt.datetime]]:
    """The practice round and the first and last round of a run: name, opening, close. One statement."""
    rows = db.session.execute(
        sa.select(Round.kind, Round.number, Round.opens_at, Round.closes_at)
        .where(Round.run_id == run_id, Round.closed_at.is_(None))
        .order_by(Round.kind, Round.number)
    ).all()
    practice = [row for row in rows if row.kind is RoundKind.PRACTICE]
    counted = [row for row in rows if row.kind is RoundKind.ROUND]
    shown = practice[:1] + counted[:1] + counted[1:][-1:]
    return [
        (
            "The practice round" if row.kind is RoundKind.PRACTICE else f"Round {row.number}",
            row.opens_at,
            row.closes_at,
        )
        for row in shown
    ]


def team_names(team_ids: Collection[int]) -> list[str]:
    """What teams of runs are called, by name. One statement."""
    return list(
        db.session.scalars(
            sa.select(RunTeam.name).where(RunTeam.id.in_(team_ids)).order_by(RunTeam.name, RunTeam.id)
        )
    )
