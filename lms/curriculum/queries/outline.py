"""The outline of a published version: read once per process, since a version never changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum.content import schema
from lms.curriculum.models import (
    Activity,
    ActivityKind,
    Course,
    CourseKind,
    Module,
    Programme,
    ProgrammeVersion,
)


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """An activity as lists show it."""

    id: int
    key: str
    kind: ActivityKind
    code: str
    title: str
    summary: str
    minutes: int
    required: bool
    position: int
    module_id: int
    course_id: int
    group_key: str
    weight: float | None
    codes: tuple[str, ...]
    anonymous: bool = False
    """Its marker sees candidate numbers."""


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module with its activities, in order."""

    id: int
    key: str
    code: str
    title: str
    course_id: int
    position: int
    teach_from: int
    teach_to: int
    outcome: str
    activities: tuple[ActivityLine, ...]


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course with its modules, in order."""

    id: int
    key: str
    letter: str
    title: str
    kind: CourseKind
    tagline: str
    groups: tuple[dict[str, Any], ...]
    modules: tuple[ModuleLine, ...]


@dataclass(frozen=True)
class Outline:
    """A programme version from its courses down to its activities."""

    version_id: int
    number: int
    programme_slug: str
    title: str
    frame: schema.ProgrammeFile
    policies: schema.PoliciesFile
    courses: tuple[CourseLine, ...]
    activities: dict[int, ActivityLine]
    """By id."""
    by_key: dict[str, ActivityLine]
    modules: dict[int, ModuleLine]
    """By id."""

    def course(self, course_id: int) -> CourseLine:
        """The course with this id."""
        return next(course for course in self.courses if course.id == course_id)


@lru_cache(maxsize=64)
def outline(version_id: int) -> Outline:
    """The outline of a version: cached for the life of the process, since a version never changes."""
    version = db.session.execute(
        sa.select(
            ProgrammeVersion.number,
            ProgrammeVersion.title,
            ProgrammeVersion.frame,
            ProgrammeVersion.policies,
            Programme.slug,
        )
        .join(Programme, Programme.id == ProgrammeVersion.programme_id)
        .where(ProgrammeVersion.id == version_id)
    ).one_or_none()
    if version is None:
        raise NotFound
    policies = schema.PoliciesFile.model_validate(version.policies, strict=False)
    lines = [
        _line(row, policy=policies.marking.anonymous)
        for row in db.session.execute(_LINES, {"version": version_id})
    ]
    modules = _modules(version_id, lines)
    courses = tuple(
        CourseLine(
            id=row.id,
            key=row.key,
            letter=row.letter,
            title=row.title,
            kind=row.kind,
            tagline=row.tagline,
            groups=tuple(row.groups),
            modules=tuple(module for module in modules if module.course_id == row.id),
        )
        for row in db.session.execute(
            sa.select(
                Course.id, Course.key, Course.letter, Course.title, Course.kind, Course.tagline, Course.groups
            )
            .where(Course.version_id == version_id)
            .order_by(Course.position)
        )
    )
    return Outline(
        version_id=version_id,
        number=version.number,
        programme_slug=version.slug,
        title=version.title,
        frame=schema.ProgrammeFile.model_validate(version.frame, strict=False),
        policies=policies,
        courses=courses,
        activities={line.id: line for line in lines},
        by_key={line.key: line for line in lines},
        modules={module.id: module for module in modules},
    )


_LINES = (
    sa.select(
        Activity.id,
        Activity.key,
        Activity.kind,
        Activity.code,
        Activity.title,
        Activity.summary,
        Activity.minutes,
        Activity.required,
        Activity.position,
        Activity.module_id,
        Activity.course_id,
        Activity.group_key,
        Activity.weight,
        Activity.codes,
        Activity.spec["anonymous"].as_boolean().label("anonymous"),
    )
    .where(Activity.version_id == sa.bindparam("version"))
    .order_by(Activity.position)
)


def _line(row: Any, *, policy: bool) -> ActivityLine:
    values = row._asdict()
    said = values["anonymous"]
    by_policy = policy and row.kind is ActivityKind.ASSIGNMENT and bool(row.group_key)
    anonymous = row.kind is not ActivityKind.GROUP_WORK and (by_policy if said is None else said)
    return ActivityLine(**{**values, "codes": tuple(values["codes"]), "anonymous": anonymous})


def _modules(version_id: int, lines: list[ActivityLine]) -> list[ModuleLine]:
    rows = db.session.execute(
        sa.select(
            Module.id,
            Module.key,
            Module.code,
            Module.title,
            Module.course_id,
            Module.position,
            Module.teach_from,
            Module.teach_to,
            Module.outcome,
        )
        .where(Module.version_id == version_id)
        .order_by(Module.position)
    )
    return [
        ModuleLine(
            **row._asdict(),
            activities=tuple(line for line in lines if line.module_id == row.id),
        )
        for row in rows
    ]
