"""Speakers: whoever coordinates hears of answers and of who cannot come; the cohort hears once who speaks instead."""

from __future__ import annotations

import datetime as dt

from lms.core import events
from lms.live.events import SpeakerAnswered, SpeakerCancelled, SpeakerChanged
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.rules import NoticeKind
from lms.notifications.subscribers.seats import learners, session_thing


def _tell_coordinators(cohort_id: int, message: Message, at: dt.datetime) -> None:
    actions.tell_all(queries.people(queries.coordinators_of(cohort_id, at)), message, now=at)


@events.on(SpeakerAnswered)
def speaker_answered(event: SpeakerAnswered) -> None:
    """Tell whoever coordinates what a speaker answered."""
    session = session_thing(event.cohort_id, event.session_id)
    message = Message(
        kind=NoticeKind.SPEAKER,
        key=f"speaker:{event.speaker_id}:{event.at.isoformat()}",
        title=f"{event.name} {event.what}: {session.short}",
        text=f"{event.name} {event.what} for {session.title}. Slides, consents and notes are on the page of speakers.",
        link=f"{session.path}/speakers",
        cohort_id=event.cohort_id,
        act="Open the speakers",
        by_mail=event.what != "confirmed",
    )
    _tell_coordinators(event.cohort_id, message, event.at)


@events.on(SpeakerCancelled)
def speaker_cancelled(event: SpeakerCancelled) -> None:
    """Tell whoever coordinates at once; the cohort hears nothing before they have decided."""
    session = session_thing(event.cohort_id, event.session_id)
    message = Message(
        kind=NoticeKind.SPEAKER,
        key=f"speaker-off:{event.speaker_id}:{event.at.isoformat()}",
        title=f"{event.name} cannot come to {session.short}",
        text=f"{event.name} called off {session.title}: {event.reason} "
        + (
            "They were the backup."
            if event.backup
            else "Let the backup speak or swap it with a lecture, each in one act. The cohort has not been told yet."
        ),
        link=f"{session.path}/speakers",
        cohort_id=event.cohort_id,
        act="Decide who speaks",
        urgent=not event.backup,
    )
    _tell_coordinators(event.cohort_id, message, event.at)


@events.on(SpeakerChanged)
def speaker_changed(event: SpeakerChanged) -> None:
    """Tell the cohort, once, who speaks now."""
    session = session_thing(event.cohort_id, event.session_id)
    message = Message(
        kind=NoticeKind.SCHEDULE,
        key=f"speaker-changed:{event.session_id}:{event.at.isoformat()}",
        title=f"Somebody else speaks in {session.short}",
        text=f"{session.title} takes place as planned, with {event.after}"
        + (f" instead of {event.before}." if event.before else "."),
        link=session.path,
        cohort_id=event.cohort_id,
        act=f"Open {session.short}",
    )
    actions.tell_all(learners(event.cohort_id), message, now=event.at)
