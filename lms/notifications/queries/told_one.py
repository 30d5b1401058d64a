"""What one person was told in a cohort, and how far each message got."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core import paging
from lms.core.db import db
from lms.enrolment import queries as enrolment
from lms.enrolment.queries import PlaceView
from lms.notifications.models import Delivery, Notice, Telling
from lms.notifications.queries.log import TO_ALL, Hop, hops_of
from lms.notifications.rules import NoticeKind
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class WasTold:
    """One message that a person got."""

    telling: str
    """Public id of the event where the cohort's log has it; empty: it has not."""
    title: str
    kind: NoticeKind
    urgent: bool
    at: dt.datetime
    opened_at: dt.datetime | None
    hops: tuple[Hop, ...]
    id: int


HIDDEN = (
    NoticeKind.ACCOUNT,
    NoticeKind.DISCUSSION,
    NoticeKind.MENTION,
    NoticeKind.THREAD,
    NoticeKind.REPORT,
)
"""What is nobody's business but theirs."""


def told_to(place: PlaceView, cursor: str | None = None) -> paging.Page[WasTold]:
    """What a learner was told in a cohort, the latest first. Two statements."""
    statement = (
        sa.select(
            Notice.id,
            Notice.telling_id,
            Notice.title,
            Notice.kind,
            Notice.urgent,
            Notice.at,
            Notice.read_at,
            Telling.public_id,
        )
        .outerjoin(Telling, Telling.id == Notice.telling_id)
        .where(
            Notice.person_id == place.person_id,
            Notice.cohort_id == place.cohort_id,
            Notice.kind.not_in(HIDDEN),
        )
        .order_by(Notice.id.desc())
        .limit(paging.SIZE + 1)
    )
    after = paging.read_cursor(cursor)
    if after and len(after) == 1 and isinstance(after[0], int):
        statement = statement.where(Notice.id < after[0])
    rows = db.session.execute(statement).all()
    of = [row.telling_id for row in rows if row.telling_id]
    hops = hops_of(sa.and_(Delivery.person_id == place.person_id, Delivery.telling_id.in_(of)))
    lines = [
        WasTold(
            telling=row.public_id if row.kind in TO_ALL and row.public_id else "",
            title=row.title,
            kind=row.kind,
            urgent=row.urgent,
            at=row.at,
            opened_at=row.read_at,
            hops=hops.get((row.telling_id, place.person_id), ()),
            id=row.id,
        )
        for row in rows
    ]
    return paging.page(lines, lambda line: [line.id])


def place_visible_to(actor: Actor, slug: str, place: str) -> PlaceView:
    """The place of a learner whose log is read."""
    return enrolment.place_visible_to(actor, slug, place)
