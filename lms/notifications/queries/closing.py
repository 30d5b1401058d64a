"""Rounds that close within hours, and who has not done with them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts.models import Cohort, CohortState
from lms.completion import queries as completion
from lms.core.db import db
from lms.curriculum.models import Activity, ActivityKind
from lms.enrolment import queries as enrolment
from lms.enrolment.rules import PlaceState
from lms.notifications.queries.things import Thing, thing
from lms.scheduling import queries as scheduling
from lms.scheduling.models import Override, ScheduledItem
from lms.scheduling.queries import Whose
from lms.simulations.models import Round, Run
from lms.simulations.rules import Phase

ROUNDS = (ActivityKind.SIMULATION,)
BEFORE = dt.timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Closing:
    """A round that closes for somebody."""

    person_id: int
    item_id: int
    about: Thing
    at: dt.datetime


_played = (
    sa.exists()
    .where(
        Run.cohort_id == ScheduledItem.cohort_id,
        Run.phase.not_in((Phase.SETTING_UP, Phase.DISCARDED)),
        Round.run_id == Run.id,
        Round.item_key == ScheduledItem.key,
    )
    .correlate(ScheduledItem)
)
"""Its reminders are the run's, and go to the teams that have not submitted."""


def closing(now: dt.datetime) -> list[Closing]:
    """Who has a round that closes within two hours by their own dates, and is not done with it.

    One statement where no round closes; else a fixed number more for each cohort.
    """
    until = now + BEFORE
    own = sa.exists().where(
        Override.item_id == ScheduledItem.id,
        Override.revoked_at.is_(None),
        Override.ends_at.between(now, until),
    )
    rows = db.session.execute(
        sa.select(ScheduledItem.cohort_id, ScheduledItem.key, ScheduledItem.activity_id)
        .join(Activity, Activity.id == ScheduledItem.activity_id)
        .join(Cohort, Cohort.id == ScheduledItem.cohort_id)
        .where(
            Activity.kind.in_(ROUNDS),
            Cohort.state == CohortState.OPEN,
            ScheduledItem.staff_only.is_(False),
            sa.or_(ScheduledItem.ends_at.between(now, until), own),
            ~_played,
        )
    ).all()
    found: list[Closing] = []
    for cohort_id in sorted({row.cohort_id for row in rows}):
        found += _of_cohort(cohort_id, [row.key for row in rows if row.cohort_id == cohort_id], now, until)
    return found


def _of_cohort(cohort_id: int, keys: list[str], now: dt.datetime, until: dt.datetime) -> list[Closing]:
    seats = enrolment.roster(cohort_id, (PlaceState.ENROLLED,))
    whose = {
        seat.place_id: Whose(
            seat.person_id,
            seat.section_id,
            tuple(team for team in (seat.working_team_id, seat.capstone_team_id) if team is not None),
        )
        for seat in seats
    }
    dates = scheduling.effective_items_of(cohort_id, keys, whose)
    done = completion.done_of(whose)
    about: dict[int, Thing] = {}
    found = []
    for seat in seats:
        for item in dates[seat.place_id].values():
            if item.cancelled or not now < item.ends_at <= until:
                continue
            if item.activity_id in done.get(seat.place_id, ()):
                continue
            if item.activity_id not in about:
                about[item.activity_id] = thing(cohort_id, item.activity_id)
            found.append(Closing(seat.person_id, item.id, about[item.activity_id], item.ends_at))
    return found
