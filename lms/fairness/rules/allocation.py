"""Who reviews whose work: as many as asked each way, nobody their own, loads within one; the same for the same seed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

Pair = tuple[int, int]
"""Who reviews, and whose work."""


@dataclass(frozen=True)
class Unit:
    """Whoever handed in a piece of work together, one learner or a team: they review, and their work is reviewed."""

    id: int
    people: frozenset[int] = frozenset()
    employers: frozenset[str] = frozenset()
    reviews: bool = True
    """They are there to review: not on leave, not gone."""
    reviewed: bool = True
    """Somebody is there who can use a review, and others may read it."""
    withheld: bool = False
    """Its authors keep it from other teams."""


@dataclass
class _Ground:
    """What is allotted so far, and what may be."""

    order: list[Unit]
    barred: frozenset[Pair]
    pairs: set[Pair]
    fixed: frozenset[Pair]
    apart: bool
    gives: Counter[int] = field(default_factory=Counter)
    gets: Counter[int] = field(default_factory=Counter)
    _ahead: dict[int, list[Unit]] = field(default_factory=dict)

    def may(self, reviewer: Unit, piece: Unit) -> bool:
        """Whether somebody may review a piece: never their own, nor a barred one, nor one of their own house."""
        return (
            reviewer.reviews
            and piece.reviewed
            and reviewer.id != piece.id
            and not reviewer.people & piece.people
            and (reviewer.id, piece.id) not in self.barred
            and not (self.apart and reviewer.employers & piece.employers)
        )

    def from_(self, at: int) -> Iterator[Unit]:
        """The pieces as the one at this place in the circle looks at them: those where nothing comes back first."""
        reviewer, count = self.order[at], len(self.order)
        fine = self._ahead.get(at)
        if fine is None:
            ahead = [self.order[(at + step) % count] for step in range(1, count)]
            fine = self._ahead[at] = [piece for piece in ahead if self.may(reviewer, piece)]
        yield from (piece for piece in fine if (piece.id, reviewer.id) not in self.pairs)
        yield from (piece for piece in fine if (piece.id, reviewer.id) in self.pairs)

    def add(self, pair: Pair) -> None:
        """Allot."""
        self.pairs.add(pair)
        self.gives[pair[0]] += 1
        self.gets[pair[1]] += 1

    def drop(self, pair: Pair) -> None:
        """Take back what was allotted in this run."""
        self.pairs.discard(pair)
        self.gives[pair[0]] -= 1
        self.gets[pair[1]] -= 1


def allot(
    units: Sequence[Unit],
    each: int,
    seed: str,
    *,
    existing: Collection[Pair] = (),
    barred: Collection[Pair] = (),
    apart: bool = False,
) -> list[Pair]:
    """The pairs to add to those that exist, which stay as they are.

    Every unit reviews `each` pieces, and every piece gets as many, as far as that is possible. Where it is not, because
    somebody came late, left or stepped back, others take one more than asked, never two. Two review each other only
    where nothing else is left.
    """
    ground = _Ground(
        order=sorted(units, key=lambda one: hashlib.sha256(f"{seed}.{one.id}".encode()).digest()),
        barred=frozenset(barred) | frozenset(existing),
        pairs=set(existing),
        fixed=frozenset(existing),
        apart=apart,
        gives=Counter(pair[0] for pair in existing),
        gets=Counter(pair[1] for pair in existing),
    )
    for most in range(1, each + 1):
        _fill(ground, give=most, get=most)
    _fill(ground, give=each, get=each + 1)
    _fill(ground, give=each + 1, get=each)
    _untie(ground)
    return sorted(ground.pairs - ground.fixed)


def _fill(ground: _Ground, *, give: int, get: int) -> None:
    """Add as many pairs as there can be when each gives and gets at most so many; loads that exist do not shrink."""
    for at, reviewer in enumerate(ground.order):
        while ground.gives[reviewer.id] < give and _reach(ground, at, get, set()):
            pass


def _reach(ground: _Ground, at: int, get: int, seen: set[int]) -> bool:
    """Find this one a piece; where all are full, hand one on to another reviewer who finds a further one."""
    reviewer = ground.order[at]
    options = [piece for piece in ground.from_(at) if (reviewer.id, piece.id) not in ground.pairs]
    for piece in options:
        if ground.gets[piece.id] < get:
            ground.add((reviewer.id, piece.id))
            return True
    for piece in options:
        if piece.id in seen:
            continue
        seen.add(piece.id)
        for other_at, other in enumerate(ground.order):
            pair = (other.id, piece.id)
            if other.id == reviewer.id or pair not in ground.pairs or pair in ground.fixed:
                continue
            if _reach(ground, other_at, get, seen):
                ground.drop(pair)
                ground.add((reviewer.id, piece.id))
                return True
    return False


def _untie(ground: _Ground) -> None:
    """Where two review each other, swap with another pair if that leaves fewer who do."""
    by_id = {one.id: one for one in ground.order}
    for pair in sorted(ground.pairs - ground.fixed):
        if pair not in ground.pairs or pair[::-1] not in ground.pairs:
            continue
        for other in sorted(ground.pairs - ground.fixed):
            crossed = ((pair[0], other[1]), (other[0], pair[1]))
            if other == pair or any(one in ground.pairs for one in crossed):
                continue
            if not all(ground.may(by_id[one[0]], by_id[one[1]]) for one in crossed):
                continue
            if any(one[::-1] in ground.pairs and one[::-1] not in (pair, other) for one in crossed):
                continue
            if crossed[0] == crossed[1][::-1]:
                continue
            for old, new in zip((pair, other), crossed, strict=True):
                ground.drop(old)
                ground.add(new)
            break
