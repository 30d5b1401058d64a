"""Who hosts a session, and what it lacks: told to whom it concerns, each thing once."""

from __future__ import annotations

from lms.cohorts import queries as cohorts
from lms.cohorts.models import CohortState
from lms.core import events, mail
from lms.enrolment import queries as enrolment
from lms.live import queries as live
from lms.live.events import HostChanged, NamesWait, SessionNotReady
from lms.live.queries import SessionView
from lms.live.rules import Stage, urgent
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.queries import Recipient
from lms.notifications.rules import NoticeKind
from lms.notifications.subscribers.schedule import TOLD


def _title(session: SessionView) -> str:
    return f"{session.line.code} {session.line.title}".strip()


@events.on(SessionNotReady)
def session_not_ready(event: SessionNotReady) -> None:
    """Remind the host of what is lacking, and the coordinators where that is not enough."""
    session = live.by_id(event.session_id)
    people: set[int] = {session.host_id} if session.host_id is not None else set()
    if event.coordinators:
        people |= queries.coordinators_of(event.cohort_id, event.at)
    told = []
    for who in queries.people(people):
        text = mail.words(
            "notifications/_not_ready",
            session=session,
            lacking=event.lacking,
            mine=who.person_id == session.host_id,
            zone=who.zone,
            now=event.at,
        )
        message = Message(
            kind=NoticeKind.SESSION,
            key=f"ready:{session.id}:{event.stage}:{session.starts_at:%Y%m%d%H%M}",
            title=f"{_title(session)} has no {' and no '.join(event.lacking)}",
            text=text,
            link=queries.path("live.session", session.cohort.slug, key=session.key),
            cohort_id=event.cohort_id,
            act="See to it",
            urgent=event.stage == Stage.TODAY.value,
        )
        told.append((who, message))
    actions.tell(told, now=event.at)


@events.on(NamesWait)
def names_wait(event: NamesWait) -> None:
    """Tell the host, or else the coordinators, that names of a report that was fetched match nobody."""
    session = live.by_id(event.session_id)
    people = (
        {session.host_id}
        if session.host_id is not None
        else queries.coordinators_of(event.cohort_id, event.at)
    )
    names = f"{event.names} {'name' if event.names == 1 else 'names'}"
    message = Message(
        kind=NoticeKind.SESSION,
        key=f"names:{session.id}:{event.at:%Y%m%d%H%M}",
        title=f"{names} of {_title(session)} {'waits' if event.names == 1 else 'wait'} for you",
        text=f"{event.provider} says who was in the meeting. Everybody with a known address is in the record; "
        f"{names} of the list matched nobody. Say whose they are, or that they were guests.",
        link=queries.path("live.unknown_names", session.cohort.slug),
        cohort_id=event.cohort_id,
        act="Say who they were",
        by_mail=False,
    )
    actions.tell_all(queries.people(people), message, now=event.at)


@events.on(HostChanged)
def host_changed(event: HostChanged) -> None:
    """Tell both hosts and the coordinators by mail, and the learners in the app."""
    session = live.by_id(event.session_id)
    names = {
        who.person_id: who for who in queries.people([each for each in (event.old_id, event.new_id) if each])
    }
    staff = queries.coordinators_of(event.cohort_id, event.at) | set(names) | ({session.backup_id} - {None})
    told = [
        (who, _message(event, session, who, names, learner=False))
        for who in queries.people([each for each in staff if each is not None and each != event.actor_id])
    ]
    if cohorts.by_id(event.cohort_id).state is CohortState.OPEN and event.new_id is not None:
        learners = [line.person_id for line in enrolment.roster(event.cohort_id, TOLD)]
        told += [
            (who, _message(event, session, who, names, learner=True)) for who in queries.people(learners)
        ]
    actions.tell(told, now=event.at)


def _message(
    event: HostChanged, session: SessionView, who: Recipient, names: dict[int, Recipient], *, learner: bool
) -> Message:
    old, new = (names[each].name if each else "nobody" for each in (event.old_id, event.new_id))
    return Message(
        kind=NoticeKind.SESSION if learner else NoticeKind.SCHEDULE,
        key=f"host:{session.id}:{event.at:%Y%m%d%H%M%S}",
        title=f"You host {_title(session)}"
        if who.person_id == event.new_id
        else f"{new} hosts {_title(session)}",
        text=mail.words(
            "notifications/_host_changed",
            session=session,
            event=event,
            old=old,
            new=new,
            you="new" if who.person_id == event.new_id else "old" if who.person_id == event.old_id else "",
            learner=learner,
            zone=who.zone,
            now=event.at,
        ),
        link=queries.path("live.session", session.cohort.slug, key=session.key),
        cohort_id=event.cohort_id,
        act="Open the session",
        by_mail=not learner,
        urgent=not learner and urgent(session.starts_at, event.at),
    )
