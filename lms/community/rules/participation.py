"""What a learner's part in discussions and rooms comes to, by the programme's participation policy, with every step."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from lms.assessment.rules import exact, fact, shown
from lms.assessment.rules.figures import plain
from lms.core.errors import Refusal
from lms.enrolment.rules import Off

LONGEST_NOTE = 1_000
HIGHEST = 100


class ParticipationRefusal(Refusal):
    """Why figures are not recorded."""

    NOTHING = "There is nothing to record: every figure that is final is recorded already."
    CHANGED_SINCE = (
        "The figures have changed since you looked: somebody wrote, a date was moved or a mark was recorded."
        " Nothing was recorded; look again."
    )
    ENTERED_SINCE = (
        "Somebody recorded contributions after you opened this page. Nothing was overwritten; what stands now is beside"
        " what you typed. Look at it and record again."
    )
    NO_REASON = "Recorded figures change. Say why, in a few words: the reason stays with the marks."
    NO_CONTRIBUTION = "This course has nothing under which contribution could be recorded."
    NOT_POINTS = "Points are whole numbers from 0 to 100."
    NO_NOTE = "Say what you saw, in a sentence: the learner reads it with the mark."
    LONG_NOTE = "At most 1,000 characters."
    NO_POINTS = "Write the points that go with this."


@dataclass(frozen=True, slots=True)
class Participation:
    """How much of a thread's points each thing brings (the programme's participation policy)."""

    first_post: Fraction
    reply: Fraction
    max_replies: int
    reply_min_words: int
    threads: Fraction = Fraction(1)
    """The share that discussions have; the rest is contribution among peers and in rooms."""


class Counting(enum.StrEnum):
    """Whether a discussion counts for a learner yet."""

    FINAL = "final"
    OPEN = "open"
    """It has not closed for them: the figure can still grow."""
    JOINED_LATER = "joined later"
    """The first post was due before they came, or while they had given up their place: it leaves their sum."""
    ON_LEAVE = "on leave"
    """The first post was due on a day of their leave, and they did not post: it leaves their sum."""
    EXCUSED = "does not take place"
    """For nobody, or not for them: it leaves the sum."""
    NO_DATE = "no date"


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """What a learner did in a discussion, and their own dates."""

    first_at: dt.datetime | None
    due_at: dt.datetime | None
    """By when the first post was due."""
    closes_at: dt.datetime | None
    replies: int = 0
    substantive: int = 0
    cancelled: bool = False
    """It does not take place, for nobody or not for them."""

    @property
    def in_time(self) -> bool:
        """Whether the first post came by its date."""
        return self.first_at is not None and self.due_at is not None and self.first_at <= self.due_at


def is_substantive(*, words: int, least: int, to_another: bool) -> bool:
    """Whether a reply counts: long enough, and to somebody else's post."""
    return to_another and words >= least


def thread_points(policy: Participation, *, in_time: bool, replies: int) -> Fraction:
    """Points of a thread: for a first post in time, and for each substantive reply up to the most that count."""
    return policy.first_post * in_time + policy.reply * min(replies, policy.max_replies)


def counting(facts: ThreadFacts, *, off: Off | None, now: dt.datetime) -> Counting:
    """Whether a discussion counts for a learner now. `off`: why the day on which the first post was due does not.

    As with sessions, what somebody did on a day of leave all the same counts.
    """
    if facts.due_at is None or facts.closes_at is None:
        return Counting.NO_DATE
    if facts.cancelled:
        return Counting.EXCUSED
    if off is Off.LEAVE and not facts.in_time:
        return Counting.ON_LEAVE
    if off is not None and off is not Off.LEAVE:
        return Counting.JOINED_LATER
    return Counting.OPEN if now <= facts.closes_at else Counting.FINAL


def thread_trace(policy: Participation, facts: ThreadFacts, zone: str) -> dict[str, Any]:
    """How a thread's points arise, line by line; times in the cohort's zone, named."""
    first = thread_points(policy, in_time=facts.in_time, replies=0)
    counted = min(facts.substantive, policy.max_replies)
    mark = thread_points(policy, in_time=facts.in_time, replies=facts.substantive)
    posted = f"posted {_at(facts.first_at, zone)}" if facts.first_at else "no first post"
    due = f"due {_at(facts.due_at, zone)}" if facts.due_at else "no date"
    written = "1 reply written" if facts.replies == 1 else f"{facts.replies} replies written"
    return {
        "mark": exact(mark),
        "facts": [
            fact(
                "First post in time",
                plain(first),
                bound=f"of {plain(policy.first_post)}",
                verdict="met" if facts.in_time else "missed",
                note=f"{posted}, {due} ({zone})",
            ),
            fact(
                "Substantive replies",
                plain(policy.reply * counted),
                bound=f"{counted} × {plain(policy.reply)}, at most {policy.max_replies} count",
                note=f"{written}; a reply counts from {policy.reply_min_words} words on, to somebody else's post",
            ),
            fact("Mark", shown(mark), note=f"exactly {exact(mark)} of 100"),
        ],
    }


def _at(instant: dt.datetime, zone: str) -> str:
    there = instant.astimezone(ZoneInfo(zone))
    return f"{there.day} {there:%b %Y, %H:%M}"


def contribution_trace(points: int, note: str) -> dict[str, Any]:
    """How a figure for contribution came about: somebody saw it and says what."""
    return {
        "mark": str(points),
        "facts": [
            fact("Contribution in rooms and among peers", str(points), bound="of 100", note=note),
            fact("Mark", shown(Fraction(points)), note=f"exactly {points} of 100"),
        ],
    }


def participation_mark(
    policy: Participation, threads: Sequence[Fraction], contribution: Fraction | None
) -> Fraction | None:
    """The participation of a course so far: discussions by their mean, contribution by its share, of what there is."""
    parts = []
    if threads:
        parts.append((policy.threads, sum(threads, Fraction(0)) / len(threads)))
    if contribution is not None:
        parts.append((1 - policy.threads, contribution))
    worth = sum((share for share, _mark in parts), Fraction(0))
    return sum((share * mark for share, mark in parts), Fraction(0)) / worth if worth else None


def read_points(text: str) -> int | None:
    """Whole points from 0 to 100 as they were typed; None when they are none."""
    return int(text) if text.isascii() and text.isdigit() and int(text) <= HIGHEST else None
