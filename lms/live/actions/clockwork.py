"""What happens by itself: sessions go live and are held by the clock, and what they lack is said in time."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.core import events
from lms.core.db import db
from lms.live import queries, rules
from lms.live.events import SessionNotReady
from lms.live.models import LiveSession
from lms.live.rules import SessionState
from lms.scheduling.models import ItemState, ScheduledItem

_AHEAD = (SessionState.PLANNED, SessionState.CONFIRMED)


def follow_clock(*, now: dt.datetime) -> None:
    """Note which sessions have begun and which are over. Twice changes nothing."""
    planned = sa.select(ScheduledItem.id).where(ScheduledItem.state == ItemState.PLANNED)
    running = planned.where(ScheduledItem.starts_at <= now, ScheduledItem.ends_at > now)
    over = planned.where(ScheduledItem.ends_at <= now)
    db.session.execute(
        sa.update(LiveSession)
        .where(LiveSession.state.in_(_AHEAD), LiveSession.item_id.in_(running))
        .values(state=SessionState.LIVE)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        sa.update(LiveSession)
        .where(LiveSession.state.in_((*_AHEAD, SessionState.LIVE)), LiveSession.item_id.in_(over))
        .values(state=SessionState.HELD)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()


def escalate(*, now: dt.datetime) -> int:
    """Say of every session of the next seven days what it lacks, at each stage once; returns of how many.

    Whoever listens tells nobody the same twice.
    """
    found = 0
    for line in queries.sessions_ahead(now, now + 7 * rules.DAY):
        at = rules.stage(line.starts_at, line.cohort.zone, now)
        if at is None:
            continue
        lacking = rules.told_of(line.readiness, at)
        if not lacking:
            continue
        found += 1
        events.record(
            SessionNotReady(
                cohort_id=line.cohort_id,
                session_id=line.id,
                stage=at.value,
                lacking=lacking,
                coordinators=rules.coordinators_told(line.readiness, at, host=line.host_id is not None),
                at=now,
            )
        )
    return found
