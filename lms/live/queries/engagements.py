"""Where the hosts and speakers of a cohort's sessions are needed in other cohorts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts.models import Cohort
from lms.core.db import db
from lms.curriculum.models import Activity
from lms.live.models import LiveSession, SessionState
from lms.people.models import Person
from lms.scheduling.models import ItemState, ScheduledItem
from lms.scheduling.ports import Engagement
from lms.scheduling.queries import JOINT


def engagements(cohort_id: int, window: tuple[dt.datetime, dt.datetime]) -> list[Engagement]:
    """The sessions of other cohorts, in the window, with a host or speaker of this cohort's. One statement."""
    here, there = aliased(LiveSession), aliased(LiveSession)
    item_here, item_there = aliased(ScheduledItem), aliased(ScheduledItem)
    hosts = there.host_id == here.host_id
    speaks = sa.and_(there.speaker == here.speaker, here.speaker != "")
    rows = db.session.execute(
        sa.select(
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
            here.cohort_id == cohort_id,
            there.state != SessionState.CANCELLED,
            item_there.state == ItemState.PLANNED,
            item_there.starts_at < window[1],
            item_there.ends_at > window[0],
        )
        .order_by(item_there.starts_at, item_there.id, item_here.id)
    ).all()
    keys: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    for row in rows:
        keys[row.person, row.verb, row.item_id].add(row.key)
    found = {(row.person, row.verb, row.item_id): row for row in rows}
    return [
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
        for which, row in found.items()
    ]
