"""Filling in a form, with the files that its fields ask for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import IO, Any

import sqlalchemy as sa

from lms.cohorts.models import CohortState
from lms.completion import actions as completion
from lms.completion.actions import Reached
from lms.completion.rules import FactKind
from lms.core import audit, files
from lms.core.db import db, insert_ignoring
from lms.core.errors import Conflict, RuleViolation
from lms.core.files import Limits
from lms.core.ids import public_id
from lms.coursework import queries
from lms.coursework.actions.moments import in_words
from lms.coursework.models import FormFile, FormResponse
from lms.coursework.queries import FormFileLine, Visit
from lms.coursework.rules import CourseworkRefusal, forms
from lms.coursework.rules.late import end_of
from lms.enrolment.queries import MyPlace
from lms.people.rules import Actor

PURPOSE = "form"
FILE_LIMITS = Limits(types=("pdf", "docx", "xlsx", "pptx", "png", "jpg", "csv", "txt"), megabytes=10)
"""What a field of a form takes."""


def answer_form(
    visit: Visit, sent: Mapping[str, Sequence[str]], *, version: int, actor: Actor, now: dt.datetime
) -> None:
    """Keep the answers to a form; the first ones make it done.

    They can be changed until it is due. A form that nobody filled in stays open after that, for those who come late.
    Raises Conflict when they were changed in another window since, RuleViolation when it is closed.
    """
    if visit.place is None:
        raise RuntimeError("staff fill in no forms of learners")
    fields = queries.content(visit.line.id).spec["fields"]
    present = queries.form_files(visit.place.place_id, visit.line.id)
    checked = forms.check(
        fields, forms.with_files(fields, sent, {name: file.public_id for name, file in present.items()})
    )
    if checked.problems:
        raise ValueError("check the answers first")
    for name in forms.file_fields(fields) & checked.answers.keys():
        checked.answers[name] = _receipt(present[name])
    row = _row(visit, now)
    _require_open(visit, row.version, actor, now)
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


def _receipt(file: FormFileLine) -> dict[str, Any]:
    """What the answers keep of a file: which one it is, and its fingerprint."""
    return {"file": file.public_id, "name": file.name, "size": file.size, "sha256": file.sha256}


def add_form_file(
    visit: Visit, field: str, stream: IO[bytes], name: str, *, actor: Actor, now: dt.datetime
) -> str:
    """Keep a file for a field, in place of the one before; it counts when the form is sent. Returns its name as kept.

    Raises RuleViolation when the field takes no file, the form is closed, or the file is refused.
    """
    place = _writer(visit, field, actor, now)
    stored = files.keep(stream, name, limits=FILE_LIMITS, owner_id=actor.person_id, purpose=PURPOSE, now=now)
    present = queries.form_files(place.place_id, visit.line.id).get(field)
    if present is not None and (present.sha256, present.name) == (stored.sha256, stored.name):
        db.session.delete(stored)
        return stored.name
    _take_out(place.place_id, visit.line.id, field, now)
    db.session.add(
        FormFile(
            place_id=place.place_id, activity_id=visit.line.id, field=field, file_id=stored.id, added_at=now
        )
    )
    db.session.flush()
    _record_file("add_form_file", visit, stored.id, {"name": stored.name, "sha256": stored.sha256}, actor)
    return stored.name


def remove_form_file(visit: Visit, field: str, *, actor: Actor, now: dt.datetime) -> str:
    """Take a file out; what was sent with it keeps it until other answers are sent. Returns its name.

    Raises RuleViolation when there is none, or the form is closed.
    """
    place = _writer(visit, field, actor, now)
    present = queries.form_files(place.place_id, visit.line.id).get(field)
    if present is None:
        raise RuleViolation(CourseworkRefusal.NO_FILE_CHOSEN)
    _take_out(place.place_id, visit.line.id, field, now)
    _record_file("remove_form_file", visit, None, {"name": present.name, "sha256": present.sha256}, actor)
    return present.name


def _writer(visit: Visit, field: str, actor: Actor, now: dt.datetime) -> MyPlace:
    if visit.place is None:
        raise RuntimeError("staff fill in no forms of learners")
    if field not in forms.file_fields(queries.content(visit.line.id).spec["fields"]):
        raise RuleViolation(CourseworkRefusal.NO_FILES_HERE)
    answered = queries.form_answers(visit.place.place_id, visit.line.id).version
    _require_open(visit, answered, actor, now)
    return visit.place


def _take_out(place_id: int, activity_id: int, field: str, now: dt.datetime) -> None:
    db.session.execute(
        sa.update(FormFile)
        .where(
            FormFile.place_id == place_id,
            FormFile.activity_id == activity_id,
            FormFile.field == field,
            FormFile.removed_at.is_(None),
        )
        .values(removed_at=now)
    )


def _record_file(verb: str, visit: Visit, file_id: int | None, after: dict[str, Any], actor: Actor) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=f"coursework.{verb}",
            subject="stored_file",
            subject_id=file_id,
            cohort_id=visit.cohort.id,
            after=after,
        )
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


def _require_open(visit: Visit, version: int, actor: Actor, now: dt.datetime) -> None:
    item = queries.window(visit)
    if item is None or item.cancelled:
        raise RuleViolation(CourseworkRefusal.CANCELLED)
    if now < item.starts_at:
        raise RuleViolation(CourseworkRefusal.NOT_OPEN, opens=in_words(item.starts_at, actor.zone))
    if visit.cohort.state is CohortState.CLOSED:
        raise RuleViolation(CourseworkRefusal.OVER)
    if version and now >= end_of(item.ends_at):
        raise RuleViolation(CourseworkRefusal.ANSWERS_CLOSED, due=in_words(item.ends_at, actor.zone))
