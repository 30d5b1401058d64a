"""Who marks a piece of work, and what comes next on the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could mark: whether for this course or any, and how much waits for them."""

    person_id: int
    of_course: bool
    waiting: int


def choose_marker(candidates: Sequence[Candidate]) -> int | None:
    """The one with the fewest pieces waiting, those appointed for the course before those for the whole programme."""
    own = [one for one in candidates if one.of_course] or list(candidates)
    chosen = min(own, key=lambda one: (one.waiting, one.person_id), default=None)
    return chosen.person_id if chosen else None


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """A piece of work in the order of the queue."""

    public_id: str
    open: bool


def next_place(queue: Sequence[QueuePlace], current: str) -> str | None:
    """The next piece still to mark after the current one, round to the beginning; None when all are done."""
    at = next((index for index, one in enumerate(queue) if one.public_id == current), -1)
    ahead = [*queue[at + 1 :], *queue[: max(at, 0)]]
    return next((one.public_id for one in ahead if one.open), None)
