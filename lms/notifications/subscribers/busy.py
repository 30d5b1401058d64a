"""Dates that a release put onto days on which somebody cannot: told beside the change, with what can be done."""

from __future__ import annotations

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import CohortState
from lms.core import events, mail
from lms.core.db import db
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.rules import NoticeKind
from lms.people.ports import Collision
from lms.progress.queries.collisions import after_release
from lms.scheduling.events import SchedulePublished
from lms.scheduling.models import ReleaseChange, ScheduleRelease


@events.on(SchedulePublished)
def busy_days_met(event: SchedulePublished) -> None:
    """Tell each learner whose busy days a release met; what met them before is no news."""
    if event.number == 1 or not event.announced or not event.item_ids:
        return
    cohort = cohorts.by_id(event.cohort_id)
    if cohort.state is not CohortState.OPEN:
        return
    rows = db.session.execute(
        sa.select(ReleaseChange.item_id, ReleaseChange.old_starts_at, ReleaseChange.old_ends_at).where(
            ReleaseChange.release_id == event.release_id
        )
    )
    before = {
        row.item_id: (row.old_starts_at, row.old_ends_at)
        for row in rows
        if row.old_starts_at is not None and row.old_ends_at is not None
    }
    met: dict[int, list[Collision]] = {}
    for one in after_release(cohort.id, event.item_ids, before):
        met.setdefault(one.person_id, []).append(one.collision)
    if not met:
        return
    at = db.session.get_one(ScheduleRelease, event.release_id).published_at
    told = []
    for who in queries.people(list(met)):
        found = met[who.person_id]
        title = f"{found[0].title} now falls on your busy days"
        if len(found) > 1:
            title = f"{len(found)} dates now fall on your busy days"
        message = Message(
            kind=NoticeKind.SCHEDULE,
            key=f"busy:{event.release_id}",
            title=title,
            text=mail.words("notifications/_busy", found=found, zone=who.zone, now=at),
            link=queries.path("people.busy_dates"),
            cohort_id=cohort.id,
            act="See what you can do",
        )
        told.append((who, message))
    actions.tell(told, now=at)
