"""Who marks a piece of work, why nobody does, and what comes next on the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lms.core.errors import Refusal


class AllocationRefusal(Refusal):
    """Why work is not given to somebody."""

    FULL = (
        "{name} has {count} open pieces and a cap of {cap}."
        " Raise the cap, or say why this goes beyond it: the reason is kept."
    )
    AWAY = "{name} is on leave until {until}. Say why they get it all the same: the reason is kept."
    CONFLICT = "{name} does not mark this author: a conflict of interest is declared. Choose somebody else."
    AUTHOR = "{name} is one of its authors. Choose somebody else."
    CHANGED_SINCE = "Work, caps or leave changed since you looked. Nothing was moved; look again."
    NOTHING = "There is nothing to give out here."
    UNDONE = "This is undone already."
    DATES = "A leave ends on or after the day it begins."
    PAST = "This leave is over already. Give days that are still to come."


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could mark: whether for this course or any, and how much waits for them."""

    person_id: int
    of_course: bool
    waiting: int
    """Open pieces over all cohorts: what is spread evenly."""
    in_cohort: int = 0
    here: int = 0
    """Open pieces of this activity."""
    cap: int | None = None
    """The most open pieces of the cohort at once; None: any number."""
    cap_here: int | None = None
    away: bool = False
    excluded: frozenset[int] = frozenset()
    """Places whose work they do not mark: their own, and those of a declared conflict."""

    @property
    def room(self) -> int | None:
        """How many pieces more they may get; None: any number."""
        rooms = [
            most - now
            for most, now in ((self.cap, self.in_cohort), (self.cap_here, self.here))
            if most is not None
        ]
        return max(0, min(rooms)) if rooms else None

    def may_mark(self, places: Iterable[int]) -> bool:
        """Whether nothing stands between them and these authors."""
        return self.excluded.isdisjoint(places)


@dataclass(frozen=True, slots=True)
class Piece:
    """Work to give out."""

    id: int
    places: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Hindered:
    """Why nobody gets a piece: how many cannot, and for which reason."""

    away: int = 0
    full: int = 0
    conflict: int = 0

    def words(self) -> str:
        """In a sentence."""
        parts = [
            f"{count} {one if count == 1 else many}"
            for count, one, many in (
                (self.full, "is at the cap", "are at their caps"),
                (self.away, "is on leave", "are on leave"),
                (self.conflict, "may not mark this author", "may not mark this author"),
            )
            if count
        ]
        return f"Of those who mark here {', '.join(parts)}." if parts else "Nobody marks here yet."


@dataclass(frozen=True, slots=True)
class Shared:
    """What came of giving work out: who gets which piece, and what nobody gets."""

    given: Mapping[int, int] = field(default_factory=dict)
    left: Mapping[int, Hindered] = field(default_factory=dict)


def share_out(pieces: Sequence[Piece], candidates: Sequence[Candidate]) -> Shared:
    """Give every piece to the one with the fewest waiting, those of the course before those for the whole programme.

    Nobody on leave, at a cap or in a conflict gets anything. Where a piece would be left although somebody could take
    another's, pieces change hands until as many as possible have a marker. The same input gives the same result.
    """
    sharing = _Sharing(candidates)
    for piece in pieces:
        sharing.place(piece)
    return Shared({piece.id: to for piece, to in sharing.given.items()}, sharing.left)


class _Sharing:
    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.all = sorted(candidates, key=lambda one: one.person_id)
        self.load = {one.person_id: one.waiting for one in self.all}
        self.room = {one.person_id: one.room for one in self.all}
        self.given: dict[Piece, int] = {}
        self.left: dict[int, Hindered] = {}

    def place(self, piece: Piece) -> None:
        able = self._able(piece)
        free = [one for one in able if self.room[one.person_id] != 0]
        if free:
            self._give(piece, free[0].person_id)
            return
        seen: set[int] = set()
        for one in able:
            if self._make_room(one.person_id, seen):
                self._give(piece, one.person_id)
                return
        self.left[piece.id] = self._why(piece)

    def _able(self, piece: Piece) -> list[Candidate]:
        able = [one for one in self.all if not one.away and one.may_mark(piece.places)]
        return sorted(able, key=lambda one: (not one.of_course, self.load[one.person_id], one.person_id))

    def _make_room(self, person_id: int, seen: set[int]) -> bool:
        """Let one of the pieces they were given go to somebody else: a chain of such steps, nobody twice."""
        seen.add(person_id)
        for piece in [one for one, to in self.given.items() if to == person_id]:
            for other in self._able(piece):
                if other.person_id in seen:
                    continue
                if self.room[other.person_id] != 0 or self._make_room(other.person_id, seen):
                    self._take(piece)
                    self._give(piece, other.person_id)
                    return True
        return False

    def _give(self, piece: Piece, person_id: int) -> None:
        self.given[piece] = person_id
        self._count(person_id, 1)

    def _take(self, piece: Piece) -> None:
        self._count(self.given.pop(piece), -1)

    def _count(self, person_id: int, more: int) -> None:
        self.load[person_id] += more
        room = self.room[person_id]
        if room is not None:
            self.room[person_id] = room - more

    def _why(self, piece: Piece) -> Hindered:
        away = [one for one in self.all if one.away]
        present = [one for one in self.all if not one.away]
        barred = [one for one in present if not one.may_mark(piece.places)]
        return Hindered(away=len(away), full=len(present) - len(barred), conflict=len(barred))


def even_out(held: Sequence[tuple[Piece, int]], candidates: Sequence[Candidate]) -> dict[int, int]:
    """The fewest steps after which nobody has two pieces more than somebody who could take one: piece → to whom.

    `held` are pieces not begun, with whoever has them. From those of the course nothing goes to those who are not.
    """
    by = {one.person_id: one for one in candidates}
    load = {one.person_id: one.waiting for one in candidates}
    room = {one.person_id: one.room for one in candidates}
    moved: dict[int, int] = {}
    left = [(piece, person_id) for piece, person_id in held if person_id in by]
    while True:
        steps = [
            (load[person_id] - load[one.person_id], -piece.id, -one.person_id, piece, person_id)
            for piece, person_id in left
            for one in candidates
            if one.person_id != person_id
            and not one.away
            and room[one.person_id] != 0
            and one.may_mark(piece.places)
            and one.of_course >= by[person_id].of_course
        ]
        apart, _number, to, piece, before = max(steps, key=lambda step: step[:3], default=(0, 0, 0, None, 0))
        if apart < 2 or piece is None:
            return moved
        moved[piece.id] = -to
        left.remove((piece, before))
        for person_id, more in ((before, -1), (-to, 1)):
            load[person_id] += more
            own = room[person_id]
            room[person_id] = None if own is None else own - more


def choose_marker(candidates: Sequence[Candidate], places: Iterable[int] = ()) -> int | None:
    """Who gets one piece of these authors; None where nobody may."""
    return share_out([Piece(0, frozenset(places))], candidates).given.get(0)


def why_not_give(
    one: Candidate, places: Iterable[int], *, author: bool, more: int = 1, reason: str = ""
) -> AllocationRefusal | None:
    """Why somebody chosen by hand does not get so many pieces more, or None.

    Leave and caps give way to a reason; authorship and a declared conflict do not.
    """
    if author:
        return AllocationRefusal.AUTHOR
    if not one.may_mark(places):
        return AllocationRefusal.CONFLICT
    if reason.strip():
        return None
    if one.away:
        return AllocationRefusal.AWAY
    return AllocationRefusal.FULL if one.room is not None and one.room < more else None


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
