"""Looks at how people are told, and at who was told what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from lms.core.db import db
from lms.notifications import actions
from lms.notifications.rules import Ending
from lms.people.models import Person
from tests.browser.look import C14, DOWNLOAD, Look, looks
from tests.browser.looks.words import OF_LEARNER

if TYPE_CHECKING:
    from tests.browser.company import Company

_OF_ALL = (
    "select public_id from telling where cohort_id = 1 and kind = 'announcement' order by at desc limit 1"
)
_URGENT = "select public_id from telling where urgent and cohort_id = 1 order by at desc limit 1"
WORDS = {"telling": _OF_ALL, "urgent": _URGENT}
LOOKS: dict[str, tuple[Look, ...]] = {
    "notifications.told": looks(
        "coordinator",
        f"{C14}/told",
        f"{C14}/told?urgent=1",
        f"{C14}/told?kind=place",
        f"{C14}/told?kind=mark",
    ),
    "notifications.told_people": looks(
        "coordinator", f"{C14}/told/{{telling}}", f"{C14}/told/{{urgent}}", f"{C14}/told/{{telling}}?show=not"
    ),
    "notifications.calls": looks(
        "coordinator", f"{C14}/told/{{urgent}}/calls", f"{C14}/told/{{telling}}/calls"
    ),
    "notifications.told_one": looks("coordinator", f"{C14}/learners/{{place}}/told"),
    "notifications.unsubscribe": looks("nobody", "/mails/{ending}/end"),
}
NO_PAGE = {
    "notifications.told_csv": DOWNLOAD,
    "notifications.announcement_told": "leads to who was told",
    "notifications.release_told": "leads to who was told",
    "notifications.push_worker": "a script",
}


def prepare(company: Company) -> None:
    """The link that stands in a learner's mails."""
    person = db.session.scalar(sa.select(Person.public_id).where(sa.text(OF_LEARNER)))
    company.links["ending"] = actions.signed_ending(Ending(str(person), "mark", 0))
