"""Missed sessions that are made up: the host hears that one waits, the learner what was said of it."""

from __future__ import annotations

from lms.core import events
from lms.core.db import db
from lms.live.events import MakeUpHandedIn, MakeUpJudged
from lms.live.models import LiveSession, MakeUp
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.rules import NoticeKind


@events.on(MakeUpHandedIn)
def make_up_handed_in(event: MakeUpHandedIn) -> None:
    """Tell the host of a session that a make-up waits."""
    session = db.session.get_one(LiveSession, event.session_id)
    if session.host_id is None:
        return
    about = queries.thing(event.cohort_id, session.activity_id)
    task = db.session.get_one(MakeUp, event.make_up_id).public_id
    message = Message(
        kind=NoticeKind.MARKING,
        key=f"make-up:{event.make_up_id}:{event.at.isoformat()}",
        title=f"A make-up of {about.short} waits",
        text="A learner handed in the task that makes a missed session up. Accept it, or say what is to be revised.",
        link=queries.path("live.judge_make_up", about.cohort.slug, task=task),
        cohort_id=event.cohort_id,
        act="Read the make-up",
    )
    actions.tell_all(queries.people([session.host_id]), message, now=event.at)


@events.on(MakeUpJudged)
def make_up_judged(event: MakeUpJudged) -> None:
    """Tell a learner that their make-up was accepted, or what is to be revised."""
    session = db.session.get_one(LiveSession, event.session_id)
    about = queries.thing(event.cohort_id, session.activity_id)
    words = "You count as present." if event.accepted else "It came back to you to be revised."
    message = Message(
        kind=NoticeKind.FEEDBACK,
        key=f"make-up:{event.session_id}:{event.place_id}:{event.at.isoformat()}",
        title=f"Your make-up of {about.short} was {'accepted' if event.accepted else 'sent back'}",
        text=f"{words}\n{event.reason}".strip(),
        link=f"{about.path}/make-up-task",
        cohort_id=event.cohort_id,
        act="Open the make-up",
    )
    actions.tell_all(queries.of_places([event.place_id]), message, now=event.at)
