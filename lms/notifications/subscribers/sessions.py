"""Recordings: everybody finds the notice in the app; a mail goes to those who missed the session."""

from __future__ import annotations

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import CohortState
from lms.core import events
from lms.core.db import db
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.live.events import RecordingAdded
from lms.live.models import AttendanceMark, LiveSession
from lms.live.rules import Verdict
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.rules import NoticeKind
from lms.scheduling.models import ScheduledItem

HERE = (PlaceState.ENROLLED, PlaceState.ON_LEAVE)


@events.on(RecordingAdded)
def recording_added(event: RecordingAdded) -> None:
    """Tell the learners of the cohort; by mail only those who were not there in full."""
    cohort = cohorts.by_id(event.cohort_id)
    if cohort.state is not CohortState.OPEN:
        return
    session = db.session.get_one(LiveSession, event.session_id)
    about = queries.thing(event.cohort_id, session.activity_id)
    key = db.session.scalar(sa.select(ScheduledItem.key).where(ScheduledItem.id == session.item_id)) or ""
    rows = db.session.execute(
        sa.select(Place.person_id, AttendanceMark.verdict)
        .outerjoin(
            AttendanceMark,
            sa.and_(AttendanceMark.place_id == Place.id, AttendanceMark.session_id == event.session_id),
        )
        .where(Place.cohort_id == cohort.id, Place.state.in_(HERE))
        .order_by(Place.id)
    ).all()
    if event.only_missed:
        rows = [row for row in rows if row.verdict in (Verdict.ABSENT, Verdict.EXCUSED)]
    there = {row.person_id for row in rows if row.verdict is Verdict.PRESENT}
    messages = {
        present: Message(
            kind=NoticeKind.SESSION,
            key=f"recording:{event.session_id}:{event.recording_id}",
            title=f"The recording of {about.short} is there",
            text=f"You find it on the page of {about.title}."
            + ("" if present else " Watching it is no attendance; ask about a make-up where it counts."),
            link=queries.path("live.session", cohort.slug, key=key),
            cohort_id=cohort.id,
            act=f"Open {about.short}",
            by_mail=not present,
        )
        for present in (True, False)
    }
    people = queries.people([row.person_id for row in rows])
    actions.tell([(who, messages[who.person_id in there]) for who in people], now=event.at)
