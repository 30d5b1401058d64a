"""Results so far: the mean of what is released, by the shares of the course's groups. Nothing is assumed of the rest.

A course has 100 points, shared among its groups; a group among its parts and items. A released mark takes its points
into the reckoning, an unreleased one leaves with them: the result is Σ points × mark ÷ Σ points over what is released,
and `released` says how many of the 100 that is. Where only the best n count, each counted mark has an n-th of the
points; with fewer than n released, all of them count and the rest of the points is still to come.

What is the learner's own comes in beside the marks (`allowances`): an excused item is as if the programme had none, and
a share all of whose items are excused leaves with its points; a capped item counts with its ceiling at most; a resit
that is released counts for the course where it is better, up to its ceiling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lms.assessment.rules import exact, fact, in_full, shown
from lms.assessment.rules.figures import plain as _plain
from lms.gradebook.rules.allowances import NOTHING, Own

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
    """Only the best n count."""
    drop: int = 0
    """So many of the lowest do not count; one always does."""
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
    counts: bool = True
    """False: everything in it is excused, so that it leaves what stands above."""

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
    """Sums of a piece of the reckoning: released points, points × mark, and the points that count for this learner."""

    points: Fraction
    sum: Fraction
    facts: tuple[dict[str, Any], ...]
    countable: Fraction

    @property
    def mark(self) -> Fraction | None:
        return self.sum / self.points if self.points else None


def _sum(values: Iterable[Fraction]) -> Fraction:
    return sum(values, Fraction(0))


def course_result(plan: CoursePlan, marks: Marks, own: Own = NOTHING) -> Standing:
    """A learner's result of a course so far."""
    groups = [_group(group, marks, own) for group in plan.groups]
    points, total = _sum(part.points for part in groups), _sum(part.sum for part in groups)
    countable, all_points = (
        _sum(part.countable for part in groups),
        _sum(group.points for group in plan.groups),
    )
    released = points * all_points / countable if countable else Fraction(0)
    base = total / points if points else None
    mark = base
    lines = [line for part in groups for line in part.facts]
    resit = own.resits.get(plan.key)
    if resit is not None and countable:
        mark = resit.counted(base)
        lines.append(resit.fact(base))
    notes = [in_full(mark) if mark is not None else "nothing is released yet"]
    if countable < all_points:
        notes.append(f"{plain(all_points - countable)} points are excused and left out")
    head = fact(
        plan.title,
        shown(mark) if mark is not None else "–",
        bound=f"{plain(released)} of 100 points released",
        note="; ".join(notes),
        parts=lines,
    )
    return Standing(mark, released, (head,), counts=bool(countable) or not all_points)


def _group(group: GroupPlan, marks: Marks, own: Own) -> _Part:
    shares = [_share(share, marks, own) for share in group.shares]
    points, countable = _sum(part.points for part in shares), _sum(part.countable for part in shares)
    total = _sum(part.sum for part in shares)
    mark = total / points if points else None
    single = group.shares[0] if len(group.shares) == 1 else None
    lines = (
        shares[0].facts
        if single is not None
        else tuple(_share_fact(plan, part) for plan, part in zip(group.shares, shares, strict=True))
    )
    head = fact(
        group.title,
        shown(mark) if mark is not None else "–",
        bound=_released(points, countable),
        note=_rule(single, own) if single is not None else "",
        verdict="fact" if points else "open",
        parts=lines,
    )
    return _Part(points, total, (head,), countable)


def _released(points: Fraction, countable: Fraction) -> str:
    return f"{plain(points)} of {plain(countable)} points released" if countable else "excused"


def _rule(share: SharePlan, own: Own) -> str:
    """How the marks of a share are chosen, in words."""
    there = len(share.items) - sum(item.key in own.excused for item in share.items)
    if share.best:
        return f"best {min(share.best, there)} of {there}" if there else ""
    if share.drop and there > 1:
        gone = there - _counted(share, there)
        return f"without the lowest {gone}" if gone > 1 else "without the lowest"
    return ""


def _share_fact(share: SharePlan, part: _Part) -> dict[str, Any]:
    return fact(
        share.title,
        shown(part.mark) if part.mark is not None else "–",
        bound=_released(part.points, part.countable),
        note=share.absent,
        verdict="fact" if part.points else "open",
        parts=part.facts,
    )


def _share(share: SharePlan, marks: Marks, own: Own) -> _Part:
    there = [item for item in share.items if item.key not in own.excused]
    counted = {item.key: own.capped(item.key, marks[item.key]) for item in there if item.key in marks}
    chosen = bool(share.best or share.drop)
    worth = _chosen(share, there, counted) if chosen else _weighed(share, there, counted)
    return _Part(
        points=_sum(worth.values()),
        sum=_sum(points * counted[key] for key, points in worth.items()),
        facts=tuple(_item_fact(item, worth, marks, share, own) for item in share.items),
        countable=share.points if there or not share.items else Fraction(0),
    )


Worth = dict[tuple[int, str], Fraction]


def _weighed(share: SharePlan, there: Sequence[Item], counted: Marks) -> Worth:
    total = _sum(item.weight for item in there)
    return {item.key: share.points * item.weight / total for item in there if item.key in counted}


def _counted(share: SharePlan, there: int) -> int:
    """How many marks of a share count: the best n, or all but the lowest, and one at least."""
    return min(share.best, there) if share.best else max(1, there - share.drop)


def _chosen(share: SharePlan, there: Sequence[Item], counted: Marks) -> Worth:
    size = _counted(share, len(there))
    ranked = sorted((item for item in there if item.key in counted), key=lambda item: -counted[item.key])
    return {item.key: share.points / size for item in ranked[:size]}


def _item_fact(
    item: Item, worth: Mapping[tuple[int, str], Fraction], marks: Marks, share: SharePlan, own: Own
) -> dict[str, Any]:
    line = _item_line(item, worth, marks, share, own)
    return {**line, "item": [item.activity_id, item.part]}


def _item_line(
    item: Item, worth: Mapping[tuple[int, str], Fraction], marks: Marks, share: SharePlan, own: Own
) -> dict[str, Any]:
    value = marks.get(item.key)
    if item.key in own.excused:
        return fact(item.label, "excused", note=own.why_excused(item.key))
    if value is None:
        return fact(item.label, "–", verdict="open", note="not released yet")
    cap = own.cap_note(item.key, value)
    figure = shown(own.capped(item.key, value))
    if item.key in worth:
        return fact(item.label, figure, bound=f"{plain(worth[item.key])} points", note=cap)
    why = f"not among the best {share.best}" if share.best else "among the lowest, which do not count"
    return fact(item.label, figure, note="; ".join(filter(None, (why, cap))))


def programme_result(plan: ProgrammePlan, courses: Mapping[str, Standing]) -> Standing:
    """The result of the programme so far, from the courses' results."""
    countable = _sum(course.weight for course in plan.courses if courses[course.key].counts)
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
                bound=f"{plain(worth)} of {plain(course.weight)} points released"
                if standing.counts
                else "excused",
                verdict="fact" if standing.released else "open",
            )
        )
    mark = total / points if points else None
    everything = _sum(course.weight for course in plan.courses)
    released = points * everything / countable if countable else Fraction(0)
    head = fact(
        plan.title,
        shown(mark) if mark is not None else "–",
        bound=f"{plain(released)} of 100 points released",
        note=in_full(mark) if mark is not None else "nothing is released yet",
        parts=lines,
    )
    return Standing(mark, released, (head,))
