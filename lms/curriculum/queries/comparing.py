"""A published version as it is compared with another, or with the files."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum.content import diff, rows
from lms.curriculum.models import Activity, Course, Module, ProgrammeVersion, QuizItem
from lms.curriculum.queries.parts import competencies


def _row(thing: Any, *names: str) -> rows.Row:
    return {name: getattr(thing, name) for name in names}


_COURSE = ("key", "letter", "title", "kind", "tagline", "description_html", "groups")
_MODULE = (
    "key",
    "code",
    "title",
    "teach_from",
    "teach_to",
    "outcome",
    "why_html",
    "outcomes",
    "codes",
    "rule",
)
_COMPETENCY = ("code", "number", "title", "kind", "about", "levels", "steps")


def snapshot(version_id: int) -> diff.Snapshot:
    """A published version, ready to be compared with another or with the files. Six statements."""
    version = db.session.get(ProgrammeVersion, version_id)
    if version is None:
        raise NotFound
    items: dict[int, list[rows.Row]] = {}
    for item in db.session.scalars(
        sa.select(QuizItem)
        .join(Activity, Activity.id == QuizItem.activity_id)
        .where(Activity.version_id == version_id)
        .order_by(QuizItem.activity_id, QuizItem.position)
    ):
        items.setdefault(item.activity_id, []).append(_row(item, "key", "spec"))
    activities: dict[int, list[rows.ActivityRows]] = {}
    for activity in db.session.scalars(
        sa.select(Activity).where(Activity.version_id == version_id).order_by(Activity.position)
    ):
        row = {**_row(activity, "key", "title", "spec", "html"), "kind": activity.kind.value}
        activities.setdefault(activity.module_id, []).append(
            rows.ActivityRows(row, items.get(activity.id, []))
        )
    modules: dict[int, list[rows.ModuleRows]] = {}
    for module in db.session.scalars(
        sa.select(Module).where(Module.version_id == version_id).order_by(Module.position)
    ):
        modules.setdefault(module.course_id, []).append(
            rows.ModuleRows(_row(module, *_MODULE), activities.get(module.id, []))
        )
    courses = [
        rows.CourseRows({**_row(course, *_COURSE), "kind": course.kind.value}, modules.get(course.id, []))
        for course in db.session.scalars(
            sa.select(Course).where(Course.version_id == version_id).order_by(Course.position)
        )
    ]
    frame = {
        **version.frame,
        "description": version.description_html,
        "audience": version.audience_html,
    }
    return diff.published(
        f"version {version.number}",
        frame,
        version.policies,
        [_row(each, *_COMPETENCY) for each in competencies(version_id)],
        courses,
    )
