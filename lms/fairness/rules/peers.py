"""Peer review: where a round and a review stand, what a finished review has, and why a step is refused."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping, Sequence

from lms.core.errors import Refusal

LONGEST_COMMENT = 4_000
LONGEST_OVERALL = 12_000
LONGEST_ANSWER = 4_000
SHORTEST_DAY = dt.timedelta(days=1)
"""Nobody is given a piece later than this before the end."""
OPENS_WITHIN = dt.timedelta(days=14)
"""A round begins by itself so long after the deadline; later a coordinator begins it."""
LONGEST_WINDOW = dt.timedelta(days=60)
USEFUL = (1, 2, 3)
"""Not, somewhat, very useful: what an author says of a review."""


class Ended(enum.StrEnum):
    """Why a review that was allotted is asked no more."""

    CONFLICT = "conflict"
    """The reviewer declared one."""
    REVIEWER_GONE = "reviewer gone"
    AUTHOR_GONE = "author gone"
    WITHHELD = "withheld"
    """Its authors keep the work from other teams."""


class RoundPhase(enum.StrEnum):
    """Where a round stands."""

    OPEN = "open"
    CLOSED = "closed"
    """The window is over, and the authors do not read the reviews yet."""
    RELEASED = "released"


class PeerRefusal(Refusal):
    """Why a step of peer review is refused."""

    CLOSED = "This round is closed: reviews can no longer be changed."
    NOT_ASKED = "This review is no longer asked of you."
    CHANGED = (
        "This review was saved in another window. Reload the page to see what stands, then bring yours in."
    )
    NO_ROUND = "There is no round of this work yet."
    ROUND = "The round of this work has begun already."
    NOT_REVIEWED = "The programme asks for no peer review of this work."
    TOO_FEW = "A round needs at least two pieces of work by people who are there."
    NO_REASON = "Say why, in a few words: the reason is kept."
    NOT_A_LEVEL = "Choose one of the levels shown."
    LONG_COMMENT = "A comment is longer than 4,000 characters. Shorten it."
    LONG_OVERALL = "The review is longer than 12,000 characters. Shorten it."
    LONG_ANSWER = "The answer is longer than 4,000 characters. Shorten it."
    SUBMITTED = "This review is submitted. A conflict is declared before that; ask your coordinator."
    NOT_RELEASED = "The reviews are not released yet."
    RELEASED = "The reviews are released already."
    ANSWERED = "You have answered this review. It is answered once."
    NO_ANSWER = "Write your answer, or say how useful it was."
    NOT_USEFUL_SO = "Choose how useful the review was."
    HIDDEN = "This review is hidden already."
    NOT_HIDDEN = "This review is not hidden."
    NOT_SUBMITTED = "This review is not submitted."
    UNFINISHED = "Something is missing before this review can be submitted."
    BAD_TIME = "Choose a time that lies ahead, at most 60 days."


def phase(closes_at: dt.datetime, released_at: dt.datetime | None, now: dt.datetime) -> RoundPhase:
    """Where a round stands at an instant."""
    if released_at is not None:
        return RoundPhase.RELEASED
    return RoundPhase.OPEN if now < closes_at else RoundPhase.CLOSED


def missing(
    levels: Mapping[str, int], comments: Mapping[str, str], overall: str, keys: Sequence[str]
) -> dict[str, str]:
    """What a review lacks before it is submitted, by criterion; "" is the review as a whole."""
    found = {}
    for key in keys:
        if key not in levels:
            found[key] = "Choose a level."
        elif not comments.get(key, "").strip():
            found[key] = "Say in a sentence what made you choose it."
    if not overall.strip():
        found[""] = "Write what the author should know: what holds, and what you would change first."
    return found


def letter(position: int) -> str:
    """What a piece is called for its reviewer: A, B … Z, then AA."""
    text = ""
    number = position
    while number > 0:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def may_allot(closes_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether there is time enough left to give somebody a piece."""
    return closes_at - now >= SHORTEST_DAY


SHORT_WORDS = 25
"""A review of fewer words is looked at."""


class PeerSign(enum.StrEnum):
    """What may be wanting in a review that was submitted."""

    SHORT = "very short"
    SAME = "the same words as another of theirs"
    NOT_USEFUL = "of no use, its author says"


def peer_signs(text: str, others: Sequence[str], useful: int | None) -> list[PeerSign]:
    """What may be wanting in a review, beside the reviewer's other ones. A sign is no verdict."""
    words = text.split()
    found = [PeerSign.SHORT] if len(words) < SHORT_WORDS else []
    if words and any(words == other.split() for other in others):
        found.append(PeerSign.SAME)
    if useful == USEFUL[0]:
        found.append(PeerSign.NOT_USEFUL)
    return found
