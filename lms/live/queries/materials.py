"""Files and recordings of a session, for staff with everything, for learners as far as the rules let them see."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.files import StoredFile
from lms.live import policy, rules
from lms.live.models import AttendanceMark, LiveSession, SessionFile, SessionRecording
from lms.live.queries.consents import without_consent
from lms.live.queries.sessions import SessionView, session_visible_to
from lms.live.rules import Captions, FilePhase, RecordingRelease, Released, Verdict
from lms.live.rules.speakers import Artefact
from lms.people.models import Person
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a session."""

    id: int
    public_id: str
    name: str
    content_type: str
    size: int
    sha256: str
    phase: FilePhase
    held_back: str
    by: str
    added_at: dt.datetime


@dataclass(frozen=True, slots=True)
class RecordingLine:
    """A recording of a session."""

    id: int
    public_id: str
    title: str
    url: str
    release: RecordingRelease
    release_at: dt.datetime | None
    consent: bool
    captions: Captions
    held_back: str
    by: str
    added_at: dt.datetime

    def facts(self, *, closed: bool) -> Released:
        """What decides whether learners see it."""
        return Released(self.release, self.release_at, self.consent, self.held_back, closed)


def files_of(session_id: int) -> list[FileLine]:
    """The files of a session, those to prepare with first. One statement."""
    rows = db.session.execute(
        sa.select(
            SessionFile.id,
            StoredFile.public_id,
            StoredFile.name,
            StoredFile.content_type,
            StoredFile.size,
            StoredFile.sha256,
            SessionFile.phase,
            SessionFile.held_back,
            Person.name.label("by"),
            SessionFile.added_at,
        )
        .join(StoredFile, StoredFile.id == SessionFile.file_id)
        .join(Person, Person.id == SessionFile.added_by_id)
        .where(SessionFile.session_id == session_id, SessionFile.removed_at.is_(None))
        .order_by(SessionFile.phase.desc(), SessionFile.id)
    )
    return [FileLine(**row._asdict()) for row in rows]


