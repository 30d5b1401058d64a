"""Ratings inside a team: who may still change what, when they count, and why a step is refused."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from lms.core.errors import Refusal

LOWEST, HIGHEST = 1, 5
LONGEST_NOTE = 2_000
REMINDER = dt.timedelta(hours=24)
"""So long before the end those who have not answered are reminded."""


class Decision(enum.StrEnum):
    """How ratings were settled."""

    ACCEPTED = "accepted"
    ONE = "one"
    """Everybody's factor is 1."""


class Phase(enum.StrEnum):
    """Where ratings stand."""

    OPEN = "open"
    CLOSED = "closed"
    """To be looked at."""
    SETTLED = "settled"


class RatingRefusal(Refusal):
    """Why a step with ratings is refused."""

    CLOSED = "These ratings are closed. Your coordinator reads what you have said until then."
    CHANGED = "You saved these ratings in another window. Reload the page to see what stands."
    NOT_RATED_SO = "Each answer is a whole number from 1 to 5."
    LONG_NOTE = "The note is longer than 2,000 characters. Shorten it."
    STILL_OPEN = "The ratings are still open. Close them first, or wait."
    SETTLED = "These ratings are settled already. Take that back first."
    NOT_SETTLED = "These ratings are not settled."
    NO_REASON = "Say why, in a few words: the reason is kept."
    NO_COMMENT = "A factor lies more than {bound} from 1: the guide's comment comes first."
    CHANGED_SINCE = (
        "Something changed since you looked: a member left, a comment came, somebody else settled it."
    )
    NOT_RATED = "There are no ratings of this work: the programme names the activities that have them."
    TOO_FEW = "A team of one has nobody to rate."
    OPEN_ALREADY = "There are ratings of this work already."
    NOT_A_RATER = "That person is no member of this team."
    BAD_TIME = "Choose a time that lies ahead, at most 30 days."
    EXCLUDED = "That rater is left out already."
    RELEASED = "A mark with its factor is released. From then on only the board changes marks."
    LONG_REASON = "At most 1,000 characters."


def phase(closes_at: dt.datetime, settled_at: dt.datetime | None, now: dt.datetime) -> Phase:
    """Where ratings stand at an instant."""
    if settled_at is not None:
        return Phase.SETTLED
    return Phase.OPEN if now < closes_at else Phase.CLOSED


def complete(answers: Mapping[str, Mapping[str, int]], others: Collection[int], items: Sequence[str]) -> bool:
    """Whether a rater has answered: every item of every other member who is still there."""
    return bool(others) and all(set(items) <= set(answers.get(str(member), {})) for member in others)


def sums(
    answers: Mapping[str, Mapping[str, int]], others: Collection[int], items: Sequence[str]
) -> dict[int, int]:
    """What a rater gave each of the others, over the items that are asked."""
    return {member: sum(answers[str(member)][item] for item in items) for member in others}


def why_not_settle(
    found: Phase, decision: Decision, reason: str, far: Collection[int], comment: str
) -> RatingRefusal | None:
    """Why ratings cannot be settled in this way, or None."""
    if found is Phase.SETTLED:
        return RatingRefusal.SETTLED
    if decision is Decision.ONE:
        return None if reason.strip() else RatingRefusal.NO_REASON
    if found is Phase.OPEN:
        return RatingRefusal.STILL_OPEN
    return RatingRefusal.NO_COMMENT if far and not comment.strip() else None


def spread(values: Collection[Fraction]) -> Fraction:
    """The largest distance from 1."""
    return max((abs(value - 1) for value in values), default=Fraction(0))
