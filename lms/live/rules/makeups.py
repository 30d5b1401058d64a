"""Making a missed session up by a task: who is offered one, until when, and what becomes of it.

With a recording the task is to watch it and write a summary; where there is none, a summary and the quiz of the module.
At most so many sessions of a course can be made up (policy); work that waits holds its seat until it is judged.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lms.core.errors import Refusal
from lms.live.rules.attendance import Verdict

LAST_MINUTE = dt.time(23, 59)


class MakeUpKind(enum.StrEnum):
    """What is asked for."""

    RECORDING = "recording and summary"
    QUIZ = "summary and quiz"


class MakeUpState(enum.StrEnum):
    """Where a make-up stands."""

    DRAFT = "draft"
    WAITS = "waiting"
    REVISE = "to be revised"
    ACCEPTED = "accepted"


class MakeUpStep(enum.StrEnum):
    """What happened to a make-up."""

    HANDED_IN = "handed in"
    ACCEPTED = "accepted"
    REVISE = "sent back"
    TAKEN_BACK = "taken back"


class MakeUpRefusal(Refusal):
    """Why a make-up is not offered or not taken."""

    NOT_COUNTED = "Attendance of this session is not counted. There is nothing to make up."
    CANCELLED = "This session was cancelled and counts for nobody. There is nothing to make up."
    NOT_OVER = "The session is not over yet."
    OPEN = "The roster of this session is still open. A make-up is offered once it is closed and you were not there."
    THERE = "You were there, or the session does not count for you. There is nothing to make up."
    ALL_USED = (
        "{course}: {most} of {most} sessions that can be made up are made up or waiting. No more can be."
    )
    LATE = "The last day for this make-up was {until}."
    SHORT = "Write at least {words} words; these are {written}."
    NOT_WATCHED = "Say that you watched the whole recording."
    NO_QUIZ = "Finish the quiz {quiz} first: it is part of this make-up."
    WAITS = "It is handed in and waits to be judged. You can change it when it comes back."
    ACCEPTED = "It was accepted already."
    NOT_WAITING = "Nothing of this make-up waits to be judged. Look at it again."
    NOT_ACCEPTED = "Only a make-up that was accepted can be taken back."
    NO_REASON = "Say what is to be revised: the learner reads it."
    CHANGED = "It was changed in another window. Look at it again before you write on."
    NOT_NOW = "{why}"
    TOO_EARLY = "The last day cannot lie before today."


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many sessions of a course somebody may make up, and how many they have."""

    most: int
    accepted: int
    under_way: int

    @property
    def left(self) -> int:
        """How many more can be begun."""
        return max(0, self.most - self.accepted - self.under_way)


def until(ends_at: dt.datetime, days: int, zone: str, chosen: dt.date | None) -> dt.datetime:
    """The last minute of the last day in the cohort's zone: the chosen one, else so many days after the end."""
    there = ZoneInfo(zone)
    last = chosen or ends_at.astimezone(there).date() + dt.timedelta(days=days)
    return dt.datetime.combine(last, LAST_MINUTE, there).astimezone(dt.UTC)


def why_not_offered(
    *,
    counts: bool,
    cancelled: bool,
    ended: bool,
    closed: bool,
    verdict: Verdict | None,
    own: MakeUpState | None,
    allowance: Allowance,
    deadline: dt.datetime,
    now: dt.datetime,
) -> MakeUpRefusal | None:
    """Why somebody cannot hand in a make-up of a session now, or None. What was sent back holds its seat."""
    if not counts:
        return MakeUpRefusal.NOT_COUNTED
    if cancelled:
        return MakeUpRefusal.CANCELLED
    if own is MakeUpState.ACCEPTED:
        return MakeUpRefusal.ACCEPTED
    if own is MakeUpState.WAITS:
        return MakeUpRefusal.WAITS
    if not ended:
        return MakeUpRefusal.NOT_OVER
    if not closed:
        return MakeUpRefusal.OPEN
    if verdict not in (Verdict.ABSENT, Verdict.HALF):
        return MakeUpRefusal.THERE
    if now > deadline:
        return MakeUpRefusal.LATE
    if own is not MakeUpState.REVISE and not allowance.left:
        return MakeUpRefusal.ALL_USED
    return None


def words_in(text: str) -> int:
    """How many words a text has."""
    return len(text.split())


def why_not_enough(
    kind: MakeUpKind, text: str, *, watched: bool, quiz_done: bool, least: int
) -> MakeUpRefusal | None:
    """What a make-up still lacks, or None."""
    if words_in(text) < least:
        return MakeUpRefusal.SHORT
    if kind is MakeUpKind.RECORDING and not watched:
        return MakeUpRefusal.NOT_WATCHED
    return MakeUpRefusal.NO_QUIZ if kind is MakeUpKind.QUIZ and not quiz_done else None


def allowance(states: Iterable[MakeUpState], most: int) -> Allowance:
    """What is left of a course's make-ups, from all of somebody's make-ups in it."""
    found = list(states)
    return Allowance(
        most,
        accepted=sum(state is MakeUpState.ACCEPTED for state in found),
        under_way=sum(state in (MakeUpState.WAITS, MakeUpState.REVISE) for state in found),
    )
