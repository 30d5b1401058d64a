"""Putting up files and recordings of a session, letting them go to learners, holding them back."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import IO

import sqlalchemy as sa

from lms.core import audit, events, files
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.core.files import Limits
from lms.live import queries, rules
from lms.live.events import RecordingAdded
from lms.live.models import LiveSession, SessionFile, SessionRecording
from lms.live.rules import Captions, FilePhase, LiveRefusal, RecordingRelease
from lms.live.rules.speakers import Artefact
from lms.people.rules import Actor

PURPOSE = "session"
LIMITS = Limits(types=rules.FILE_TYPES, megabytes=rules.MEGABYTES)


def add_file(
    session_id: int, stream: IO[bytes], name: str, phase: FilePhase, *, actor: Actor, now: dt.datetime
) -> None:
    """Put up a file of a session.

    Raises RuleViolation when there are too many, or the file is empty, too large or of another type.
    """
    row = _taken(session_id)
    if len(queries.files_of(session_id)) >= rules.MOST_FILES:
        raise RuleViolation(LiveRefusal.TOO_MANY_FILES, most=rules.MOST_FILES)
    kept = files.keep(stream, name, limits=LIMITS, owner_id=actor.person_id, purpose=PURPOSE, now=now)
    db.session.add(
        SessionFile(
            session_id=session_id,
            file_id=kept.id,
            phase=phase,
            added_by_id=actor.person_id,
            added_at=now,
            held_back=queries.why_held(session_id, Artefact.SLIDES),
        )
    )
    _note(row, "live.add_file", actor, {"name": kept.name, "sha256": kept.sha256, "phase": phase.value})


def remove_file(session_id: int, public_id: str, *, actor: Actor, now: dt.datetime) -> str:
    """Take a file of a session away; returns its name. What it was stays in the record."""
    row, file, line = _file(session_id, public_id)
    file.removed_at = now
    _note(row, "live.remove_file", actor, {"name": line.name, "sha256": line.sha256})
    return line.name


def set_phase(session_id: int, public_id: str, phase: FilePhase, *, actor: Actor) -> None:
    """Say when learners get a file."""
    row, file, line = _file(session_id, public_id)
    file.phase = phase
    _note(row, "live.set_phase", actor, {"name": line.name, "phase": phase.value})


def show_file(session_id: int, public_id: str, *, actor: Actor) -> None:
    """Show learners a file that a speaker's no hides: whoever does says that it is not the speaker's."""
    row, file, line = _file(session_id, public_id)
    file.held_back = ""
    _note(row, "live.show_file", actor, {"name": line.name}, before={"held_back": line.held_back})


def _file(session_id: int, public_id: str) -> tuple[LiveSession, SessionFile, queries.FileLine]:
    row = _taken(session_id)
    line = next((one for one in queries.files_of(session_id) if one.public_id == public_id), None)
    file: SessionFile | None = locked(SessionFile, line.id) if line else None
    if line is None or file is None:
        raise NotFound
    return row, file, line


def hold_back(
    session_id: int,
    reason: str,
    *,
    was: str = "",
    files_too: bool = True,
    recordings: bool = True,
    actor: Actor | None,
) -> None:
    """Hide a session's files or recordings from learners at once, with the reason; an empty one shows them again.

    For a speaker who takes their consent back, and gives it again: then what their no (`was`) hid is shown.
    """
    row = _taken(session_id)
    for wanted, table in ((files_too, SessionFile), (recordings, SessionRecording)):
        if wanted:
            hidden = [table.held_back == was] if was and not reason else []
            db.session.execute(
                sa.update(table).where(table.session_id == session_id, *hidden).values(held_back=reason[:200])
            )
    db.session.expire_all()
    _note(row, "live.hold_back", actor, {"files": files_too, "recordings": recordings}, reason)


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What staff say of a recording."""

    url: str
    title: str = ""
    release: RecordingRelease = RecordingRelease.AT_ONCE
    release_at: dt.datetime | None = None
    consent: bool = False
    captions: Captions = Captions.NONE


def add_recording(session_id: int, wanted: Recording, *, actor: Actor, now: dt.datetime) -> None:
    """Put up a recording; learners are told when its rule lets it go.

    Raises RuleViolation when its address is none, its date is missing, or nobody vouches for consent.
    """
    row = _taken(session_id)
    _refuse(wanted)
    db.session.add(
        SessionRecording(
            session_id=session_id,
            added_by_id=actor.person_id,
            added_at=now,
            held_back=queries.why_held(session_id, Artefact.RECORDING),
            **asdict(wanted),
        )
    )
    _note(row, "live.add_recording", actor, _said(wanted))
    release_recordings(now=now)


def change_recording(
    session_id: int, recording_id: int, wanted: Recording, *, actor: Actor, now: dt.datetime
) -> None:
    """Change what is said of a recording, or by which rule learners see it. Raises like `add_recording`."""
    row, recording = _recording(session_id, recording_id)
    _refuse(wanted)
    before = {name: getattr(recording, name) for name in asdict(wanted)}
    for name, value in asdict(wanted).items():
        setattr(recording, name, value)
    recording.held_back = queries.why_held(session_id, Artefact.RECORDING)
    _note(row, "live.change_recording", actor, _said(wanted), before=before)
    release_recordings(now=now)


def remove_recording(session_id: int, recording_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Take a recording away."""
    row, recording = _recording(session_id, recording_id)
    recording.removed_at = now
    _note(row, "live.remove_recording", actor, {"url": recording.url})


def _recording(session_id: int, recording_id: int) -> tuple[LiveSession, SessionRecording]:
    row = _taken(session_id)
    recording: SessionRecording | None = locked(SessionRecording, recording_id)
    if recording is None or recording.session_id != session_id or recording.removed_at is not None:
        raise NotFound
    return row, recording


def _refuse(wanted: Recording) -> None:
    refusal = rules.why_not_recording(wanted.url, wanted.release, wanted.release_at, consent=wanted.consent)
    if refusal:
        raise RuleViolation(refusal)


def _said(wanted: Recording) -> dict[str, object]:
    return {
        **asdict(wanted),
        "release": wanted.release.value,
        "captions": wanted.captions.value,
        "release_at": wanted.release_at.isoformat() if wanted.release_at else None,
    }


def release_recordings(*, now: dt.datetime) -> int:
    """Have learners told of every recording that its rule has let go; returns how many. Each is told of once.

    One that the speaker has not agreed to waits until they do.
    """
    db.session.flush()
    found = queries.untold_recordings(now)
    for recording_id, session_id in found:
        recording: SessionRecording = locked(SessionRecording, recording_id)
        if recording.told_at is not None:
            continue
        recording.told_at = now
        session = db.session.get_one(LiveSession, session_id)
        events.record(
            RecordingAdded(
                cohort_id=session.cohort_id,
                session_id=session_id,
                at=now,
                recording_id=recording_id,
                only_missed=recording.release is RecordingRelease.MISSED,
            )
        )
    db.session.flush()
    return len(found)


def _taken(session_id: int) -> LiveSession:
    row: LiveSession | None = locked(LiveSession, session_id)
    if row is None:
        raise NotFound
    return row


def _note(
    row: LiveSession,
    action: str,
    actor: Actor | None,
    after: dict[str, object],
    reason: str = "",
    before: dict[str, object] | None = None,
) -> None:
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id if actor else None,
            action=action,
            subject="live_session",
            subject_id=row.id,
            cohort_id=row.cohort_id,
            before={name: str(value) for name, value in (before or {}).items()},
            after=after,
            reason=reason,
        )
    )
