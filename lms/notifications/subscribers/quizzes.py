"""Quizzes: a receipt for each attempt, by mail where the clock ended it; keys that were corrected. Never a mark."""

from __future__ import annotations

import sqlalchemy as sa

from lms.core import events, mail
from lms.core.db import db
from lms.coursework.events import QuizFinished, QuizKeyCorrected
from lms.coursework.models import QuizAttempt, QuizCorrection
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.queries import Recipient
from lms.notifications.rules import NoticeKind


@events.together(QuizFinished)
def quizzes_finished(found: list[QuizFinished]) -> None:
    """Give each learner the receipt of their attempt; whoever was writing when the clock ran out is told by mail."""
    numbers = dict(
        db.session.execute(
            sa.select(QuizAttempt.id, QuizAttempt.number).where(
                QuizAttempt.id.in_([event.attempt_id for event in found])
            )
        ).all()
    )
    persons = queries.by_place([event.place_id for event in found])
    people = {who.person_id: who for who in queries.people(persons.values())}
    told: list[tuple[Recipient, Message]] = []
    for event in found:
        who = people[persons[event.place_id]]
        told.append((who, _message(event, numbers[event.attempt_id], who.zone)))
    actions.tell(told, now=found[0].at)


def _message(event: QuizFinished, number: int, zone: str) -> Message:
    about = queries.thing(event.cohort_id, event.activity_id)
    ended = "was ended by the clock" if event.expired else "is handed in"
    return Message(
        kind=NoticeKind.RECEIPT,
        key=f"quiz:{event.attempt_id}",
        title=f"Your attempt {number} at {about.short} {ended}",
        text=mail.words(
            "notifications/_attempt",
            title=about.title,
            number=number,
            expired=event.expired,
            at=event.at,
            zone=zone,
            now=event.at,
        ),
        link=about.path,
        cohort_id=event.cohort_id,
        act=f"Open {about.short}",
        by_mail=event.expired,
    )


@events.on(QuizKeyCorrected)
def key_corrected(event: QuizKeyCorrected) -> None:
    """Tell those whose mark another key changed."""
    if not event.place_ids:
        return
    about = queries.thing(event.cohort_id, event.activity_id)
    reason = db.session.scalar(
        sa.select(QuizCorrection.reason).where(QuizCorrection.id == event.correction_id)
    )
    message = Message(
        kind=NoticeKind.MARK,
        key=f"key:{event.correction_id}",
        title=f"Your mark for {about.short} was corrected",
        text=mail.words(
            "notifications/_key_corrected", title=about.title, reason=reason, taken_back=event.taken_back
        ),
        link=about.path,
        cohort_id=event.cohort_id,
        act=f"Open {about.short}",
    )
    actions.tell_all(queries.of_places(event.place_ids), message, now=event.at)
