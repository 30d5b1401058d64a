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
class RecordingAdded:
    """A session has a recording now."""

    cohort_id: int
    session_id: int
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
