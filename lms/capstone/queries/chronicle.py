"""Meetings and the story of a project."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.capstone.models import Meeting, MeetingVersion, ProjectEvent
from lms.capstone.rules.promises import MeetingCount
from lms.capstone.rules.states import ProjectState, Step
from lms.core.db import db
from lms.people.models import Person


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting, held or missed."""

    id: int
    public_id: str
    held_at: dt.datetime
    minutes: int
    held: bool
    agenda: str
    decisions_html: str
    present: tuple[int, ...]
    by: str
    noted_at: dt.datetime
    corrections: int = 0
    """How often the note was corrected."""


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One sentence of a project's story."""

    kind: str
    from_state: ProjectState | None
    to_state: ProjectState | None
    at: dt.datetime
    by: str
    note: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chronicle:
    """Meetings, latest first, and the story, first to last."""

    meetings: tuple[MeetingLine, ...]
    story: tuple[StoryLine, ...]

    @property
    def count(self) -> MeetingCount:
        """How the meetings stand."""
        held = sum(meeting.held for meeting in self.meetings)
        return MeetingCount(held, len(self.meetings) - held)


def chronicle(project_id: int) -> Chronicle:
    """Meetings and story of a project in one statement."""
    noter, teller = aliased(Person), aliased(Person)
    told = (
        sa.select(
            sa.literal("story").label("what"),
            ProjectEvent.id.label("id"),
            sa.literal("").label("public_id"),
            ProjectEvent.kind.label("kind"),
            ProjectEvent.from_state.label("from_state"),
            ProjectEvent.to_state.label("to_state"),
            ProjectEvent.at.label("at"),
            ProjectEvent.at.label("noted_at"),
            sa.literal(0).label("minutes"),
            sa.true().label("held"),
            ProjectEvent.note.label("words"),
            sa.literal("").label("html"),
            ProjectEvent.details.label("details"),
            teller.name.label("by"),
            sa.literal(0).label("corrections"),
        )
        .outerjoin(teller, teller.id == ProjectEvent.actor_id)
        .where(ProjectEvent.project_id == project_id)
    )
    met = (
        sa.select(
            sa.literal("meeting"),
            Meeting.id,
            Meeting.public_id,
            sa.literal(""),
            sa.null(),
            sa.null(),
            Meeting.held_at,
            Meeting.noted_at,
            Meeting.minutes,
            Meeting.held,
            Meeting.agenda,
            Meeting.decisions_html,
            Meeting.present,
            noter.name,
            sa.select(sa.func.count())
            .where(MeetingVersion.meeting_id == Meeting.id)
            .correlate(Meeting)
            .scalar_subquery(),
        )
        .join(noter, noter.id == Meeting.by_id)
        .where(Meeting.project_id == project_id)
    )
    rows: Any = db.session.execute(sa.union_all(told, met)).all()
    meetings = [row for row in rows if row.what == "meeting"]
    story = [row for row in rows if row.what == "story"]
    return Chronicle(
        meetings=tuple(
            MeetingLine(
                id=row.id,
                public_id=row.public_id,
                held_at=row.at,
                minutes=row.minutes,
                held=bool(row.held),
                agenda=row.words,
                decisions_html=row.html,
                present=tuple(row.details or ()),
                by=row.by,
                noted_at=row.noted_at,
                corrections=row.corrections,
            )
            for row in sorted(meetings, key=lambda row: (row.at, row.id), reverse=True)
        ),
        story=tuple(
            StoryLine(
                row.kind, row.from_state, row.to_state, row.at, row.by or "", row.words, row.details or {}
            )
            for row in sorted(story, key=lambda row: row.id)
        ),
    )


def steps(project_id: int) -> list[Step]:
    """A project's story as the rules read it."""
    rows = db.session.execute(
        sa.select(ProjectEvent.kind, ProjectEvent.from_state, ProjectEvent.to_state, ProjectEvent.details)
        .where(ProjectEvent.project_id == project_id)
        .order_by(ProjectEvent.id)
    )
    return [Step(*row) for row in rows]
