"""Reads of published programmes. A version never changes, so that its outline is read once per process."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum.content import diff, rows, schema
from lms.curriculum.content.checker import weeks
from lms.curriculum.models import (
    Activity,
    ActivityKind,
    Competency,
    Course,
    CourseKind,
    Module,
    Programme,
    ProgrammeVersion,
    QuizItem,
    RubricCriterion,
)
from lms.people.rules import Actor


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
    lines = [_line(row) for row in db.session.execute(_LINES, {"version": version_id})]
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
        policies=schema.PoliciesFile.model_validate(version.policies, strict=False),
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
    )
    .where(Activity.version_id == sa.bindparam("version"))
    .order_by(Activity.position)
)


def _line(row: Any) -> ActivityLine:
    values = row._asdict()
    return ActivityLine(**{**values, "codes": tuple(values["codes"])})


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


def activity(activity_id: int) -> Activity:
    """One activity with everything its author wrote."""
    found = db.session.get(Activity, activity_id)
    if found is None:
        raise NotFound
    return found


def module(module_id: int) -> Module:
    """One module with everything its author wrote."""
    found = db.session.get(Module, module_id)
    if found is None:
        raise NotFound
    return found


def specs(version_id: int) -> dict[int, dict[str, Any]]:
    """What authors wrote of every activity, by id: for those who need anchors or limits of many."""
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


def rubric(activity_id: int, part: str = "") -> list[RubricCriterion]:
    """The rows of a rubric, in order."""
    return list(
        db.session.scalars(
            sa.select(RubricCriterion)
            .where(RubricCriterion.activity_id == activity_id, RubricCriterion.part == part)
            .order_by(RubricCriterion.position)
        )
    )


def competencies(version_id: int) -> list[Competency]:
    """The framework, in order."""
    return list(
        db.session.scalars(
            sa.select(Competency).where(Competency.version_id == version_id).order_by(Competency.position)
        )
    )


@dataclass(frozen=True)
class VersionLine:
    """A published version, for choosing one."""

    id: int
    programme_slug: str
    title: str
    number: int
    published_at: dt.datetime
    content_hash: str


def versions() -> list[VersionLine]:
    """Every published version, newest first within its programme."""
    rows = db.session.execute(
        sa.select(
            ProgrammeVersion.id,
            Programme.slug.label("programme_slug"),
            ProgrammeVersion.title,
            ProgrammeVersion.number,
            ProgrammeVersion.published_at,
            ProgrammeVersion.content_hash,
        )
        .join(Programme, Programme.id == ProgrammeVersion.programme_id)
        .order_by(Programme.title, Programme.id, ProgrammeVersion.number.desc())
    )
    return [VersionLine(**row._asdict()) for row in rows]


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


def version_visible_to(_actor: Actor, slug: str, number: int) -> VersionLine:
    """The published version with this number; NotFound when there is none. Versions are the same for everybody."""
    for line in versions():
        if (line.programme_slug, line.number) == (slug, number):
            return line
    raise NotFound


def latest(slug: str) -> VersionLine | None:
    """The last published version of a programme, if any."""
    return next((line for line in versions() if line.programme_slug == slug), None)


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


@dataclass(frozen=True, slots=True)
class Coverage:
    """Where a competency is worked on and where it is judged."""

    code: str
    number: str
    title: str
    activities: int
    """Activities that name it."""
    first: int
    """Activities in which it comes first."""
    questions: int
    """Quiz items that name it."""
    criteria: int
    """Rubric rows that name it."""
    courses: tuple[int, ...]
    """Activities that name it, course by course."""


@lru_cache(maxsize=16)
def coverage(version_id: int) -> tuple[Coverage, ...]:
    """How each competency is covered; three statements, once per process."""
    found = outline(version_id)
    questions = _code_counts(QuizItem, version_id)
    criteria = _code_counts(RubricCriterion, version_id)
    lines = list(found.activities.values())
    return tuple(
        Coverage(
            code=each.code,
            number=each.number,
            title=each.title,
            activities=sum(1 for line in lines if each.code in line.codes),
            first=sum(1 for line in lines if line.codes[:1] == (each.code,)),
            questions=questions.get(each.code, 0),
            criteria=criteria.get(each.code, 0),
            courses=tuple(
                sum(1 for line in lines if line.course_id == course.id and each.code in line.codes)
                for course in found.courses
            ),
        )
        for each in competencies(version_id)
    )


def _code_counts(model: Any, version_id: int) -> dict[str, int]:
    counts: dict[str, int] = {}
    for codes in db.session.scalars(
        sa.select(model.codes)
        .join(Activity, Activity.id == model.activity_id)
        .where(Activity.version_id == version_id)
        .order_by(model.id)
    ):
        for code in codes:
            counts[code] = counts.get(code, 0) + 1
    return counts


@lru_cache(maxsize=16)
def week_minutes(version_id: int) -> tuple[int, ...]:
    """What each teaching week asks of a learner, in minutes; one statement, once per process."""
    found = outline(version_id)
    written = {
        line.key: _ACTIVITY.validate_python(
            {name: value for name, value in spec.items() if name != "head"}, strict=False
        )
        for line, spec in (
            (found.activities[activity_id], spec) for activity_id, spec in specs(version_id).items()
        )
    }
    minutes = {line.key: line.minutes for line in found.activities.values()}
    return weeks.load(found.frame, list(written.values()), minutes)


_ACTIVITY: TypeAdapter[schema.Activity] = TypeAdapter(schema.Activity)
