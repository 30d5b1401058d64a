"""Where the hosts and speakers of a cohort's sessions are needed besides: in other cohorts, in booked slots."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import Cohort
from lms.core.db import db
from lms.curriculum.models import Activity
from lms.live.models import LiveSession, SessionState, Slot, SlotBooking, SlotSeries
from lms.people.models import Person
from lms.scheduling.models import ItemState, ScheduledItem
from lms.scheduling.ports import Engagement
from lms.scheduling.queries import JOINT

Window = tuple[dt.datetime, dt.datetime]
OWN, SESSION, SLOTS = "own", "session", "slots"


def engagements(cohort_ids: Collection[int], window: Window) -> dict[int, list[Engagement]]:
    """Where the hosts and speakers of these cohorts' sessions are needed in the window, by cohort. One statement.

    Sessions of other cohorts that they host or speak in, and slots of theirs that somebody has booked.
    """
    both = sa.union_all(
        _own(cohort_ids), _sessions(cohort_ids, window), _slots(cohort_ids, window)
    ).subquery()
    rows = db.session.execute(
        sa.select(both).order_by(both.c.starts_at, both.c.item_id, both.c.cohort_id)
    ).all()
    hosted: dict[tuple[int, int], set[str]] = defaultdict(set)
    spoken: dict[tuple[int, str], set[str]] = defaultdict(set)
    for row in rows:
        if row.what == OWN:
            hosted[row.cohort_id, row.host_id].add(row.key)
            spoken[row.cohort_id, row.speaker].add(row.key)
    found: dict[int, list[Engagement]] = {cohort_id: [] for cohort_id in cohort_ids}
    for row in rows:
        if row.what == OWN:
            continue
        for cohort_id in cohort_ids:
            if row.what == SESSION and row.cohort_id == cohort_id:
                continue
            keys = hosted.get((cohort_id, row.host_id), ()) if row.host_id is not None else ()
            if keys:
                verb = "hosts" if row.what == SESSION else "has bookings for"
                found[cohort_id].append(_engagement(row, row.person, verb, keys))
            keys = spoken.get((cohort_id, row.speaker), ()) if row.speaker else ()
            if keys:
                found[cohort_id].append(_engagement(row, row.speaker, "speaks in", keys))
    return found


def _engagement(row: Any, person: str, verb: str, keys: Collection[str]) -> Engagement:
    return Engagement(
        person=person,
        keys=frozenset(keys),
        verb=verb,
        title=f"{row.code} {row.title}".strip(),
        cohort=row.cohort,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        item_id=row.item_id,
        joint_id=row.joint_id,
    )


def _own(cohort_ids: Collection[int]) -> Any:
    """Who is needed in which session of the cohorts."""
    return (
        sa.select(
            sa.literal(OWN).label("what"),
            LiveSession.cohort_id,
            ScheduledItem.key,
            LiveSession.host_id,
            sa.literal("").label("person"),
            LiveSession.speaker,
            sa.literal("").label("code"),
            sa.literal("").label("title"),
            sa.literal("").label("cohort"),
            sa.literal(0).label("item_id"),
            ScheduledItem.starts_at,
            ScheduledItem.ends_at,
            sa.cast(sa.null(), sa.Integer).label("joint_id"),
        )
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .where(LiveSession.cohort_id.in_(cohort_ids))
    )


def _hosts(cohort_ids: Collection[int]) -> sa.Select[Any]:
    return sa.select(LiveSession.host_id).where(
        LiveSession.cohort_id.in_(cohort_ids), LiveSession.host_id.is_not(None)
    )


def _sessions(cohort_ids: Collection[int], window: Window) -> Any:
    """The sessions of all cohorts with one of those hosts or speakers."""
    speakers = sa.select(LiveSession.speaker).where(
        LiveSession.cohort_id.in_(cohort_ids), LiveSession.speaker != ""
    )
    return (
        sa.select(
            sa.literal(SESSION),
            LiveSession.cohort_id,
            ScheduledItem.key,
            LiveSession.host_id,
            sa.func.coalesce(Person.name, ""),
            LiveSession.speaker,
            Activity.code,
            Activity.title,
            Cohort.name,
            ScheduledItem.id,
            ScheduledItem.starts_at,
            ScheduledItem.ends_at,
            JOINT.c.joint_id,
        )
        .select_from(LiveSession)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .join(Activity, Activity.id == LiveSession.activity_id)
        .join(Cohort, Cohort.id == LiveSession.cohort_id)
        .outerjoin(JOINT, JOINT.c.item_id == ScheduledItem.id)
        .outerjoin(Person, Person.id == LiveSession.host_id)
        .where(
            sa.or_(LiveSession.host_id.in_(_hosts(cohort_ids)), LiveSession.speaker.in_(speakers)),
            LiveSession.state != SessionState.CANCELLED,
            ScheduledItem.state == ItemState.PLANNED,
            ScheduledItem.starts_at < window[1],
            ScheduledItem.ends_at > window[0],
        )
    )


def _slots(cohort_ids: Collection[int], window: Window) -> Any:
    """The booked slots of those hosts."""
    return (
        sa.select(
            sa.literal(SLOTS),
            SlotSeries.cohort_id,
            sa.literal(""),
            Slot.host_id,
            Person.name,
            sa.literal(""),
            sa.literal(""),
            SlotSeries.title,
            Cohort.name,
            sa.literal(0),
            Slot.starts_at,
            Slot.ends_at,
            sa.cast(sa.null(), sa.Integer),
        )
        .join(SlotBooking, sa.and_(SlotBooking.slot_id == Slot.id, SlotBooking.ended_at.is_(None)))
        .join(SlotSeries, SlotSeries.id == Slot.series_id)
        .join(Cohort, Cohort.id == SlotSeries.cohort_id)
        .join(Person, Person.id == Slot.host_id)
        .where(
            Slot.host_id.in_(_hosts(cohort_ids)),
            Slot.withdrawn_at.is_(None),
            Slot.starts_at < window[1],
            Slot.ends_at > window[0],
        )
    )
