"""The kept standing of learners, as boards and desks read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.completion.models import ActivityDone, PlaceProgress
from lms.core.db import db
from lms.enrolment.models import Place
from lms.progress.models import Standing


@dataclass(frozen=True)
class StandingLine:
    """A learner's standing, as it was last computed."""

    place_id: int
    late_open: int
    risk: int
    reasons: tuple[str, ...]
    attendance: Fraction | None
    absences_left: int | None
    sessions_ahead: int
    award: str
    mark: Fraction | None
    why_attendance: dict[str, Any]
    why_award: dict[str, Any]
    weeks: tuple[int | None, ...]
    done: int
    total: int
    minutes_done: int
    minutes_total: int

    @property
    def share(self) -> Fraction:
        """Part of the year's required minutes done."""
        return Fraction(self.minutes_done, self.minutes_total) if self.minutes_total else Fraction(0)


_STATEMENT = (
    sa.select(
        Place.id,
        Standing.late_open,
        Standing.risk,
        Standing.reasons,
        Standing.forecast,
        Standing.weeks,
        PlaceProgress.done,
        PlaceProgress.total,
        PlaceProgress.minutes_done,
        PlaceProgress.minutes_total,
    )
    .select_from(Place)
    .outerjoin(Standing, Standing.place_id == Place.id)
    .outerjoin(PlaceProgress, PlaceProgress.place_id == Place.id)
)


def _fraction(pair: list[int] | None) -> Fraction | None:
    return Fraction(pair[0], pair[1]) if pair else None


def _line(row: Any) -> StandingLine:
    forecast = row.forecast or {}
    return StandingLine(
        place_id=row.id,
        late_open=row.late_open or 0,
        risk=row.risk or 0,
        reasons=tuple(reason["text"] for reason in row.reasons or []),
        attendance=_fraction(forecast.get("attendance")),
        absences_left=forecast.get("absences_left"),
        sessions_ahead=forecast.get("sessions_ahead", 0),
        award=forecast.get("award", ""),
        mark=_fraction(forecast.get("mark")),
        why_attendance=forecast.get("why_attendance", {}),
        why_award=forecast.get("why_award", {}),
        weeks=tuple(row.weeks or []),
        done=row.done or 0,
        total=row.total or 0,
        minutes_done=row.minutes_done or 0,
        minutes_total=row.minutes_total or 0,
    )


def standings(place_ids: Iterable[int]) -> dict[int, StandingLine]:
    """The standing of many learners, by place: one statement."""
    rows = db.session.execute(_STATEMENT.where(Place.id.in_(list(place_ids))))
    return {row.id: _line(row) for row in rows}


def standing_in(cohort_id: int) -> dict[int, tuple[int, int]]:
    """How the learners of a cohort stand: place → (risk rules that hold, work past its deadline). One statement."""
    rows = db.session.execute(
        sa.select(Standing.place_id, Standing.risk, Standing.late_open)
        .join(Place, Place.id == Standing.place_id)
        .where(Place.cohort_id == cohort_id)
    )
    return {row.place_id: (row.risk, row.late_open) for row in rows}


_OF_ONE = _STATEMENT.where(Place.id == sa.bindparam("place", type_=sa.Integer))


def standing_of(place_id: int) -> StandingLine:
    """The standing of one learner: one statement."""
    return _line(db.session.execute(_OF_ONE, {"place": place_id}).one())


_DONE = (
    sa.select(sa.func.aggregate_strings(sa.cast(ActivityDone.activity_id, sa.String), ","))
    .where(ActivityDone.place_id == Place.id)
    .correlate(Place)
    .scalar_subquery()
    .label("activities")
)
_OF_ONE_WITH_DONE = _OF_ONE.add_columns(_DONE)


def standing_and_done(place_id: int) -> tuple[StandingLine, frozenset[int]]:
    """The standing of one learner, and the ids of the activities that they are done with: one statement."""
    row = db.session.execute(_OF_ONE_WITH_DONE, {"place": place_id}).one()
    return _line(row), frozenset(int(one) for one in (row.activities or "").split(",") if one)
