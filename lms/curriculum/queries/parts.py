"""Single activities, banks, rubrics and the framework, with everything their authors wrote."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from lms.core import markdown
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.remember import Remembered
from lms.curriculum.content import schema
from lms.curriculum.models import Activity, Competency, Course, Module, QuizItem, RubricCriterion


def activity(activity_id: int) -> Activity:
    """One activity with everything its author wrote."""
    found = db.session.get(Activity, activity_id)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Authored:
    """What an author wrote of one activity; it never changes, since its version does not."""

    spec: dict[str, Any]
    html: dict[str, Any]


_authored: Remembered[Authored] = Remembered(1000)


def authored(activity_id: int) -> Authored:
    """What an author wrote of an activity, remembered for the life of the process."""

    def read() -> Authored:
        found = activity(activity_id)
        return Authored(found.spec, found.html)

    return _authored.get(activity_id, 0, read)


def module(module_id: int) -> Module:
    """One module with everything its author wrote."""
    found = db.session.get(Module, module_id)
    if found is None:
        raise NotFound
    return found


@lru_cache(maxsize=16)
def specs(version_id: int) -> Mapping[int, dict[str, Any]]:
    """What authors wrote of every activity, by id: for those who need anchors or limits of many.

    Read once per process, since a version never changes; nobody writes into it.
    """
    rows = db.session.execute(
        sa.select(Activity.id, Activity.spec)
        .where(Activity.version_id == version_id)
        .order_by(Activity.position)
    )
    return {row.id: row.spec for row in rows}


def quiz_items(activity_id: int) -> list[QuizItem]:
    """The bank of a quiz, in order."""
    return list(
        db.session.scalars(
            sa.select(QuizItem).where(QuizItem.activity_id == activity_id).order_by(QuizItem.position)
        )
    )


def quiz_file(activity_id: int) -> schema.QuizFile:
    """The bank of a quiz as its author wrote it. Of old versions the intro comes without its Markdown."""
    written = authored(activity_id)
    bank = written.spec.get(
        "bank", {"intro": html.unescape(re.sub("<[^<>]*>", "", written.html.get("intro", "")))}
    )
    return schema.QuizFile.model_validate({**bank, "items": [item.spec for item in quiz_items(activity_id)]})


def rubric(activity_id: int, part: str = "") -> list[RubricCriterion]:
    """The rows of a rubric, in order."""
    return list(
        db.session.scalars(
            sa.select(RubricCriterion)
            .where(RubricCriterion.activity_id == activity_id, RubricCriterion.part == part)
            .order_by(RubricCriterion.position)
        )
    )


@lru_cache(maxsize=1024)
def has_rubric(activity_id: int, part: str = "") -> bool:
    """Whether somebody marks it by a rubric: known once for each, since a version never changes."""
    return bool(rubric(activity_id, part))


@lru_cache(maxsize=512)
def marker_key(activity_id: int) -> str:
    """What markers of an activity may read and learners never: rendered once per process. Empty: there is none."""
    head = activity(activity_id).spec.get("head", {})
    text = head.get("marker_key", "")
    return str(markdown.render(text, heading_from=3)) if text else ""


def competencies(version_id: int) -> list[Competency]:
    """The framework, in order."""
    return list(
        db.session.scalars(
            sa.select(Competency).where(Competency.version_id == version_id).order_by(Competency.position)
        )
    )


@lru_cache(maxsize=64)
def competency_names(version_id: int) -> dict[str, str]:
    """Code → title of the framework of a version: cached, since a version never changes."""
    rows = db.session.execute(
        sa.select(Competency.code, Competency.title)
        .where(Competency.version_id == version_id)
        .order_by(Competency.position)
    )
    return dict(rows.all())


def course_html(course_id: int) -> str:
    """What a course is, as its author wrote it."""
    return db.session.scalar(sa.select(Course.description_html).where(Course.id == course_id)) or ""
