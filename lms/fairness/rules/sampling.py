"""Which pieces of single-marked work are marked a second time, by whom, and what a second look means."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from lms.core.errors import Refusal

FEWEST_TO_COMPARE = 3
"""Two markers' means are compared from so many pieces each."""


class Why(enum.StrEnum):
    """Why a piece is marked again."""

    BELOW = "below"
    ABOVE = "above"
    SAMPLE = "sample"


class LookState(enum.StrEnum):
    """Where a second look stands."""

    WAITING = "waiting"
    DRAFT = "draft"
    JUDGED = "judged"
    """The two differ: somebody decides."""
    SETTLED = "settled"


class LookOutcome(enum.StrEnum):
    """What came of a second look."""

    WITHIN = "within"
    """The two agree within the tolerance: nobody need decide."""
    CONFIRMED = "confirmed"
    AGREED = "agreed"


class ModerationRefusal(Refusal):
    """Why a step of moderation is refused."""

    NOT_YOURS = "This second look is somebody else's."
    SETTLED = "This second look is settled already."
    NOT_JUDGED = "The second marker has not finished yet."
    CHANGED = "This was saved in another window. Reload the page to see what stands."
    NO_REASON = "Say why, in a few words: the reason is kept."
    NOT_A_MARK = "An agreed mark is a number from 0 to 100, such as 64 or 64.5."
    OWN = "You marked this piece first. Somebody else decides what stands."
    NOT_COMPLETE = "{count} of this batch are still to be marked; the sample is drawn when all are."
    NOTHING = "There is nothing of this batch to mark again."
    DRAWN = "The sample is drawn already."
    NOT_DIRECTOR = "Only a director lets a batch go without its sample."
    NOT_A_MARKER = "That person cannot mark this piece again: it is theirs, or they do not mark here."
    RELEASED = "Marks of this batch are released; single marks are corrected now."


@dataclass(frozen=True, slots=True)
class SamplePolicy:
    """What a programme says about samples (policies.yaml, `marking` and `moderation`)."""

    share: Fraction
    least: int
    below: Fraction
    above: Fraction
    apart: Fraction
    least_batch: int
    tolerance: Fraction


@dataclass(frozen=True, slots=True)
class Marked:
    """A piece that was marked once. `mark` is before lateness and factors: what the marker saw in it."""

    task_id: int
    key: str
    marker_id: int | None
    mark: Fraction


def means_apart(pieces: Sequence[Marked]) -> Fraction:
    """The largest distance between the means of two markers with at least three pieces each; 0 if there are none."""
    by: dict[int, list[Fraction]] = {}
    for piece in pieces:
        if piece.marker_id is not None:
            by.setdefault(piece.marker_id, []).append(piece.mark)
    means = [sum(own, Fraction(0)) / len(own) for own in by.values() if len(own) >= FEWEST_TO_COMPARE]
    return max(means) - min(means) if len(means) > 1 else Fraction(0)


def must_look(piece: Marked, policy: SamplePolicy) -> Why | None:
    """Whether a piece is marked again whatever the sample: a fail, or among the highest."""
    if piece.mark < policy.below:
        return Why.BELOW
    return Why.ABOVE if piece.mark >= policy.above else None


def draw(pieces: Sequence[Marked], policy: SamplePolicy, seed: str) -> dict[int, Why]:
    """The pieces to mark again: all fails, all of the highest, and a sample of the others.

    The sample is drawn from each marker in turn, in an order that only the seed decides: the same batch has the same
    sample whoever draws it, and nobody can know beforehand. A batch smaller than the policy's least has none, unless
    two markers' means lie as far apart as the policy says.
    """
    if len(pieces) < policy.least_batch and means_apart(pieces) < policy.apart:
        return {}
    found = {piece.task_id: why for piece in pieces if (why := must_look(piece, policy))}
    rest = [piece for piece in pieces if piece.task_id not in found]
    wanted = min(len(rest), max(policy.least, ceil(policy.share * len(pieces))))
    for piece in _in_turn(rest, seed)[:wanted]:
        found[piece.task_id] = Why.SAMPLE
    return found


def _in_turn(pieces: Sequence[Marked], seed: str) -> list[Marked]:
    """One of each marker, then the next of each, in the seed's order."""

    def lot(words: str) -> str:
        return hashlib.sha256(f"{seed}:{words}".encode()).hexdigest()

    by: dict[int | None, list[Marked]] = {}
    for piece in sorted(pieces, key=lambda one: lot(one.key)):
        by.setdefault(piece.marker_id, []).append(piece)
    queues = [by[marker] for marker in sorted(by, key=lambda one: lot(f"marker {one}"))]
    return [
        queue[turn]
        for turn in range(max(map(len, queues), default=0))
        for queue in queues
        if turn < len(queue)
    ]


@dataclass(frozen=True, slots=True)
class Second:
    """Somebody who could mark a second time."""

    person_id: int
    looks: int
    """Second looks that wait for them already."""
    waiting: int
    excluded: frozenset[int]


def choose_second(
    candidates: Sequence[Second], first: int | None, places: Collection[int], given: Mapping[int, int]
) -> int | None:
    """Who marks again: not the first marker, nobody in a conflict, the one with the fewest looks."""
    able = [one for one in candidates if one.person_id != first and one.excluded.isdisjoint(places)]
    chosen = min(
        able,
        key=lambda one: (one.looks + given.get(one.person_id, 0), one.waiting, one.person_id),
        default=None,
    )
    return chosen.person_id if chosen else None


def agrees(first: Fraction, second: Fraction, policy: SamplePolicy) -> bool:
    """Whether two marks need no decision: within the tolerance, and on the same side of the pass mark."""
    return abs(first - second) <= policy.tolerance and (first < policy.below) == (second < policy.below)
