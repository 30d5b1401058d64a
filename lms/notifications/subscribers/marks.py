"""Marks that came back. A mark stands in no notice and no mail: only that it is there, and where."""

from __future__ import annotations

from lms.assessment.events import MarksReleased
from lms.core import events
from lms.core.db import db
from lms.curriculum.models import ActivityKind
from lms.live.events import AttendanceCorrected
from lms.live.models import LiveSession
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.rules import NoticeKind


@events.on(MarksReleased)
def marks_released(event: MarksReleased) -> None:
    """Tell learners that something of theirs was marked; a quiz that marks itself has told them how they did."""
    about = queries.thing(event.cohort_id, event.activity_id)
    if about.line.kind is ActivityKind.QUIZ and event.actor_id is None:
        return
    text = (
        f"Your mark for {about.title} was corrected. The new one, and how it came about, are on its page."
        if event.corrected
        else f"Your mark for {about.title} and what your marker wrote are on its page."
    )
    if event.class_feedback and not event.corrected:
        text += " There is feedback to the whole class, too."
    message = Message(
        kind=NoticeKind.MARK,
        key=f"marks:{event.activity_id}:{event.part}:{event.at.isoformat()}",
        title=f"{about.short} {'was corrected' if event.corrected else 'came back'}",
        text=text,
        link=about.path,
        cohort_id=event.cohort_id,
        act=f"Open {about.short}",
    )
    actions.tell_all(queries.of_places(event.place_ids), message, now=event.at)


@events.on(AttendanceCorrected)
def attendance_corrected(event: AttendanceCorrected) -> None:
    """Tell a learner that their attendance of a session was decided, and why."""
    session = db.session.get_one(LiveSession, event.session_id)
    about = queries.thing(event.cohort_id, session.activity_id)
    message = Message(
        kind=NoticeKind.FEEDBACK,
        key=f"attendance:{event.session_id}:{event.place_id}:{event.at.isoformat()}",
        title=f"Your attendance of {about.short} was decided",
        text=f"{event.reason}\nWhat counts now, and why, is on the page of the session.".strip(),
        link=about.path,
        cohort_id=event.cohort_id,
        act=f"Open {about.short}",
    )
    actions.tell_all(queries.of_places([event.place_id]), message, now=event.at)
