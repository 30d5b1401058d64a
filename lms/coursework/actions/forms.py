"""Filling in a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import CohortState
from lms.completion import actions as completion
from lms.completion.actions import Reached
from lms.completion.rules import FactKind
from lms.core import audit
from lms.core.db import db, insert_ignoring
from lms.core.errors import Conflict, RuleViolation
from lms.core.ids import public_id
from lms.coursework import queries
from lms.coursework.actions.moments import in_words
from lms.coursework.models import FormResponse
from lms.coursework.queries import Visit
from lms.coursework.rules import CourseworkRefusal, forms
from lms.coursework.rules.late import end_of
from lms.people.rules import Actor


def answer_form(
    visit: Visit, sent: Mapping[str, Sequence[str]], *, version: int, actor: Actor, now: dt.datetime
) -> None:
    """Keep the answers to a form; the first ones make it done.

    They can be changed until it is due. A form that nobody filled in stays open after that, for those who come late.
    Raises Conflict when they were changed in another window since, RuleViolation when it is closed.
    """
    if visit.place is None:
        raise RuntimeError("staff fill in no forms of learners")
    checked = forms.check(queries.content(visit.line.id).spec["fields"], sent)
    if checked.problems:
        raise ValueError("check the answers first")
    row = _row(visit, now)
    _require_open(visit, row, actor, now)
    if row.version != version and row.answers != checked.answers:
        raise Conflict(CourseworkRefusal.FORM_CHANGED, current=dict(row.answers))
    before = dict(row.answers)
    if row.version and before == checked.answers:
        return
    row.answers, row.answered_at, row.version = checked.answers, now, row.version + 1
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="coursework.answer_form",
            subject="form_response",
            subject_id=row.id,
            cohort_id=visit.cohort.id,
            after={"version": row.version, "fields": sorted(checked.answers)},
        )
    )
    completion.record(
        Reached(place_id=row.place_id, activity_id=row.activity_id, kind=FactKind.DONE), now=now
    )


def _row(visit: Visit, now: dt.datetime) -> FormResponse:
    place_id, activity_id = visit.place.place_id if visit.place else 0, visit.line.id
    fresh: dict[str, Any] = {
        "public_id": public_id(),
        "place_id": place_id,
        "activity_id": activity_id,
        "answers": {},
        "version": 0,
        "answered_at": now,
    }
    insert_ignoring(FormResponse.__table__, [fresh])
    return db.session.scalars(
        sa.select(FormResponse)
        .where(FormResponse.place_id == place_id, FormResponse.activity_id == activity_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _require_open(visit: Visit, row: FormResponse, actor: Actor, now: dt.datetime) -> None:
    item = queries.window(visit)
    if item is None or item.cancelled:
        raise RuleViolation(CourseworkRefusal.CANCELLED)
    if now < item.starts_at:
        raise RuleViolation(CourseworkRefusal.NOT_OPEN, opens=in_words(item.starts_at, actor.zone))
    if visit.cohort.state is CohortState.CLOSED:
        raise RuleViolation(CourseworkRefusal.OVER)
    if row.version and now >= end_of(item.ends_at):
        raise RuleViolation(CourseworkRefusal.ANSWERS_CLOSED, due=in_words(item.ends_at, actor.zone))
