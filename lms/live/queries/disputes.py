"""A learner's mark of one session, and whether they dispute it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.db import db
from lms.enrolment.models import Place
from lms.live.models import AttendanceMark
from lms.live.queries.attendance import MarkView
from lms.people.models import Person
from lms.requests.models import Request
from lms.requests.rules import RUNNING, RequestState


@dataclass(frozen=True, slots=True)
class Disputed:
    """A dispute that somebody asked."""

    public_id: str
    state: RequestState
    asked_at: dt.datetime
    promised_at: dt.datetime
    decided_at: dt.datetime | None
    owner: str

    @property
    def running(self) -> bool:
        """Whether it is still to be decided."""
        return self.state in RUNNING


def mark_and_dispute(
    session_id: int, place_id: int, about: str, kind: str
) -> tuple[MarkView | None, Disputed | None]:
    """The mark of a session, and the latest dispute of it that was not withdrawn. One statement."""
    latest = (
        sa.select(sa.func.max(Request.id))
        .where(
            Request.place_id == place_id,
            Request.about == about,
            Request.kind == kind,
            Request.state != RequestState.WITHDRAWN,
        )
        .scalar_subquery()
    )
    row = db.session.execute(
        sa.select(
            AttendanceMark.verdict,
            AttendanceMark.trace,
            AttendanceMark.computed_at,
            Request.public_id,
            Request.state,
            Request.asked_at,
            Request.promised_at,
            Request.decided_at,
            sa.func.coalesce(Person.name, "").label("owner"),
        )
        .select_from(Place)
        .outerjoin(
            AttendanceMark,
            sa.and_(AttendanceMark.session_id == session_id, AttendanceMark.place_id == Place.id),
        )
        .outerjoin(Request, Request.id == latest)
        .outerjoin(Person, Person.id == Request.owner_id)
        .where(Place.id == place_id)
    ).one()
    mark = MarkView(row.verdict, row.trace, row.computed_at) if row.verdict else None
    if row.public_id is None:
        return mark, None
    return mark, Disputed(row.public_id, row.state, row.asked_at, row.promised_at, row.decided_at, row.owner)
