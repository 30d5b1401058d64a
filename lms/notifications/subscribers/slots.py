"""Office hours: whoever booked, the host, and the next who waits are told, each on their own clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.cohorts import queries as cohorts
from lms.core import events, mail
from lms.core.db import db
from lms.live.events import SlotBooked, SlotEnded, SlotKept
from lms.live.models import SlotBooking, SlotSeries
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.queries import Recipient
from lms.notifications.queries.things import path
from lms.notifications.rules import NoticeKind
from lms.people.models import Person


def _message(
    series: SlotSeries, who: Recipient, what: str, title: str, key: str, at: dt.datetime, **facts: Any
) -> tuple[Recipient, Message]:
    cohort = cohorts.by_id(series.cohort_id)
    hosts = who.person_id == series.host_id
    link = (
        path("live.slots", cohort.slug, series=series.public_id)
        if hosts
        else path("live.office_hours", cohort.slug)
    )
    text = mail.words(
        "notifications/_slot",
        what=what,
        title=series.title,
        host=db.session.get_one(Person, series.host_id).name,
        zone=who.zone,
        now=at,
        **facts,
    )
    return who, Message(
        kind=NoticeKind.SEAT,
        key=key,
        title=title,
        text=text,
        link=link,
        cohort_id=series.cohort_id,
        act="Open the office hours",
    )


def _host(series: SlotSeries) -> list[Recipient]:
    return queries.people([series.host_id])


@events.on(SlotBooked)
def slot_booked(event: SlotBooked) -> None:
    """Tell whoever booked, and the host."""
    series = db.session.get_one(SlotSeries, event.series_id)
    booking = db.session.get_one(SlotBooking, event.booking_id)
    key = f"slot:{event.booking_id}"
    (learner,) = queries.of_places([event.place_id])
    facts = {"starts_at": event.starts_at, "name": learner.name, "about": booking.about}
    messages = [_message(series, learner, "yours", f"Booked: {series.title}", key, event.at, **facts)]
    messages += [
        _message(series, host, "booked", f"{learner.name} booked {series.title}", key, event.at, **facts)
        for host in _host(series)
    ]
    actions.tell(messages, now=event.at)


@events.on(SlotEnded)
def slot_ended(event: SlotEnded) -> None:
    """Tell the other one: the learner when the host cancelled, the host when the learner did."""
    series = db.session.get_one(SlotSeries, event.series_id)
    (learner,) = queries.of_places([event.place_id])
    key = f"slot-ended:{event.booking_id}"
    facts = {"starts_at": event.starts_at, "name": learner.name, "reason": event.reason}
    if event.by_host:
        told = [
            _message(
                series, learner, "cancelled by host", f"Cancelled: {series.title}", key, event.at, **facts
            )
        ]
    else:
        title = f"{learner.name} cancelled {series.title}"
        told = [_message(series, host, "cancelled", title, key, event.at, **facts) for host in _host(series)]
    actions.tell(told, now=event.at)


@events.on(SlotKept)
def slot_kept(event: SlotKept) -> None:
    """Tell the next who waits that a slot is kept for them, and until when."""
    series = db.session.get_one(SlotSeries, event.series_id)
    facts = {"starts_at": event.starts_at, "until": event.until}
    key = f"slot-kept:{event.slot_id}:{event.at.isoformat()}"
    title = f"A slot is kept for you: {series.title}"
    actions.tell(
        [
            _message(series, who, "kept", title, key, event.at, **facts)
            for who in queries.of_places([event.place_id])
        ],
        now=event.at,
    )
