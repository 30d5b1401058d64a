"""Many sessions at once: what the demonstration and an import of history record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.core import audit, ids, markdown
from lms.core.db import db
from lms.core.errors import NotFound
from lms.live import queries
from lms.live.actions.ledger import NewEvidence, append, recompute
from lms.live.actions.rosters import TAKEN
from lms.live.models import AttendanceEvidence, LiveSession, SessionRecording
from lms.live.rules import Captions, EvidenceKind, RecordingRelease, SessionState, Verdict
from lms.people.rules import Actor
from lms.scheduling import actions as scheduling

_VALUES = {Verdict.PRESENT: 1.0, Verdict.HALF: 0.5, Verdict.ABSENT: 0.0}


@dataclass(frozen=True, kw_only=True)
class Held:
    """A session that was held, with everything known of it."""

    key: str
    ticks: Mapping[int, Verdict] = field(default_factory=dict)
    """By place; who is in no tick is left to the rest of the evidence."""
    reasons: Mapping[int, str] = field(default_factory=dict)
    """Why somebody was excused, by place."""
    clicks: Mapping[int, dt.datetime] = field(default_factory=dict)
    intervals: Sequence[tuple[int, dt.datetime, dt.datetime]] = ()
    """Place, joined, left."""
    by_id: int | None = None
    """Who kept the roster; empty: the session's host."""
    taken_at: dt.datetime | None = None
    """When; empty: at the session's end."""
    close: bool = True
    recording_url: str = ""
    notes: str = ""


def record_sessions(cohort_id: int, held: Sequence[Held], *, actor: Actor, now: dt.datetime) -> None:
    """Record many held sessions at once: a fixed number of statements for each few hundred entries."""
    cohort = cohorts.by_id(cohort_id)
    lines = {line.key: line for line in queries.sessions(cohort)}
    unknown = [one.key for one in held if one.key not in lines]
    if unknown:
        raise NotFound
    found: list[NewEvidence] = []
    changes: list[dict[str, Any]] = []
    recordings: list[dict[str, Any]] = []
    for one in held:
        line = lines[one.key]
        at = one.taken_at or line.ends_at
        by_id = one.by_id or line.host_id or actor.person_id
        found += _evidence(one, line.id, by_id, at)
        changes.append(
            {
                "id": line.id,
                "closed_at": at if one.close else None,
                "state": SessionState.HELD if one.close else line.state,
                "notes": one.notes or line.notes,
                "notes_html": markdown.render(one.notes, heading_from=3) if one.notes else line.notes_html,
            }
        )
        scheduling.hold(line.item_id, TAKEN, now=at)
        audit.record(
            audit.Entry(
                actor_id=by_id,
                action="live.record_sessions",
                subject="live_session",
                subject_id=line.id,
                cohort_id=cohort_id,
                after={"names": len(one.ticks), "closed": one.close},
            )
        )
        if one.recording_url:
            recordings.append(
                {
                    "public_id": ids.public_id(),
                    "session_id": line.id,
                    "url": one.recording_url,
                    "release": RecordingRelease.AT_ONCE,
                    "consent": True,
                    "captions": Captions.AUTOMATIC,
                    "added_by_id": by_id,
                    "added_at": at,
                    "told_at": at,
                }
            )
    append(found, now=now)
    if recordings:
        db.session.execute(sa.insert(SessionRecording), recordings)
    db.session.execute(sa.update(LiveSession), changes)
    _versions(change["id"] for change in changes)
    recompute(cohort_id, {change["id"] for change in changes}, now=now)


def _evidence(one: Held, session_id: int, by_id: int, at: dt.datetime) -> list[NewEvidence]:
    clicks = [
        NewEvidence(session_id=session_id, place_id=place_id, kind=EvidenceKind.JOIN_CLICK, at=pressed)
        for place_id, pressed in one.clicks.items()
    ]
    intervals = [
        NewEvidence(
            session_id=session_id,
            place_id=place_id,
            kind=EvidenceKind.INTERVAL,
            starts_at=first,
            ends_at=last,
            at=at,
            by_id=by_id,
        )
        for place_id, first, last in one.intervals
    ]
    ticks = [
        NewEvidence(
            session_id=session_id,
            place_id=place_id,
            kind=EvidenceKind.EXCUSE if wanted is Verdict.EXCUSED else EvidenceKind.ROSTER,
            value=_VALUES.get(wanted, 1.0),
            at=at,
            by_id=by_id,
            reason=one.reasons.get(place_id, ""),
        )
        for place_id, wanted in one.ticks.items()
        if wanted is not Verdict.UNMARKED
    ]
    return [*clicks, *intervals, *ticks]


def _versions(session_ids: Iterable[int]) -> None:
    ids = list(session_ids)
    rows = db.session.execute(
        sa.select(AttendanceEvidence.session_id, sa.func.max(AttendanceEvidence.id))
        .where(AttendanceEvidence.session_id.in_(ids))
        .group_by(AttendanceEvidence.session_id)
    ).all()
    if rows:
        db.session.execute(
            sa.update(LiveSession),
            [{"id": session_id, "roster_version": latest} for session_id, latest in rows],
        )
    db.session.expire_all()
