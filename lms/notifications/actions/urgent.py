"""What is told because an hour has come: a round that closes, and people whom an urgent message has not reached."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.core import mail
from lms.core.db import db
from lms.notifications import queries, rules
from lms.notifications.actions.telling import Message, tell, tell_all
from lms.notifications.models import Telling
from lms.notifications.rules import NoticeKind

LOOKS_BACK = dt.timedelta(hours=6)
"""So old an urgent message may be for its call list to be told of."""


def tell_of_rounds_that_close(*, now: dt.datetime) -> int:
    """Tell everybody who is not done with a round that closes within two hours; a moved end is told again."""
    told = []
    found = queries.closing(now)
    people = {who.person_id: who for who in queries.people({one.person_id for one in found})}
    for one in found:
        who = people[one.person_id]
        message = Message(
            kind=NoticeKind.DEADLINE,
            key=f"closing:{one.item_id}:{one.at.isoformat()}",
            title=f"{one.about.short} closes within two hours",
            text=mail.words(
                "notifications/_closing", title=one.about.title, at=one.at, zone=who.zone, now=now
            ),
            link=one.about.path,
            cohort_id=one.about.cohort.id,
            act=f"Open {one.about.short}",
            urgent=True,
        )
        told.append((who, message))
    tell(told, now=now)
    return len(told)


def tell_of_call_lists(*, now: dt.datetime) -> int:
    """Tell the coordinators of a cohort that people are not known to have been reached; once for each message."""
    rows = db.session.execute(
        sa.select(Telling.id, Telling.public_id, Telling.cohort_id, Telling.title).where(
            Telling.urgent,
            Telling.at <= now - rules.CALL_AFTER,
            Telling.at > now - rules.CALL_AFTER - LOOKS_BACK,
            Telling.cohort_id.is_not(None),
        )
    ).all()
    known = queries.tellings_by_key([queries.event_key(None, f"calls:{row.id}") for row in rows])
    count = 0
    for row in rows:
        if queries.event_key(None, f"calls:{row.id}") in known:
            continue
        cohort = cohorts.by_id(row.cohort_id)
        told = queries.people_told(queries.told_in(cohort, row.public_id))
        waiting = told.to_call(now)
        coordinators = queries.coordinators_of(cohort.id, now)
        if not waiting or not coordinators:
            continue
        number = "1 person has" if len(waiting) == 1 else f"{len(waiting)} people have"
        message = Message(
            kind=NoticeKind.DEADLINE,
            key=f"calls:{row.id}",
            title=f"{number} not been reached",
            text=f"Told: {row.title}. They have not opened it, and no device or telephone says that it came.",
            link=queries.path("notifications.calls", cohort.slug, telling=row.public_id),
            act="Open the call list",
        )
        tell_all(queries.people(coordinators), message, now=now)
        count += 1
    return count
