"""How a programme version is reckoned: read once per process, since a version never changes."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from lms.assessment.rules.figures import decimal
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.curriculum.models import Activity, ActivityKind, RubricCriterion
from lms.curriculum.queries import ActivityLine, CourseLine, Outline
from lms.gradebook.rules import CoursePlan, GroupPlan, Item, ProgrammePlan, SharePlan

TALK = frozenset({ActivityKind.DISCUSSION, ActivityKind.EVENT})
"""Discussions, and the date until which contribution in rooms is recorded (the content's checker holds it to one)."""
Parts = dict[int, list[tuple[str, str, Fraction]]]


@lru_cache(maxsize=64)
def plan(version_id: int) -> ProgrammePlan:
    """The plan of a version: courses, groups, shares and items with their points."""
    outline = curriculum.outline(version_id)
    parts = _parts(version_id)
    return ProgrammePlan(
        outline.title,
        tuple(
            CoursePlan(
                key=course.key,
                letter=course.letter,
                title=course.title,
                weight=decimal(outline.policies.programme_weights.get(course.key, 0)),
                groups=tuple(_group(outline, course, group, parts) for group in course.groups),
            )
            for course in outline.courses
        ),
    )


@lru_cache(maxsize=256)
def has_participation(version_id: int, key: str) -> bool:
    """Whether discussions count in a course."""
    outline = curriculum.outline(version_id)
    return any(
        line.kind is ActivityKind.DISCUSSION and line.group_key
        for course in outline.courses
        if course.key == key
        for module in course.modules
        for line in module.activities
    )


def _parts(version_id: int) -> Parts:
    """The marked parts of milestones with their points, by activity."""
    rows = db.session.execute(
        sa.select(
            RubricCriterion.activity_id,
            RubricCriterion.part,
            RubricCriterion.part_title,
            RubricCriterion.part_points,
            sa.func.min(RubricCriterion.id),
        )
        .join(Activity, Activity.id == RubricCriterion.activity_id)
        .where(Activity.version_id == version_id, RubricCriterion.part != "")
        .group_by(
            RubricCriterion.activity_id,
            RubricCriterion.part,
            RubricCriterion.part_title,
            RubricCriterion.part_points,
        )
        .order_by(sa.func.min(RubricCriterion.id))
    )
    found: Parts = defaultdict(list)
    for activity_id, part, title, points, _first in rows:
        found[activity_id].append((part, title, decimal(points or 0)))
    return found


def _group(outline: Outline, course: CourseLine, group: dict[str, Any], parts: Parts) -> GroupPlan:
    members = [
        line for module in course.modules for line in module.activities if line.group_key == group["id"]
    ]
    points = decimal(group["percent"])
    if group.get("parts"):
        shares = tuple(_given(outline, part, parts) for part in group["parts"])
    elif members and all(line.kind in TALK for line in members):
        shares = _participation(outline, points, members)
    else:
        items = tuple(item for line in members for item in _items(line, parts))
        shares = (
            SharePlan(group["title"], points, items, best=group.get("best"), drop=group.get("drop") or 0),
        )
    return GroupPlan(group["id"], group["title"], points, shares)


def _given(outline: Outline, part: dict[str, Any], parts: Parts) -> SharePlan:
    lines = [outline.by_key[key] for key in part.get("activities", ())]
    return SharePlan(
        part["title"],
        decimal(part["points"]),
        tuple(item for line in lines for item in _items(line, parts)),
        absent="" if lines else "recorded elsewhere: no activity fills it",
    )


def _participation(outline: Outline, points: Fraction, members: list[ActivityLine]) -> tuple[SharePlan, ...]:
    """Threads have their share by policy; the rest is contribution among peers and in rooms."""
    threads = decimal(outline.policies.participation.threads)
    talks = tuple(_item(line) for line in members if line.kind is ActivityKind.DISCUSSION)
    seen = tuple(_item(line) for line in members if line.kind is ActivityKind.EVENT)
    shares = [SharePlan("Discussions", points * threads, talks)]
    if threads < 1:
        shares.append(
            SharePlan(
                "Contribution in rooms and among peers",
                points * (1 - threads),
                seen,
                absent="" if seen else "recorded nowhere: the programme names no date for it",
            )
        )
    return tuple(shares)


def _item(line: ActivityLine, part: str = "", title: str = "", weight: Fraction | None = None) -> Item:
    name, code = f"{line.code} {line.title}".strip(), line.code or line.title
    given = decimal(line.weight) if line.weight is not None else Fraction(1)
    return Item(
        line.id,
        part,
        label=f"{name}: {title}" if title else name,
        weight=weight if weight is not None else given,
        short=f"{code} {title}" if title else code,
    )


def _items(line: ActivityLine, parts: Parts) -> list[Item]:
    marked = parts.get(line.id, [])
    if not marked:
        return [_item(line)]
    if len(marked) == 1:
        part, _title, points = marked[0]
        return [_item(line, part, "", points)]
    return [_item(line, part, title, points) for part, title, points in marked]
