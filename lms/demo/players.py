"""Who plays: for each game that goes on in the demonstration somebody whose team still has something to do in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import Cohort
from lms.core.db import db
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.people.models import Person
from lms.simulations.models import Round, Run, RunMember, RunTeam, Sheet
from lms.simulations.rules import Phase, RoundKind


@dataclass(frozen=True)
class Player:
    """Somebody to sign in as, and what they find."""

    email: str
    says: str


def players(now: dt.datetime) -> list[Player]:
    """One of each game that has a round open now, or else its competition going on."""
    found: dict[str, Player] = {}
    for row in db.session.execute(_WHO, {"now": now}):
        found.setdefault(row.title, Player(row.email, _says(row)))
    return list(found.values())


def _says(row: Any) -> str:
    where = f"{row.title} in {row.cohort}"
    if row.number is None:
        return f"plays {where}; the next round is not open yet"
    step = "submitted, and waits for its members" if row.submission else "still decides"
    return f"plays {where}; round {row.number} is open, and the team {step}"


_OPEN = sa.and_(
    Round.run_id == Run.id,
    Round.kind == RoundKind.ROUND,
    Round.closed_at.is_(None),
    Round.opens_at <= sa.bindparam("now", type_=Round.opens_at.type),
    Round.closes_at > sa.bindparam("now", type_=Round.closes_at.type),
)
_WHO = (
    sa.select(
        Run.title,
        Cohort.name.label("cohort"),
        Round.number,
        Person.email,
        sa.func.coalesce(Sheet.submission, 0).label("submission"),
    )
    .select_from(Run)
    .join(Cohort, Cohort.id == Run.cohort_id)
    .join(RunTeam, sa.and_(RunTeam.run_id == Run.id, RunTeam.ended_at.is_(None)))
    .join(RunMember, sa.and_(RunMember.team_id == RunTeam.id, RunMember.left_at.is_(None)))
    .join(Place, Place.id == RunMember.place_id)
    .join(Person, Person.id == Place.person_id)
    .outerjoin(Round, _OPEN)
    .outerjoin(Sheet, sa.and_(Sheet.round_id == Round.id, Sheet.team_id == RunTeam.id))
    .where(Run.phase == Phase.COMPETITION, Place.state == PlaceState.ENROLLED)
    .order_by(
        Round.id.is_(None),  # a round that is open first
        sa.func.coalesce(Sheet.submission, 0),  # then a team that has not submitted
        sa.func.coalesce(Sheet.version, 0) == 0,  # one that has begun to write
        Run.id,
        Place.id,
    )
)
