"""How many were told of an announcement, by what: for the report of one that goes to very many."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from lms.community.models import Announcement
from lms.core.db import db
from lms.notifications import rules
from lms.notifications.models import Delivery, Notice
from lms.notifications.queries.log import event_key, tellings_by_key
from lms.notifications.rules import By, DeliveryState, Totals


def told_totals(announcement_ids: Collection[int]) -> Totals:
    """Everybody who was told of these announcements, counted. Four statements."""
    rows = db.session.execute(
        sa.select(Announcement.id, Announcement.cohort_id).where(Announcement.id.in_(announcement_ids))
    )
    keys = [event_key(row.cohort_id, f"announcement:{row.id}") for row in rows]
    ids = list(tellings_by_key(keys).values())
    people = db.session.scalar(sa.select(sa.func.count()).where(Notice.telling_id.in_(ids))) or 0
    counted = db.session.execute(
        sa.select(Delivery.channel, Delivery.state, Delivery.telling_id, Delivery.person_id).where(
            Delivery.telling_id.in_(ids)
        )
    )
    ways = dict.fromkeys(By, 0)
    back, besides = 0, set[tuple[int, int]]()
    for row in counted:
        besides.add((row.telling_id, row.person_id))
        if row.state is DeliveryState.BOUNCED:
            back += 1
        else:
            ways[row.channel] += 1
    return rules.Totals(
        people=people,
        mail=ways[By.MAIL],
        digest=ways[By.DIGEST],
        push=ways[By.PUSH],
        text=ways[By.GATEWAY],
        back=back,
        only_here=people - len(besides),
    )
