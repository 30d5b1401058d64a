"""Announcements to very many, some hundred at a time: what one step of the errand does, and what it reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from lms.community import queries as community
from lms.community.models import Announcement, AnnouncementState
from lms.core.db import locked
from lms.core.errands import Ended, GoesOn
from lms.notifications import queries, rules
from lms.notifications.subscribers.community import tell_of_announcement

AT_ONCE = 400
"""So many people are told by one step."""


def tell_next(payload: dict[str, Any], now: dt.datetime) -> Ended | GoesOn:
    """Tell the next of those whom an announcement goes to; at the end, how all of them were told.

    Whoever withdraws it in between stops it: the announcement is looked at under a lock.
    """
    ids, after, told = payload["announcements"], int(payload["after"]), int(payload["told"])
    recipients = {one: community.recipients_of(one) for one in ids}
    total = sum(len(people) for people in recipients.values())
    position = int(payload.get("position", 0))
    if _withdrawn(ids):
        return Ended(rules.stopped_words(told, total, queries.told_totals(ids)))
    left = [person_id for person_id in recipients[ids[position]] if person_id > after]
    if left:
        part = left[:AT_ONCE]
        tell_of_announcement(ids[position], part, now)
        told, after = told + len(part), part[-1]
    if len(left) <= AT_ONCE:
        position, after = position + 1, 0
    if position == len(ids):
        return Ended(rules.told_words(queries.told_totals(ids)))
    following = {**payload, "position": position, "after": after, "told": told}
    return GoesOn(following, f"Told {told:,} of {total:,} people", told, total)


def _withdrawn(announcement_ids: Sequence[int]) -> bool:
    rows = [locked(Announcement, one) for one in announcement_ids]
    return any(row is None or row.state is not AnnouncementState.SENT for row in rows)
