"""What people of the house were told that could not wait, how they are told, and what reaches them besides."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.models import Phone, PushDevice
from lms.notifications.rules import Ending, NoticeKind

if TYPE_CHECKING:
    from lms.cohorts.queries import CohortView
    from lms.people.models import Person
    from tests.factories.house import Builder


def urgent_things(at: Builder) -> None:
    """An urgent message of an hour ago that Lea has not read; a device and a number of hers; links in her mails."""
    lea = at.lea
    at.values["telling"] = _urgent(at.own, lea, at.now)
    at.foreign["telling"] = _urgent(at.other, at.persons["learner, other cohort"], at.now)
    with unit_of_work() as work:
        device = PushDevice(
            person_id=lea.id,
            name="Firefox on Android",
            endpoint="https://push.example/lea",
            public_key="x",
            secret="x",
            added_at=work.now,
        )
        db.session.add(device)
        db.session.add(
            Phone(
                person_id=lea.id,
                number="+971501234567",
                calls=True,
                texts_asked_at=work.now,
                code_hash="x",
                code_until=work.now + dt.timedelta(days=365),
                code_tries=-1000,
                codes_sent=1,
            )
        )
    delivery = queries.people_told(queries.told_in(at.own, at.values["telling"])).people
    assert delivery
    at.values |= {
        "device": device.public_id,
        "notifications.unsubscribe:token": actions.signed_ending(
            Ending(lea.public_id, NoticeKind.MARK.value, 0)
        ),
        "notifications.arrived:token": actions.signed_arrival("222222222222"),
        "notifications.release_told:number": "2",
    }


def _urgent(cohort: CohortView, who: Person, now: dt.datetime) -> str:
    key = f"house:{cohort.id}"
    message = Message(
        kind=NoticeKind.SCHEDULE,
        key=key,
        title="S27 does not take place",
        text="It was to begin in an hour.",
        link="/notices",
        cohort_id=cohort.id,
        urgent=True,
    )
    with clock.at(now - dt.timedelta(hours=1)), unit_of_work() as work:
        actions.tell_all(queries.people([who.id]), message, now=work.now)
    return queries.telling_of(cohort.id, key)
