"""One meeting with its note, and what the note said before it was corrected."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.capstone.models import Meeting, MeetingVersion
from lms.capstone.queries.projects import ProjectView, project_visible_to
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.people.models import Person
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class NoteVersion:
    """What a note said before it was corrected."""

    number: int
    held_at: dt.datetime
    minutes: int
    held: bool
    agenda: str
    decisions_html: str
    present: tuple[int, ...]
    written_at: dt.datetime
    replaced_at: dt.datetime
    replaced_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting of a project as its page and guards know it."""

    project: ProjectView
    id: int
    public_id: str
    held_at: dt.datetime
    minutes: int
    held: bool
    agenda: str
    decisions: str
    decisions_html: str
    present: tuple[int, ...]
    by_id: int
    by: str
    noted_at: dt.datetime
    versions: tuple[NoteVersion, ...]
    """Earlier ones, first to last."""

    @property
    def cohort(self) -> CohortView:
        """The cohort."""
        return self.project.cohort

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.project.cohort_id

    @property
    def guide_id(self) -> int | None:
        """What policies ask of a project."""
        return self.project.guide_id

    @property
    def member(self) -> bool:
        """What policies ask of a project."""
        return self.project.member


def meeting_visible_to(actor: Actor, public_id: str, meeting: str) -> MeetingView:
    """A meeting of a project that the actor sees; NotFound for any other. Two statements more."""
    view = project_visible_to(actor, public_id)
    row = db.session.execute(
        sa.select(
            Meeting.id,
            Meeting.public_id,
            Meeting.held_at,
            Meeting.minutes,
            Meeting.held,
            Meeting.agenda,
            Meeting.decisions,
            Meeting.decisions_html,
            Meeting.present,
            Meeting.by_id,
            Person.name.label("by"),
            Meeting.noted_at,
        )
        .join(Person, Person.id == Meeting.by_id)
        .where(Meeting.project_id == view.line.id, Meeting.public_id == meeting)
    ).one_or_none()
    if row is None:
        raise NotFound
    values = {**row._asdict(), "present": tuple(row.present)}
    return MeetingView(view, **values, versions=_versions(row.id))


def _versions(meeting_id: int) -> tuple[NoteVersion, ...]:
    rows = db.session.execute(
        sa.select(
            MeetingVersion.number,
            MeetingVersion.held_at,
            MeetingVersion.minutes,
            MeetingVersion.held,
            MeetingVersion.agenda,
            MeetingVersion.decisions_html,
            MeetingVersion.present,
            MeetingVersion.written_at,
            MeetingVersion.replaced_at,
            Person.name.label("replaced_by"),
            MeetingVersion.reason,
        )
        .join(Person, Person.id == MeetingVersion.replaced_by_id)
        .where(MeetingVersion.meeting_id == meeting_id)
        .order_by(MeetingVersion.number)
    )
    return tuple(NoteVersion(**{**row._asdict(), "present": tuple(row.present)}) for row in rows)
