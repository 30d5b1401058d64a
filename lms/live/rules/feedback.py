"""Feedback on a session: until when it is given, from how many answers on it is shown, what it comes to."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lms.core.errors import Refusal

SCALE = (1, 2, 3, 4, 5)
LONGEST_COMMENT = 1000
ASKED = (
    ("worth", "It was worth my evening"),
    ("change", "I will do something differently because of it"),
    ("pace", "There was enough room for our questions"),
)
"""What is asked, each on the scale from 1 to 5."""


class FeedbackRefusal(Refusal):
    """Why feedback is not taken or shown."""

    NOT_OVER = "Feedback is given after the session."
    CLOSED = "Feedback was taken for {days} days. It is closed."
    CANCELLED = "This session did not take place."
    GIVEN = "You have answered already. Your answer is not kept with your name, so it cannot be changed."
    UNRATED = "Choose a number from 1 to 5 in each line."
    TOO_FEW = (
        "Feedback is shown from {needed} answers on, so that nobody is known by theirs; there are {count}."
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """What the answers to one line come to."""

    title: str
    mean: Fraction
    counts: tuple[int, ...]
    """How many chose 1, 2 … 5."""


def closes_at(ends_at: dt.datetime, days: int) -> dt.datetime:
    """Until when feedback is taken."""
    return ends_at + dt.timedelta(days=days)


def why_not_give(
    *, cancelled: bool, ends_at: dt.datetime, days: int, given: bool, now: dt.datetime
) -> FeedbackRefusal | None:
    """Why a learner cannot answer now, or None."""
    if cancelled:
        return FeedbackRefusal.CANCELLED
    if now < ends_at:
        return FeedbackRefusal.NOT_OVER
    if given:
        return FeedbackRefusal.GIVEN
    return FeedbackRefusal.CLOSED if now >= closes_at(ends_at, days) else None


def why_not_show(count: int, needed: int) -> FeedbackRefusal | None:
    """Why figures and comments stay shut, or None."""
    return FeedbackRefusal.TOO_FEW if count < needed else None


def summaries(answers: Sequence[dict[str, int]]) -> tuple[Summary, ...]:
    """The mean, exact, and the spread of each line."""
    found = []
    for key, title in ASKED:
        figures = [answer[key] for answer in answers]
        counted = Counter(figures)
        mean = Fraction(sum(figures), len(figures)) if figures else Fraction(0)
        found.append(Summary(title, mean, tuple(counted[step] for step in SCALE)))
    return tuple(found)
