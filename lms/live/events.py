"""What happened to attendance and sessions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AttendanceChanged:
    """Marks of some learners were computed anew and came out differently."""

    cohort_id: int
    place_ids: tuple[int, ...]
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class AttendanceCorrected:
    """A coordinator decided one learner's attendance of one session against what stood there."""

    cohort_id: int
    session_id: int
    place_id: int
    actor_id: int
    reason: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class MakeUpHandedIn:
    """A learner handed in the task that makes a missed session up."""

    cohort_id: int
    session_id: int
    place_id: int
    make_up_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class MakeUpJudged:
    """A make-up was accepted, or sent back with a reason."""

    cohort_id: int
    session_id: int
    place_id: int
    accepted: bool
    reason: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class RecordingAdded:
    """Learners may see a recording of a session from now on: all, or only those who missed it."""

    cohort_id: int
    session_id: int
    at: dt.datetime
    recording_id: int
    only_missed: bool = False


@dataclass(frozen=True, kw_only=True)
class NamesWait:
    """A meeting's own report was taken over, and somebody has to say whose some of its names are."""

    cohort_id: int
    session_id: int
    provider: str
    names: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SeatsOffered:
    """A session has seats now: learners say whether they come."""

    cohort_id: int
    session_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SeatGiven:
    """Somebody who waited has a seat now."""

    cohort_id: int
    session_id: int
    place_id: int
    turn: int
    cancel_by: dt.datetime
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SeatTakenBack:
    """Staff took somebody off the list of a session."""

    cohort_id: int
    session_id: int
    place_id: int
    reason: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered:
    """A question was answered, in the session or in writing."""

    cohort_id: int
    session_id: int
    question_id: int
    author_id: int
    answer: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class QuestionHidden:
    """A moderator hid a question, with a reason."""

    cohort_id: int
    session_id: int
    question_id: int
    author_id: int
    reason: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class QuestionsPublished:
    """The log of a session's questions is there to read."""

    cohort_id: int
    session_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SessionCancelled:
    """A session does not take place; the release says what moved with it and when it is made up for."""

    cohort_id: int
    session_id: int
    release_id: int
    actor_id: int
    reason: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SessionMadeUp:
    """A session that was lost has a make-up now."""

    cohort_id: int
    session_id: int
    """The session that was lost."""
    release_id: int
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SessionReinstated:
    """A session that was cancelled takes place after all."""

    cohort_id: int
    session_id: int
    release_id: int
    actor_id: int
    reason: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class HostChanged:
    """Somebody else hosts a session: a substitute, the backup host, or the host again."""

    cohort_id: int
    session_id: int
    old_id: int | None
    new_id: int | None
    how: str
    """substitute | backup | back"""
    reason: str
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SessionNotReady:
    """A session of the next days lacks something."""

    cohort_id: int
    session_id: int
    stage: str
    lacking: tuple[str, ...]
    coordinators: bool
    """The coordinators are told as well."""
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SpeakerAnswered:
    """A speaker confirmed, declined or asked for another time."""

    cohort_id: int
    session_id: int
    speaker_id: int
    name: str
    what: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SpeakerCancelled:
    """A speaker who had confirmed cannot come."""

    cohort_id: int
    session_id: int
    speaker_id: int
    name: str
    reason: str
    backup: bool
    starts_at: dt.datetime
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SpeakerChanged:
    """Somebody else speaks than the cohort was told."""

    cohort_id: int
    session_id: int
    before: str
    after: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SlotBooked:
    """A learner booked a slot of somebody's office hours."""

    cohort_id: int
    series_id: int
    booking_id: int
    place_id: int
    host_id: int
    starts_at: dt.datetime
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SlotEnded:
    """A booking was cancelled, by its learner or by the host."""

    cohort_id: int
    series_id: int
    booking_id: int
    place_id: int
    host_id: int
    starts_at: dt.datetime
    reason: str
    by_host: bool
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SlotKept:
    """A slot came free and is kept for the next who waited."""

    cohort_id: int
    series_id: int
    slot_id: int
    place_id: int
    starts_at: dt.datetime
    until: dt.datetime
    at: dt.datetime
