"""Noting meetings of a project with its guide, held or missed; and correcting a note, never silently."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.capstone import policy, queries
from lms.capstone.actions.story import hold, record, tell
from lms.capstone.events import MeetingCorrected, MeetingNoted
from lms.capstone.models import Meeting, MeetingVersion, Project
from lms.capstone.rules import CapstoneRefusal, Told
from lms.capstone.rules.promises import LONGEST, SHORTEST, Correcting, why_not_correct, why_not_note
from lms.cohorts import queries as cohorts
from lms.core import events, markdown
from lms.core.db import db, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.people.models import Person
from lms.people.rules import Actor, clean

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
    present = _present(project, note)
    _refuse(project, note, present, now)
    meeting = Meeting(
        project_id=project.id, held_at=note.held_at, by_id=actor.person_id, noted_at=now, minutes=0, held=True,
        present=[],
    )  # fmt: skip
    _write(meeting, note, present)
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


def correct_meeting(
    meeting_id: int, note: Note, reason: str, *, seen: int, actor: Actor, now: dt.datetime
) -> None:
    """Correct the note on a meeting; what it said stays readable beside it, with the reason.

    `seen` is how many versions the actor's page knew. Raises RuleViolation when they neither noted it nor coordinate,
    when its days are over, without a reason, or when nothing changes; Conflict when it was corrected meanwhile.
    """
    project_id = db.session.scalar(sa.select(Meeting.project_id).where(Meeting.id == meeting_id))
    if project_id is None:
        raise NotFound
    project = hold(project_id)
    meeting: Meeting = locked(Meeting, meeting_id)
    number = _versions(meeting.id) + 1
    if seen != number:
        raise Conflict(CapstoneRefusal.CORRECTED_MEANWHILE)
    present = _present(project, note, known=meeting.present)
    reason = clean(reason)
    days = curriculum.outline(cohorts.by_id(project.cohort_id).version_id).policies.capstone.correct_days
    refusal = why_not_correct(
        Correcting(
            own=meeting.by_id == actor.person_id,
            steers=actor.has_any(policy.STEERING, project.cohort_id),
            noted_at=meeting.noted_at,
            now=now,
            days=days,
            reason=reason,
            changed=_differs(meeting, note, present),
        )
    )
    if refusal:
        name = db.session.get_one(Person, meeting.by_id).name
        raise RuleViolation(refusal, name=name, days=days)
    _refuse(project, note, present, now, besides=meeting.id)
    before = _kept(meeting)
    db.session.add(
        MeetingVersion(
            meeting_id=meeting.id, number=number, written_at=_written_at(meeting), replaced_at=now,
            replaced_by_id=actor.person_id, reason=reason, **before,
        )
    )  # fmt: skip
    _write(meeting, note, present)
    db.session.flush()
    after = _kept(meeting)
    changed = [name for name in after if name != "decisions_html" and after[name] != before[name]]
    details = {
        "meeting": meeting.public_id,
        "held": note.held,
        "held_at": note.held_at.isoformat(),
        "changed": changed,
    }
    tell(project, Told.CORRECTED, before=project.state, actor=actor, now=now, note=reason, details=details)
    record(
        project,
        "correct_meeting",
        actor,
        before={name: before[name] for name in changed},
        after={"meeting": meeting.public_id, **{name: after[name] for name in changed}},
        reason=reason,
    )
    events.record(
        MeetingCorrected(
            cohort_id=project.cohort_id,
            project_id=project.id,
            project_public_id=project.public_id,
            meeting_id=meeting.id,
            meeting_public_id=meeting.public_id,
            number=number,
            held_at=note.held_at,
            reason=reason,
            place_ids=queries.place_ids_of(project.id),
            guide_id=queries.by_id(project.id).guide_id,
            actor_id=actor.person_id,
            at=now,
        )
    )


def _present(project: Project, note: Note, known: Sequence[int] = ()) -> list[int]:
    """Who was there, by place. Former members who were there stay noted."""
    if not note.held:
        return []
    there = {one.place_public_id: one.place_id for one in queries.members(queries.by_id(project.id))}
    chosen = {there[each] for each in note.present if each in there}
    return sorted(chosen | (set(known) - set(there.values())))


def _refuse(
    project: Project, note: Note, present: Sequence[int], now: dt.datetime, besides: int | None = None
) -> None:
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
        sa.select(Meeting.id).where(
            Meeting.project_id == project.id, Meeting.held_at == note.held_at, Meeting.id != (besides or 0)
        )
    )
    if known is not None:
        raise RuleViolation(CapstoneRefusal.NOTED_ALREADY)


def _write(meeting: Meeting, note: Note, present: list[int]) -> None:
    meeting.held_at, meeting.held = note.held_at, note.held
    meeting.minutes = note.minutes if note.held else 0
    meeting.agenda, meeting.decisions = note.agenda[:LONGEST_WORDS], note.decisions[:LONGEST_WORDS]
    meeting.decisions_html = markdown.render(meeting.decisions, heading_from=4)
    meeting.present = present


def _kept(meeting: Meeting) -> dict[str, Any]:
    names = ("held_at", "minutes", "held", "agenda", "decisions", "decisions_html", "present")
    return {name: getattr(meeting, name) for name in names}


def _differs(meeting: Meeting, note: Note, present: list[int]) -> bool:
    minutes = note.minutes if note.held else 0
    wanted = (note.held_at, minutes, note.held, note.agenda, note.decisions, present)
    there = (
        meeting.held_at,
        meeting.minutes,
        meeting.held,
        meeting.agenda,
        meeting.decisions,
        list(meeting.present),
    )
    return wanted != there


def _versions(meeting_id: int) -> int:
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(MeetingVersion)
            .where(MeetingVersion.meeting_id == meeting_id)
        )
        or 0
    )


def _written_at(meeting: Meeting) -> dt.datetime:
    """When the words that are replaced were written."""
    latest = db.session.scalar(
        sa.select(sa.func.max(MeetingVersion.replaced_at)).where(MeetingVersion.meeting_id == meeting.id)
    )
    return latest or meeting.noted_at
