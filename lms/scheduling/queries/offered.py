"""Sessions of other cohorts with which one could become a joint session."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.db import db
from lms.curriculum.models import Activity
from lms.scheduling import rules
from lms.scheduling.models import ItemKind, ItemState, ScheduledItem
from lms.scheduling.queries.graph import JOINT


@dataclass(frozen=True, slots=True)
class OfferedSession:
    """A live session that lies ahead and is of its own."""

    cohort_id: int
    key: str
    title: str
    starts_at: dt.datetime


def sessions_ahead(cohort_ids: Collection[int], now: dt.datetime) -> list[OfferedSession]:
    """The live sessions ahead of some cohorts that are no joint session yet, by start. One statement."""
    rows = db.session.execute(
        sa.select(
            ScheduledItem.cohort_id,
            ScheduledItem.key,
            ScheduledItem.label,
            ScheduledItem.starts_at,
            Activity.code,
            Activity.title,
        )
        .join(Activity, Activity.id == ScheduledItem.activity_id)
        .outerjoin(JOINT, JOINT.c.item_id == ScheduledItem.id)
        .where(
            ScheduledItem.cohort_id.in_(cohort_ids),
            ScheduledItem.kind == ItemKind.SESSION,
            ScheduledItem.state == ItemState.PLANNED,
            ScheduledItem.starts_at > now,
            Activity.kind.in_(rules.SESSION_KINDS),
            JOINT.c.joint_id.is_(None),
        )
        .order_by(ScheduledItem.starts_at, ScheduledItem.id)
    )
    found = []
    for row in rows:
        after = f" ({row.label})" if row.label else ""
        title = f"{row.code} {row.title}".strip() + after
        found.append(OfferedSession(row.cohort_id, row.key, title, row.starts_at))
    return found
