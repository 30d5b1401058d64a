"""What exports of a run are made of."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.simulations.models import Round, RunTeam, Sheet, SheetEntry
from lms.simulations.rules import Entry, RoundKind


def sheets_played(run_id: int) -> dict[tuple[int, str], str]:
    """(round, team) → `submitted`, where somebody of the team submitted the sheet that was played. One statement."""
    rows = db.session.execute(
        sa.select(Round.number, RunTeam.key)
        .join(Sheet, Sheet.round_id == Round.id)
        .join(RunTeam, RunTeam.id == Sheet.team_id)
        .join(SheetEntry, SheetEntry.sheet_id == Sheet.id)
        .where(Round.run_id == run_id, Round.kind == RoundKind.ROUND, SheetEntry.kind == Entry.PLAYED)
    )
    return dict.fromkeys(rows, "submitted")


def log_of(
    run_id: int, team_ids: Collection[int] | None = None, *, published: bool = False
) -> list[list[object]]:
    """Everything that was done to the sheets of a run's competition, in order. One statement."""
    wanted: list[Any] = [] if team_ids is None else [Sheet.team_id.in_(team_ids)]
    if published:
        wanted.append(Round.published_at.is_not(None))
    rows = db.session.execute(
        sa.select(
            Round.number,
            RunTeam.key,
            RunTeam.name,
            SheetEntry.at,
            Person.name.label("who"),
            SheetEntry.kind,
            SheetEntry.changed,
            SheetEntry.words,
        )
        .join(Sheet, Sheet.id == SheetEntry.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .join(RunTeam, RunTeam.id == Sheet.team_id)
        .outerjoin(Place, Place.id == SheetEntry.place_id)
        .outerjoin(Person, Person.id == Place.person_id)
        .where(Round.run_id == run_id, Round.kind == RoundKind.ROUND, *wanted)
        .order_by(Round.number, RunTeam.key, SheetEntry.id)
    )
    return [
        [
            row.number,
            row.key,
            row.name,
            row.at.isoformat(timespec="seconds"),
            row.who or "",
            row.kind.value,
            ", ".join(sorted(row.changed)) if row.kind is Entry.SAVED else "",
            row.words,
        ]
        for row in rows
    ]
