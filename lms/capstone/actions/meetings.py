"""Noting meetings of a project with its guide, held or missed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.capstone import queries
from lms.capstone.actions.story import hold, record, tell
from lms.capstone.events import MeetingNoted
from lms.capstone.models import Meeting
from lms.capstone.rules import CapstoneRefusal, Told
from lms.capstone.rules.promises import LONGEST, SHORTEST, why_not_note
from lms.core import events, markdown
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.people.rules import Actor

LONGEST_WORDS = 8_000


@dataclass(frozen=True, kw_only=True)
class Note:
    """What somebody notes about a meeting."""

    held_at: dt.datetime
    held: bool
    minutes: int = 0
    present: tuple[str, ...] = ()
    """Public ids of places."""
    agenda: str = ""
    decisions: str = ""


def note_meeting(project_id: int, note: Note, *, actor: Actor, now: dt.datetime) -> Meeting:
    """Note a meeting. Raises RuleViolation when it lies ahead, is noted already, or nobody was there."""
    project = hold(project_id)
    line = queries.by_id(project.id)
    there = {one.place_public_id: one.place_id for one in queries.members(line)}
    present = sorted(there[each] for each in set(note.present) if each in there) if note.held else []
    refusal = why_not_note(
        held_at=note.held_at,
        now=now,
        created_at=project.created_at,
        minutes=note.minutes,
        held=note.held,
        present=present,
        decisions=note.decisions.strip(),
    )
    if refusal:
        raise RuleViolation(refusal, low=SHORTEST, high=LONGEST)
    known = db.session.scalar(
        sa.select(Meeting.id).where(Meeting.project_id == project.id, Meeting.held_at == note.held_at)
    )
    if known is not None:
        raise RuleViolation(CapstoneRefusal.NOTED_ALREADY)
    meeting = Meeting(
        project_id=project.id,
        held_at=note.held_at,
        minutes=note.minutes if note.held else 0,
        held=note.held,
        agenda=note.agenda[:LONGEST_WORDS],
        decisions=note.decisions[:LONGEST_WORDS],
        decisions_html=markdown.render(note.decisions[:LONGEST_WORDS], heading_from=4),
        present=present,
        by_id=actor.person_id,
        noted_at=now,
    )
    db.session.add(meeting)
    db.session.flush()
    details = {"meeting": meeting.public_id, "held": note.held, "held_at": note.held_at.isoformat()}
    tell(project, Told.MEETING, before=project.state, actor=actor, now=now, details=details)
    record(project, "note_meeting", actor, after={**details, "minutes": meeting.minutes, "present": present})
    events.record(
        MeetingNoted(
            cohort_id=project.cohort_id,
            project_id=project.id,
            project_public_id=project.public_id,
            meeting_id=meeting.id,
            held=note.held,
            held_at=note.held_at,
            missed_in_all=queries.chronicle(project.id).count.missed,
            place_ids=queries.place_ids_of(project.id),
            guide_id=line.guide_id,
            actor_id=actor.person_id,
            at=now,
        )
    )
    return meeting
