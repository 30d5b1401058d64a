"""Requests for tests, through the real actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment.queries import MyPlace, my_place
from lms.notifications.models import Notice
from lms.people.models import Person
from lms.requests import actions
from lms.requests.actions import Asked, Decision
from lms.requests.models import Request, RequestEntry, RequestState
from lms.requests.ports import Wanted
from lms.requests.rules import EntryKind, RequestRefusal
from tests.factories import world


def place(cohort: CohortView, who: Person) -> MyPlace:
    """A learner's own place."""
    return my_place(world.actor(who), cohort.slug)


def asked(cohort: CohortView, who: Person, kind: str = "question", **more: Any) -> Request:
    """Something a learner asks."""
    values = {"words": "Where do I find the template?", **more}
    with unit_of_work() as work:
        row = actions.ask(
            place(cohort, who), Asked(kind=kind, **values), actor=world.actor(who), now=work.now
        )
        return db.session.get_one(Request, row.id)


def decided(
    row: Request,
    by: Person,
    outcome: RequestState = RequestState.GRANTED,
    reason: str = "As you asked.",
    **given: Any,
) -> Request:
    """A decision on it."""
    with unit_of_work() as work:
        decision = Decision(outcome=outcome, reason=reason, given=Wanted(**given))
        actions.decide(row.id, decision, actor=world.actor(by), now=work.now)
    return fresh(row)


def fresh(row: Request) -> Request:
    """The request as the database has it now."""
    return db.session.scalars(
        sa.select(Request).where(Request.id == row.id).execution_options(populate_existing=True)
    ).one()


def kinds(row: Request) -> list[EntryKind]:
    """What its history holds."""
    return list(
        db.session.scalars(
            sa.select(RequestEntry.kind).where(RequestEntry.request_id == row.id).order_by(RequestEntry.id)
        )
    )


def told(who: Person) -> list[str]:
    """The titles of what somebody was told, first to last."""
    return list(
        db.session.scalars(sa.select(Notice.title).where(Notice.person_id == who.id).order_by(Notice.id))
    )


def refused(reason: RequestRefusal, act: Callable[..., Any], *args: Any, **more: Any) -> str:
    """The sentence with which an act is refused, and that it is for this reason."""
    with pytest.raises(RuleViolation) as caught, unit_of_work() as work:
        act(*args, now=work.now, **more)
    assert caught.value.reason is reason
    return caught.value.message
