"""The cohort board: every learner of a cohort with their standing, in three statements whatever the size."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.db import db
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.people.models import Person
from lms.progress import queries as progress
from lms.progress.queries import StandingLine

SHOWN = (PlaceState.ENROLLED, PlaceState.ON_LEAVE, PlaceState.COMPLETED)


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A learner and their standing."""

    place_id: int
    public_id: str
    name: str
    email: str
    state: PlaceState
    last_seen_on: dt.date | None
    standing: StandingLine

    @property
    def on_leave(self) -> bool:
        """Whether the learner is away with leave."""
        return self.state is PlaceState.ON_LEAVE


def board(cohort_id: int) -> list[BoardLine]:
    """The learners of a cohort, the worst first: risk, then overdue work, then attendance, then name."""
    rows = db.session.execute(
        sa.select(Place.id, Place.public_id, Place.state, Person.name, Person.email, Person.last_seen_on)
        .join(Person, Person.id == Place.person_id)
        .where(Place.cohort_id == cohort_id, Place.state.in_(SHOWN))
        .order_by(Person.sort_name, Person.id)
    ).all()
    found = progress.standings([row.id for row in rows])
    lines = [
        BoardLine(
            place_id=row.id,
            public_id=row.public_id,
            name=row.name,
            email=row.email or "",
            state=row.state,
            last_seen_on=row.last_seen_on,
            standing=found[row.id],
        )
        for row in rows
    ]
    return sorted(
        lines,
        key=lambda line: (
            -line.standing.risk,
            -line.standing.late_open,
            line.standing.attendance if line.standing.attendance is not None else 2,
        ),
    )
