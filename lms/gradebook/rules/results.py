"""Results so far: the mean of what is released, by the shares of the course's groups. Nothing is assumed of the rest.

A course has 100 points, shared among its groups; a group among its parts and items. A released mark takes its points
into the reckoning, an unreleased one leaves with them: the result is Σ points × mark ÷ Σ points over what is released,
and `released` says how many of the 100 that is. Where only the best n count, each counted mark has an n-th of the
points; with fewer than n released, all of them count and the rest of the points is still to come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lms.assessment.rules import exact, fact, shown
from lms.assessment.rules.figures import plain as _plain

Marks = Mapping[tuple[int, str], Fraction]
"""A learner's released marks by (activity, part)."""
WHOLE = Fraction(100)


def plain(points: Fraction) -> str:
    """Points as they are read: cut to two decimals where they do not end."""
    return _plain(Fraction(points.numerator * 100 // points.denominator, 100))


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is marked, with its share among its fellows."""

    activity_id: int
    part: str
    label: str
    weight: Fraction = Fraction(1)
    short: str = ""
    """What heads of columns say."""

    @property
    def key(self) -> tuple[int, str]:
        """What marks are found by."""
        return self.activity_id, self.part


@dataclass(frozen=True, slots=True)
class SharePlan:
    """Some points of a course that a number of items share."""

    title: str
    points: Fraction
    items: tuple[Item, ...]
    best: int | None = None
    absent: str = ""
    """Why there are no items, where there are none."""


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A grading group: one share, or several."""

    key: str
    title: str
    points: Fraction
    shares: tuple[SharePlan, ...]


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """How a course is reckoned."""

    key: str
    letter: str
    title: str
    weight: Fraction
    """Of the programme's 100."""
    groups: tuple[GroupPlan, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything that is marked in the course."""
        return tuple(item for group in self.groups for share in group.shares for item in share.items)


@dataclass(frozen=True, slots=True)
class ProgrammePlan:
    """How a programme is reckoned."""

    title: str
    courses: tuple[CoursePlan, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A result so far."""

    mark: Fraction | None
    """None while nothing is released."""
    released: Fraction
    """How many of the 100 points are released."""
    facts: tuple[dict[str, Any], ...]

    @property
    def whole(self) -> bool:
        """Whether everything is released."""
        return self.released == WHOLE

    def document(self) -> dict[str, Any]:
        """The trace as it is stored."""
        return {
            "mark": exact(self.mark) if self.mark is not None else "",
            "released": exact(self.released),
            "facts": list(self.facts),
        }


@dataclass(frozen=True, slots=True)
class _Part:
    """Sums of a piece of the reckoning: released points, and points × mark."""

    points: Fraction
    sum: Fraction
    facts: tuple[dict[str, Any], ...]

    @property
    def mark(self) -> Fraction | None:
        return self.sum / self.points if self.points else None


def course_result(plan: CoursePlan, marks: Marks) -> Standing:
    """A learner's result of a course so far."""
    groups = [_group(group, marks) for group in plan.groups]
    points = sum((part.points for part in groups), Fraction(0))
    total = sum((part.sum for part in groups), Fraction(0))
    mark = total / points if points else None
    head = fact(
        plan.title,
        shown(mark) if mark is not None else "–",
        bound=f"{plain(points)} of 100 points released",
        note=f"exactly {exact(mark)}" if mark is not None else "nothing is released yet",
        parts=[line for part in groups for line in part.facts],
    )
    return Standing(mark, points, (head,))


def _group(group: GroupPlan, marks: Marks) -> _Part:
    shares = [_share(share, marks) for share in group.shares]
    points = sum((part.points for part in shares), Fraction(0))
    total = sum((part.sum for part in shares), Fraction(0))
    mark = total / points if points else None
    single = group.shares[0] if len(group.shares) == 1 else None
    lines = (
        shares[0].facts
        if single is not None
        else tuple(_share_fact(plan, part) for plan, part in zip(group.shares, shares, strict=True))
    )
    rule = f"best {single.best} of {len(single.items)}" if single is not None and single.best else ""
    head = fact(
        group.title,
        shown(mark) if mark is not None else "–",
        bound=f"{plain(points)} of {plain(group.points)} points released",
        note=rule,
        verdict="fact" if points else "open",
        parts=lines,
    )
    return _Part(points, total, (head,))


def _share_fact(share: SharePlan, part: _Part) -> dict[str, Any]:
    return fact(
        share.title,
        shown(part.mark) if part.mark is not None else "–",
        bound=f"{plain(part.points)} of {plain(share.points)} points released",
        note=share.absent,
        verdict="fact" if part.points else "open",
        parts=part.facts,
    )


def _share(share: SharePlan, marks: Marks) -> _Part:
    worth = _best(share, marks) if share.best else _weighed(share, marks)
    points = sum(worth.values(), Fraction(0))
    total = sum((worth[item.key] * marks[item.key] for item in share.items if item.key in worth), Fraction(0))
    return _Part(points, total, tuple(_item_fact(item, worth, marks, share) for item in share.items))


def _weighed(share: SharePlan, marks: Marks) -> dict[tuple[int, str], Fraction]:
    total = sum((item.weight for item in share.items), Fraction(0))
    return {item.key: share.points * item.weight / total for item in share.items if item.key in marks}


def _best(share: SharePlan, marks: Marks) -> dict[tuple[int, str], Fraction]:
    counted = min(share.best or len(share.items), len(share.items))
    ranked = sorted(
        (item for item in share.items if item.key in marks), key=lambda item: marks[item.key], reverse=True
    )
    return {item.key: share.points / counted for item in ranked[:counted]}


def _item_fact(
    item: Item, worth: Mapping[tuple[int, str], Fraction], marks: Marks, share: SharePlan
) -> dict[str, Any]:
    if item.key in worth:
        return fact(item.label, shown(marks[item.key]), bound=f"{plain(worth[item.key])} points")
    if item.key in marks:
        return fact(item.label, shown(marks[item.key]), note=f"not among the best {share.best}")
    return fact(item.label, "–", verdict="open", note="not released yet")


def programme_result(plan: ProgrammePlan, courses: Mapping[str, Standing]) -> Standing:
    """The result of the programme so far, from the courses' results."""
    points = total = Fraction(0)
    lines = []
    for course in plan.courses:
        standing = courses[course.key]
        worth = course.weight * standing.released / WHOLE
        points += worth
        total += worth * (standing.mark or 0)
        lines.append(
            fact(
                course.title,
                shown(standing.mark) if standing.mark is not None else "–",
                bound=f"{plain(worth)} of {plain(course.weight)} points released",
                verdict="fact" if standing.released else "open",
            )
        )
    mark = total / points if points else None
    head = fact(
        plan.title,
        shown(mark) if mark is not None else "–",
        bound=f"{plain(points)} of 100 points released",
        note=f"exactly {exact(mark)}" if mark is not None else "nothing is released yet",
        parts=lines,
    )
    return Standing(mark, points, (head,))
