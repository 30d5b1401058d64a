"""Where the hosts and speakers of a cohort's sessions are needed besides: in other cohorts, in booked slots."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts.models import Cohort
from lms.core.db import db
from lms.curriculum.models import Activity
from lms.live.models import LiveSession, SessionState, Slot, SlotBooking, SlotSeries
from lms.people.models import Person
from lms.scheduling.models import ItemState, ScheduledItem
from lms.scheduling.ports import Engagement
from lms.scheduling.queries import JOINT


def engagements(
    cohort_ids: Collection[int], window: tuple[dt.datetime, dt.datetime]
) -> dict[int, list[Engagement]]:
    """Where the hosts and speakers of these cohorts' sessions are needed in the window, by cohort. One statement.

    Sessions of other cohorts that they host or speak in, and slots of theirs that somebody has booked.
    """
    here, there = aliased(LiveSession), aliased(LiveSession)
    item_here, item_there = aliased(ScheduledItem), aliased(ScheduledItem)
    hosts = there.host_id == here.host_id
    speaks = sa.and_(there.speaker == here.speaker, here.speaker != "")
    sessions = (
        sa.select(
            here.cohort_id.label("mine"),
            item_here.id.label("own_id"),
            item_here.key,
            sa.case((hosts, Person.name), else_=here.speaker).label("person"),
            sa.case((hosts, "hosts"), else_="speaks in").label("verb"),
            Activity.code,
            Activity.title,
            Cohort.name.label("cohort"),
            item_there.id.label("item_id"),
            item_there.starts_at,
            item_there.ends_at,
            JOINT.c.joint_id,
        )
        .select_from(here)
        .join(item_here, item_here.id == here.item_id)
        .join(there, sa.and_(there.cohort_id != here.cohort_id, sa.or_(hosts, speaks)))
        .join(item_there, item_there.id == there.item_id)
        .join(Activity, Activity.id == there.activity_id)
        .join(Cohort, Cohort.id == there.cohort_id)
        .outerjoin(JOINT, JOINT.c.item_id == item_there.id)
        .outerjoin(Person, Person.id == here.host_id)
        .where(
            here.cohort_id.in_(cohort_ids),
            there.state != SessionState.CANCELLED,
            item_there.state == ItemState.PLANNED,
            item_there.starts_at < window[1],
            item_there.ends_at > window[0],
        )
    )
    booked = (
        sa.select(
            here.cohort_id,
            item_here.id,
            item_here.key,
            Person.name,
            sa.literal("has bookings for"),
            sa.literal(""),
            SlotSeries.title,
            Cohort.name,
            sa.literal(0),
            Slot.starts_at,
            Slot.ends_at,
            sa.cast(sa.null(), sa.Integer),
        )
        .select_from(here)
        .join(item_here, item_here.id == here.item_id)
        .join(Slot, Slot.host_id == here.host_id)
        .join(SlotBooking, sa.and_(SlotBooking.slot_id == Slot.id, SlotBooking.ended_at.is_(None)))
        .join(SlotSeries, SlotSeries.id == Slot.series_id)
        .join(Cohort, Cohort.id == SlotSeries.cohort_id)
        .join(Person, Person.id == here.host_id)
        .where(
            here.cohort_id.in_(cohort_ids),
            Slot.withdrawn_at.is_(None),
            Slot.starts_at < window[1],
            Slot.ends_at > window[0],
        )
    )
    both = sa.union_all(sessions, booked).subquery()
    rows = db.session.execute(sa.select(both).order_by(both.c.starts_at, both.c.item_id, both.c.own_id)).all()
    keys: dict[tuple[int, str, str, int, dt.datetime], set[str]] = defaultdict(set)
    for row in rows:
        keys[_which(row)].add(row.key)
    found: dict[int, list[Engagement]] = defaultdict(list)
    for which, row in {_which(row): row for row in rows}.items():
        found[row.mine].append(
            Engagement(
                person=row.person,
                keys=frozenset(keys[which]),
                verb=row.verb,
                title=f"{row.code} {row.title}".strip(),
                cohort=row.cohort,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                item_id=row.item_id,
                joint_id=row.joint_id,
            )
        )
    return found


def _which(row: Any) -> tuple[int, str, str, int, dt.datetime]:
    return row.mine, row.person, row.verb, row.item_id, row.starts_at
