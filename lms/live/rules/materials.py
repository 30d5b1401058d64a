"""Recordings and files of a session: what may be put up, and who sees it when."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from lms.live.rules.attendance import Verdict
from lms.live.rules.sessions import LiveRefusal, why_not_address

FILE_TYPES = ("pdf", "pptx", "docx", "xlsx", "csv", "txt", "png", "jpg")
MEGABYTES = 50
MOST_FILES = 20
"""So many files has a session at most."""
MISSED = frozenset({Verdict.ABSENT, Verdict.EXCUSED})


class FilePhase(enum.StrEnum):
    """When learners get a file."""

    BEFORE = "before"
    AFTER = "after"


class Captions(enum.StrEnum):
    """Whether a recording can be read along."""

    CHECKED = "checked"
    AUTOMATIC = "automatic"
    NONE = "none"


class RecordingRelease(enum.StrEnum):
    """When learners see a recording."""

    AT_ONCE = "at once"
    CLOSED = "after the roster is closed"
    ON_DATE = "on a date"
    MISSED = "only those who missed it"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Released:
    """What decides whether learners see a recording."""

    release: RecordingRelease
    release_at: dt.datetime | None
    consent: bool
    held_back: str
    closed: bool
    """The roster of its session is closed."""


def open_since(facts: Released, now: dt.datetime) -> bool:
    """Whether the rule has let a recording go by now, for those whom it is for."""
    if facts.held_back or not facts.consent:
        return False
    match facts.release:
        case RecordingRelease.AT_ONCE:
            return True
        case RecordingRelease.CLOSED | RecordingRelease.MISSED:
            return facts.closed
        case RecordingRelease.ON_DATE:
            return facts.release_at is not None and facts.release_at <= now
        case RecordingRelease.NEVER:
            return False


def seen_by(facts: Released, verdict: Verdict | None, now: dt.datetime) -> bool:
    """Whether a learner with this mark of the session sees a recording."""
    if not open_since(facts, now):
        return False
    return facts.release is not RecordingRelease.MISSED or verdict in MISSED


def why_not_recording(
    url: str, release: RecordingRelease, release_at: dt.datetime | None, *, consent: bool
) -> LiveRefusal | None:
    """Why a recording cannot be put up like this, or None."""
    if not url or why_not_address(url):
        return LiveRefusal.NOT_AN_ADDRESS
    if release is RecordingRelease.ON_DATE and release_at is None:
        return LiveRefusal.NO_RELEASE_DATE
    if release is not RecordingRelease.NEVER and not consent:
        return LiveRefusal.NO_CONSENT
    return None


def file_seen(phase: FilePhase, held_back: str, ends_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether learners get a file: what belongs to afterwards is there when the session has ended."""
    return not held_back and (phase is FilePhase.BEFORE or now >= ends_at)
