"""Conversations for tests, through the real actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from lms.cohorts.queries import CohortView
from lms.community import actions, queries
from lms.community.actions import Writing
from lms.community.models import Post
from lms.community.queries import Discussion
from lms.community.rules import Window
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.people.models import Person
from tests.factories import world

KEY = "th1"
LONG = "The sales head is right about the money and wrong about the year. " * 6
"""More words than a substantive reply needs."""


def discussion(cohort: CohortView, who: Person, key: str = KEY) -> Discussion:
    """A discussion as somebody meets it."""
    return queries.discussion_visible_to(world.actor(who), cohort.slug, key)


def window(cohort: CohortView, who: Person, key: str = KEY) -> Window:
    """When they may write in it."""
    found = queries.window(discussion(cohort, who, key))
    assert found is not None
    return found


@contextmanager
def opened(cohort: CohortView, who: Person, after: dt.timedelta = dt.timedelta(hours=1)) -> Iterator[Window]:
    """Inside, it is a while after the discussion opened."""
    found = window(cohort, who)
    with clock.at(found.opens_at + after):
        yield found


def said(cohort: CohortView, who: Person, text: str = LONG, *, to: Post | None = None) -> Post:
    """Somebody posts in the discussion."""
    with unit_of_work() as work:
        writing = Writing(text=text, parent=to.public_id if to else "")
        return actions.say(discussion(cohort, who), writing, actor=world.actor(who), now=work.now)
