"""Rounds open by the clock, and teams that have not submitted are reminded before they close. Each is said once."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.core import events
from lms.core.db import db, server_now
from lms.simulations import queries
from lms.simulations.actions.closing import PLAYING
from lms.simulations.events import RoundClosesSoon, RoundOpened
from lms.simulations.models import Round, Run, RunTeam, Sheet
from lms.simulations.rules import REMINDERS, reminder_due


def open_due(*, now: dt.datetime) -> int:
    """Note of every round whose time has begun that its teams are told; returns of how many."""
    rows = _open_rounds(now, Round.opened_at.is_(None))
    for round_, run in rows:
        round_.opened_at = now
        events.record(
            RoundOpened(
                cohort_id=run.cohort_id,
                run_id=run.id,
                round_id=round_.id,
                place_ids=queries.member_places(run.id),
                closes_at=round_.closes_at,
                again=False,
                reason="",
                at=now,
            )
        )
    return len(rows)


def remind_due(*, now: dt.datetime) -> int:
    """Remind the members of teams that have not submitted, a day and two hours before the close; returns how often.

    Of reminders whose hour has passed together only the nearest goes out, and none that lies before the opening.
    """
    rows = _open_rounds(
        now, Round.opened_at.is_not(None), Round.closes_at <= now + REMINDERS[0], Round.reminded < 2
    )
    told = 0
    for round_, run in rows:
        due = reminder_due(round_.opens_at, round_.closes_at, round_.reminded, now)
        if due is None:
            continue
        number, says = due
        round_.reminded = number
        if not says:
            continue
        sent = sa.select(Sheet.team_id).where(Sheet.round_id == round_.id, Sheet.submission > 0)
        teams = db.session.scalars(
            sa.select(RunTeam.id).where(
                RunTeam.run_id == run.id,
                RunTeam.team_id.is_not(None),
                RunTeam.ended_at.is_(None),
                RunTeam.id.not_in(sent),
            )
        ).all()
        if teams:
            told += 1
            events.record(
                RoundClosesSoon(
                    cohort_id=run.cohort_id,
                    run_id=run.id,
                    round_id=round_.id,
                    team_ids=tuple(teams),
                    place_ids=queries.member_places(run.id, teams),
                    hours=int(REMINDERS[number - 1].total_seconds() // 3600),
                    closes_at=round_.closes_at,
                    at=now,
                )
            )
    return told


def _open_rounds(now: dt.datetime, *also: sa.ColumnElement[bool]) -> list[tuple[Round, Run]]:
    """The rounds that are open by the database's clock, under lock: two workers open a round once."""
    instant = min(now, server_now(now))
    found = db.session.execute(
        sa.select(Round, Run)
        .join(Run, Run.id == Round.run_id)
        .where(
            Round.closed_at.is_(None),
            Round.frozen_at.is_(None),
            Round.opens_at <= instant,
            Round.closes_at > instant,
            sa.or_(*(sa.and_(Round.kind == kind, Run.phase == phase) for kind, phase in PLAYING.items())),
            ~queries.waits_for_earlier(),
            *also,
        )
        .order_by(Round.id)
        .with_for_update(of=Round)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in found]
