"""What a learner answered in a form, and the files that came with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.files import StoredFile
from lms.coursework.models import FormFile, FormResponse
from lms.coursework.queries.visits import form_visible_to
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class FormAnswers:
    """A filled-in form; version 0 is one that nobody filled in yet."""

    version: int = 0
    answers: Mapping[str, Any] = field(default_factory=dict)
    answered_at: dt.datetime | None = None


def form_answers(place_id: int, activity_id: int) -> FormAnswers:
    """A learner's answers to a form."""
    row = db.session.execute(
        sa.select(FormResponse.version, FormResponse.answers, FormResponse.answered_at).where(
            FormResponse.place_id == place_id, FormResponse.activity_id == activity_id
        )
    ).one_or_none()
    return FormAnswers(*row) if row else FormAnswers()


@dataclass(frozen=True, slots=True)
class FormFileLine:
    """A file for a field of a form."""

    field: str
    public_id: str
    name: str
    content_type: str
    size: int
    sha256: str
    added_at: dt.datetime
    place_id: int
    person: str


_FILE = (
    sa.select(
        FormFile.field,
        StoredFile.public_id,
        StoredFile.name,
        StoredFile.content_type,
        StoredFile.size,
        StoredFile.sha256,
        FormFile.added_at,
        FormFile.place_id,
        Person.name.label("person"),
    )
    .join(StoredFile, StoredFile.id == FormFile.file_id)
    .join(Place, Place.id == FormFile.place_id)
    .join(Person, Person.id == Place.person_id)
)


def form_files(place_id: int, activity_id: int) -> dict[str, FormFileLine]:
    """The files that a learner has brought for a form, by field: sent with it, or not sent yet. One statement."""
    rows = db.session.execute(
        _FILE.where(
            FormFile.place_id == place_id,
            FormFile.activity_id == activity_id,
            FormFile.removed_at.is_(None),
        ).order_by(FormFile.id)
    )
    return {row.field: FormFileLine(**row._asdict()) for row in rows}


def form_files_sent(cohort_id: int, activity_id: int) -> list[FormFileLine]:
    """The files that were sent with a form, by name of who sent them. One statement."""
    rows = db.session.execute(
        _FILE.join(
            FormResponse,
            sa.and_(
                FormResponse.place_id == FormFile.place_id, FormResponse.activity_id == FormFile.activity_id
            ),
        )
        .add_columns(FormResponse.answers)
        .where(Place.cohort_id == cohort_id, FormFile.activity_id == activity_id, FormResponse.version > 0)
        .order_by(Person.sort_name, FormFile.place_id, FormFile.id)
    ).all()
    return [FormFileLine(*row[:-1]) for row in rows if sent_as(row.answers, row.field) == row.public_id]


def sent_as(answers: Mapping[str, Any], field: str) -> str:
    """Public id of the file that was sent for a field; empty when none was."""
    found = answers.get(field)
    return str(found.get("file", "")) if isinstance(found, Mapping) else ""


@dataclass(frozen=True, slots=True)
class FormFileView:
    """A file of somebody's form, and what the viewer is to it."""

    cohort_id: int
    name: str
    content_type: str
    size: int
    sha256: str
    own: bool
    draft: bool
    """It was not sent yet, or is not the one that was."""
    marks: bool = False
    """Forms are marked by nobody."""
    reviews: bool = False
    """Nor reviewed by peers."""


def form_file_visible_to(actor: Actor, slug: str, key: str, file: str) -> FormFileView:
    """A file of a form of this cohort; NotFound when there is none. Whether the actor may take it is the policy's."""
    visit = form_visible_to(actor, slug, key)
    row = db.session.execute(
        _FILE.add_columns(Place.person_id, FormResponse.answers)
        .outerjoin(
            FormResponse,
            sa.and_(
                FormResponse.place_id == FormFile.place_id, FormResponse.activity_id == FormFile.activity_id
            ),
        )
        .where(
            StoredFile.public_id == file,
            FormFile.activity_id == visit.line.id,
            Place.cohort_id == visit.cohort.id,
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return FormFileView(
        cohort_id=visit.cohort.id,
        name=row.name,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        own=row.person_id == actor.person_id,
        draft=sent_as(row.answers or {}, row.field) != row.public_id,
    )
