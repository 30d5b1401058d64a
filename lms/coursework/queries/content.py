"""What authors wrote of an activity. A published version never changes, so that it is read once per process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.core.errors import NotFound
from lms.coursework.rules.late import LateRule
from lms.coursework.rules.quiz import BankItem
from lms.curriculum import queries as curriculum
from lms.curriculum.models import Activity, ActivityKind, Competency, RubricCriterion


@dataclass(frozen=True)
class Content:
    """An activity with its author's keys and rendered texts."""

    id: int
    key: str
    kind: ActivityKind
    spec: Mapping[str, Any]
    html: Mapping[str, str]

    @property
    def head(self) -> Mapping[str, Any]:
        """The head of the file it comes from: what is accepted, how long it may be."""
        head: Mapping[str, Any] = self.spec.get("head", {})
        return head

    @property
    def accepts(self) -> tuple[str, ...]:
        """What can be handed in: text, files or both."""
        return tuple(self.head.get("accepts", ("text",)))

    @property
    def declares_tools(self) -> bool:
        """Whether it is said with the work what generative tools were used for: unless the brief drops it."""
        return self.head.get("declare_tools") is not False

    @property
    def graded(self) -> bool:
        """Whether somebody marks it by a rubric."""
        return bool(self.head.get("rubric"))


@dataclass(frozen=True)
class Question:
    """An item of a quiz's bank, for drawing, showing and explaining."""

    item: BankItem
    html: Mapping[str, Any]
    key: str
    """The author's id of the item."""


@dataclass(frozen=True)
class RubricRow:
    """A row of the rubric an assignment is marked by."""

    key: str
    title: str
    weight: float
    codes: tuple[str, ...]
    levels: tuple[str, ...]


@lru_cache(maxsize=512)
def content(activity_id: int) -> Content:
    """An activity's own content."""
    row = db.session.execute(
        sa.select(Activity.id, Activity.key, Activity.kind, Activity.spec, Activity.html).where(
            Activity.id == activity_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return Content(**row._asdict())


@lru_cache(maxsize=64)
def bank(activity_id: int) -> Mapping[int, Question]:
    """The bank of a quiz by item id, in its author's order."""
    return {
        row.id: Question(BankItem(row.id, row.kind, row.points, row.spec), row.html, row.key)
        for row in curriculum.quiz_items(activity_id)
    }


@lru_cache(maxsize=256)
def rubric(activity_id: int) -> tuple[RubricRow, ...]:
    """The rubric of an assignment, in order; empty when nobody marks it."""
    rows = db.session.execute(
        sa.select(
            RubricCriterion.key,
            RubricCriterion.title,
            RubricCriterion.weight,
            RubricCriterion.codes,
            RubricCriterion.levels,
        )
        .where(RubricCriterion.activity_id == activity_id, RubricCriterion.part == "")
        .order_by(RubricCriterion.position)
    )
    return tuple(
        RubricRow(row.key, row.title, row.weight, tuple(row.codes), tuple(row.levels)) for row in rows
    )


@lru_cache(maxsize=16)
def competency_titles(version_id: int) -> Mapping[str, str]:
    """What the codes of a version's framework stand for."""
    rows = db.session.execute(
        sa.select(Competency.code, Competency.title)
        .where(Competency.version_id == version_id)
        .order_by(Competency.position)
    )
    return dict(rows.all())


def late_rule(version_id: int) -> LateRule:
    """What a late day costs in a version."""
    policy = curriculum.outline(version_id).policies.late
    return LateRule(
        Fraction(str(policy.per_day)), policy.days, dt.timedelta(minutes=policy.upload_grace_minutes)
    )
