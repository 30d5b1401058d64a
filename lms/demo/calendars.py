"""Calendar addresses: a learner's phone and a coordinator's Outlook have fetched theirs today."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.core.db import db
from lms.demo.cast import DOMAIN
from lms.demo.world import at
from lms.integrations import actions
from lms.people import queries as people
from lms.people.models import Person

ADDRESSES = (
    ("learner", 40, 35, "Apple Calendar on a phone"),
    ("coordinator", 120, 12, "Outlook"),
)
"""Who, since how many days, fetched how many minutes ago, by what."""


def calendars(now: dt.datetime) -> None:
    """Make their addresses at their time, and note who fetched them last."""
    for name, days, minutes, client in ADDRESSES:
        person_id = db.session.scalar(sa.select(Person.id).where(Person.email == f"{name}@{DOMAIN}"))
        if person_id is None:
            continue
        made = now - dt.timedelta(days=days)
        with at(made):
            actions.make_address(actor=people.actor_for(person_id, made), now=made)
        with at(now):
            actions.note_fetched(person_id, client, now=now - dt.timedelta(minutes=minutes))
