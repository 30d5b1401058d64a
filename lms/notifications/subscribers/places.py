"""Places: welcome, leave, return, withdrawal, completion. Decisions: they go out whatever somebody chose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.events import CohortStateChanged
from lms.cohorts.models import CohortState
from lms.cohorts.queries import CohortView
from lms.core import events, mail
from lms.core.db import db
from lms.enrolment.events import LearnersEnrolled, PlaceChanged
from lms.enrolment.models import Place, PlaceEvent
from lms.enrolment.rules import ACTIVE, PlaceEventKind
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.queries import Recipient
from lms.notifications.rules import NoticeKind

TITLES = {
    PlaceEventKind.LEAVE_STARTED: "You are on leave from {cohort}",
    PlaceEventKind.LEAVE_ENDED: "Welcome back to {cohort}",
    PlaceEventKind.REINSTATED: "You have your place in {cohort} again",
    PlaceEventKind.WITHDRAWN: "Your place in {cohort} has ended",
    PlaceEventKind.DEFERRED: "Your place in {cohort} is deferred",
    PlaceEventKind.TRANSFERRED: "You move on from {cohort}",
    PlaceEventKind.COMPLETED: "You have completed {cohort}",
    PlaceEventKind.SECTION_CHANGED: "You sit in another section of {cohort}",
    PlaceEventKind.JOIN_DATE_CHANGED: "Another first day in {cohort}",
}


@events.on(LearnersEnrolled)
def learners_enrolled(event: LearnersEnrolled) -> None:
    """Welcome those who were given a place; before the cohort opens, they are welcomed when it does."""
    cohort = cohorts.by_id(event.cohort_id)
    if cohort.state is CohortState.OPEN:
        _welcome(cohort, event.place_ids, event.at)


@events.on(CohortStateChanged)
def cohort_state_changed(event: CohortStateChanged) -> None:
    """When a cohort opens, welcome everybody who has a place in it; nobody twice."""
    if event.state != CohortState.OPEN.value:
        return
    cohort = cohorts.by_id(event.cohort_id)
    places = db.session.scalars(
        sa.select(Place.id).where(Place.cohort_id == cohort.id, Place.state.in_(ACTIVE)).order_by(Place.id)
    ).all()
    _welcome(cohort, places, event.at)


def _welcome(cohort: CohortView, place_ids: Sequence[int], at: dt.datetime) -> None:
    """A notice for all; a mail for those who can sign in already: the others have their invitation."""
    people = queries.of_places(place_ids)
    by_mail = _welcome_message(cohort, at, by_mail=True)
    quietly = _welcome_message(cohort, at, by_mail=False)
    actions.tell([(who, by_mail if who.settled else quietly) for who in people], now=at)


def _welcome_message(cohort: CohortView, at: dt.datetime, *, by_mail: bool) -> Message:
    return Message(
        kind=NoticeKind.PLACE,
        key=f"welcome:{cohort.id}",
        title=f"Welcome to {cohort.name}",
        text=mail.words("notifications/_welcome", cohort=cohort.name, starts_on=cohort.starts_on, now=at),
        link=queries.cohort_path(cohort.slug),
        cohort_id=cohort.id,
        act="Open your desk",
        by_mail=by_mail,
    )


@events.on(PlaceChanged)
def place_changed(event: PlaceChanged) -> None:
    """Tell a learner what was decided about their place, from its story."""
    told = db.session.scalar(
        sa.select(PlaceEvent)
        .where(PlaceEvent.place_id == event.place_id)
        .order_by(PlaceEvent.id.desc())
        .limit(1)
    )
    if told is None or told.kind not in TITLES:
        return
    cohort = cohorts.by_id(event.cohort_id)
    people: list[Recipient] = queries.people([event.person_id])
    message = Message(
        kind=NoticeKind.PLACE,
        key=f"place:{told.id}",
        title=TITLES[told.kind].format(cohort=cohort.name),
        text=mail.words(
            "notifications/_place",
            kind=told.kind.value,
            on=told.effective_on,
            section=(told.details or {}).get("to", ""),
            back_on=_day((told.details or {}).get("back_on")),
            now=event.at,
        ),
        link=queries.cohort_path(cohort.slug) if event.state in [state.value for state in ACTIVE] else "/",
        cohort_id=cohort.id,
    )
    actions.tell_all(people, message, now=event.at)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
