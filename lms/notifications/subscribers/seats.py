"""Seats, questions and their log: whoever waited and has a seat now, whoever asked and was answered."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import CohortState
from lms.core import events, mail
from lms.core.db import db
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.live.events import (
    QuestionAnswered,
    QuestionHidden,
    QuestionsPublished,
    SeatGiven,
    SeatsOffered,
    SeatTakenBack,
)
from lms.live.models import LiveSession
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.queries import Recipient
from lms.notifications.queries.things import Thing, path
from lms.notifications.rules import NoticeKind
from lms.scheduling.models import ScheduledItem


def session_thing(cohort_id: int, session_id: int) -> Thing:
    """The session as messages name it; its address is that of its own date, which a make-up session has too."""
    row = db.session.execute(
        sa.select(LiveSession.activity_id, ScheduledItem.key)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .where(LiveSession.id == session_id)
    ).one()
    about = queries.thing(cohort_id, row.activity_id)
    return replace(about, path=path("live.session", about.cohort.slug, key=row.key))


def learners(cohort_id: int) -> list[Recipient]:
    """Those of an open cohort who are there."""
    if cohorts.by_id(cohort_id).state is not CohortState.OPEN:
        return []
    ids = db.session.scalars(
        sa.select(Place.person_id).where(Place.cohort_id == cohort_id, Place.state == PlaceState.ENROLLED)
    )
    return queries.people(ids.all())


@events.together(SeatGiven)
def seats_given(given: list[SeatGiven]) -> None:
    """Tell whoever waited that a seat is theirs, and until when to give it up if they cannot come."""
    messages = []
    for event in given:
        about = session_thing(event.cohort_id, event.session_id)
        for who in queries.of_places([event.place_id]):
            text = mail.words(
                "notifications/_seat",
                title=about.title,
                late=event.cancel_by <= event.at,
                cancel_by=event.cancel_by,
                zone=who.zone,
                now=event.at,
            )
            message = Message(
                kind=NoticeKind.SEAT,
                key=f"seat:{event.session_id}:{event.turn}",
                title=f"You have a seat in {about.short}",
                text=text,
                link=about.path,
                cohort_id=event.cohort_id,
                act=f"Open {about.short}",
            )
            messages.append((who, message))
    actions.tell(messages, now=given[0].at)


@events.on(SeatTakenBack)
def seat_taken_back(event: SeatTakenBack) -> None:
    """Tell a learner who was taken off a list, with the reason."""
    about = session_thing(event.cohort_id, event.session_id)
    message = Message(
        kind=NoticeKind.SEAT,
        key=f"seat-back:{event.session_id}:{event.place_id}:{event.at.isoformat()}",
        title=f"You are off the list of {about.short}",
        text=f"Your coordinator took you off the list of {about.title}: {event.reason}",
        link=about.path,
        cohort_id=event.cohort_id,
        act=f"Open {about.short}",
    )
    actions.tell_all(queries.of_places([event.place_id]), message, now=event.at)


@events.on(SeatsOffered)
def seats_offered(event: SeatsOffered) -> None:
    """Tell the cohort, in the app, that seats are there to be taken."""
    about = session_thing(event.cohort_id, event.session_id)
    message = Message(
        kind=NoticeKind.SEAT,
        key=f"seats-offered:{event.session_id}",
        title=f"Say whether you come to {about.short}",
        text=f"{about.title} has a limited number of seats. Take yours on its page; there is a waiting list.",
        link=about.path,
        cohort_id=event.cohort_id,
        by_mail=False,
    )
    actions.tell_all(learners(event.cohort_id), message, now=event.at)


def _questions_path(event: QuestionAnswered | QuestionHidden | QuestionsPublished) -> tuple[Thing, str]:
    about = session_thing(event.cohort_id, event.session_id)
    return about, f"{about.path}/questions"


@events.on(QuestionAnswered)
def question_answered(event: QuestionAnswered) -> None:
    """Tell whoever asked, in the app."""
    about, link = _questions_path(event)
    message = Message(
        kind=NoticeKind.DISCUSSION,
        key=f"question-answered:{event.question_id}:{event.at.isoformat()}",
        title=f"Your question to {about.short} was answered",
        text=event.answer or "It was answered in the session.",
        link=link,
        cohort_id=event.cohort_id,
        by_mail=False,
    )
    actions.tell_all(queries.people([event.author_id]), message, now=event.at)


@events.on(QuestionHidden)
def question_hidden(event: QuestionHidden) -> None:
    """Tell whoever asked why nobody reads it any more."""
    about, link = _questions_path(event)
    message = Message(
        kind=NoticeKind.FEEDBACK,
        key=f"question-hidden:{event.question_id}:{event.at.isoformat()}",
        title=f"Your question to {about.short} was hidden",
        text=f"Why: {event.reason}",
        link=link,
        cohort_id=event.cohort_id,
        by_mail=False,
    )
    actions.tell_all(queries.people([event.author_id]), message, now=event.at)


@events.on(QuestionsPublished)
def questions_published(event: QuestionsPublished) -> None:
    """Tell the cohort, in the app, that questions and answers are there to read."""
    about, link = _questions_path(event)
    message = Message(
        kind=NoticeKind.SESSION,
        key=f"questions:{event.session_id}",
        title=f"Questions and answers of {about.short}",
        text=f"What was asked in {about.title}, and what was answered, is there to read.",
        link=link,
        cohort_id=event.cohort_id,
        by_mail=False,
    )
    actions.tell_all(learners(event.cohort_id), message, now=event.at)