def recordings_of(session_id: int) -> list[RecordingLine]:
    """The recordings of a session, in the order in which they were added. One statement."""
    rows = db.session.execute(
        sa.select(
            SessionRecording.id,
            SessionRecording.public_id,
            SessionRecording.title,
            SessionRecording.url,
            SessionRecording.release,
            SessionRecording.release_at,
            SessionRecording.consent,
            SessionRecording.captions,
            SessionRecording.held_back,
            sa.func.coalesce(Person.name, "").label("by"),
            SessionRecording.added_at,
        )
        .outerjoin(Person, Person.id == SessionRecording.added_by_id)
        .where(SessionRecording.session_id == session_id, SessionRecording.removed_at.is_(None))
        .order_by(SessionRecording.id)
    )
    return [RecordingLine(**row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True)
class Materials:
    """What somebody sees of a session's files and recordings."""

    files: tuple[FileLine, ...]
    recordings: tuple[RecordingLine, ...]
    waiting: RecordingLine | None = None
    """For a learner: the first recording that is there and not released to them yet."""


def materials(session: SessionView, verdict: Verdict | None, *, staff: bool, now: dt.datetime) -> Materials:
    """What staff, or a learner with this mark, see of a session's files and recordings. One statement."""
    found, recordings = _both(session.id)
    if staff:
        return Materials(tuple(found), tuple(recordings))
    shown = [one for one in recordings if rules.seen_by(one.facts(closed=session.closed), verdict, now)]
    waiting = [
        one
        for one in recordings
        if one not in shown and not one.held_back and one.consent and _will_open(one, session, now)
    ]
    return Materials(
        tuple(one for one in found if rules.file_seen(one.phase, one.held_back, session.ends_at, now)),
        tuple(shown),
        waiting[0] if waiting else None,
    )


def _both(session_id: int) -> tuple[list[FileLine], list[RecordingLine]]:
    """Files and recordings in one statement: learners open this page all day."""
    text = sa.String
    none = sa.literal("", text)
    files = (
        sa.select(
            sa.literal("file", text).label("what"),
            SessionFile.id,
            StoredFile.public_id,
            StoredFile.name,
            StoredFile.content_type.label("address"),
            StoredFile.size,
            StoredFile.sha256.label("more"),
            sa.cast(SessionFile.phase, text).label("rule"),
            SessionFile.removed_at.label("release_at"),
            sa.literal(True, sa.Boolean).label("consent"),
            SessionFile.held_back,
            Person.name.label("by"),
            SessionFile.added_at,
        )
        .join(StoredFile, StoredFile.id == SessionFile.file_id)
        .join(Person, Person.id == SessionFile.added_by_id)
        .where(SessionFile.session_id == session_id, SessionFile.removed_at.is_(None))
    )
    recordings = (
        sa.select(
            sa.literal("recording", text),
            SessionRecording.id,
            SessionRecording.public_id,
            SessionRecording.title,
            SessionRecording.url,
            sa.literal(0, sa.Integer),
            sa.cast(SessionRecording.captions, text),
            sa.cast(SessionRecording.release, text),
            SessionRecording.release_at,
            SessionRecording.consent,
            SessionRecording.held_back,
            sa.func.coalesce(Person.name, none),
            SessionRecording.added_at,
        )
        .outerjoin(Person, Person.id == SessionRecording.added_by_id)
        .where(SessionRecording.session_id == session_id, SessionRecording.removed_at.is_(None))
    )
    both = sa.union_all(files, recordings).subquery()
    rows = db.session.execute(sa.select(both).order_by(both.c.id)).all()
    found = [
        FileLine(
            row.id,
            row.public_id,
            row.name,
            row.address,
            row.size,
            row.more,
            FilePhase(row.rule),
            row.held_back,
            row.by,
            row.added_at,
        )
        for row in rows
        if row.what == "file"
    ]
    lines = [
        RecordingLine(
            row.id,
            row.public_id,
            row.name,
            row.address,
            RecordingRelease(row.rule),
            row.release_at,
            row.consent,
            Captions(row.more),
            row.held_back,
            row.by,
            row.added_at,
        )
        for row in rows
        if row.what == "recording"
    ]
    return sorted(found, key=lambda one: one.phase is not FilePhase.BEFORE), lines


def _will_open(one: RecordingLine, session: SessionView, now: dt.datetime) -> bool:
    """Whether a recording still waits for its hour; one for those who missed the session waits for the roster."""
    if one.release in (RecordingRelease.AT_ONCE, RecordingRelease.NEVER):
        return False
    return not rules.open_since(one.facts(closed=session.closed), now)


@dataclass(frozen=True, slots=True)
class SessionFileView:
    """A file of a session for whoever may take it."""

    session: SessionView
    file: FileLine

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.session.cohort_id


def file_visible_to(actor: Actor, slug: str, key: str, file: str, now: dt.datetime) -> SessionFileView:
    """A file of a session; NotFound where there is none, or the learner does not see it yet."""
    session = session_visible_to(actor, slug, key)
    found = next((one for one in files_of(session.id) if one.public_id == file), None)
    if found is None:
        raise NotFound
    shown = rules.file_seen(found.phase, found.held_back, session.ends_at, now)
    if not shown and not policy.can_read_attendance(actor, session):
        raise NotFound
    return SessionFileView(session, found)


@dataclass(frozen=True, slots=True)
class RecordingView:
    """A recording with its session: what the page of one begins with."""

    session: SessionView
    recording: RecordingLine

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.session.cohort_id


def recording_visible_to(actor: Actor, slug: str, key: str, recording: str) -> RecordingView:
    """A recording of a session in a cohort that the actor sees."""
    session = session_visible_to(actor, slug, key)
    found = next((one for one in recordings_of(session.id) if one.public_id == recording), None)
    if found is None:
        raise NotFound
    return RecordingView(session, found)


def missed(session_id: int) -> frozenset[int]:
    """The places that missed a session. One statement."""
    return frozenset(
        db.session.scalars(
            sa.select(AttendanceMark.place_id).where(
                AttendanceMark.session_id == session_id, AttendanceMark.verdict.in_(rules.MISSED)
            )
        )
    )


def untold_recordings(now: dt.datetime) -> list[tuple[int, int]]:
    """Recordings whose rule has let them go by now and of which nobody was told: (recording, session)."""
    rows = db.session.execute(
        sa.select(
            SessionRecording.id,
            SessionRecording.session_id,
            SessionRecording.release,
            SessionRecording.release_at,
            SessionRecording.consent,
            SessionRecording.held_back,
            LiveSession.closed_at,
        )
        .join(LiveSession, LiveSession.id == SessionRecording.session_id)
        .where(
            SessionRecording.told_at.is_(None),
            SessionRecording.removed_at.is_(None),
            SessionRecording.release != RecordingRelease.NEVER,
        )
        .order_by(SessionRecording.id)
    )
    found = [
        (row.id, row.session_id)
        for row in rows
        if rules.open_since(
            Released(row.release, row.release_at, row.consent, row.held_back, row.closed_at is not None), now
        )
    ]
    withheld = without_consent({session_id for _id, session_id in found}, Artefact.RECORDING)
    return [pair for pair in found if pair[1] not in withheld]
