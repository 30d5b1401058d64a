"""Publishing: a checked programme becomes an immutable version, whole or not at all."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from lms.core import audit, events, markdown
from lms.core.db import db
from lms.core.errors import LmsError
from lms.curriculum.content import canonical, rows
from lms.curriculum.content.reader import ProgrammeContent
from lms.curriculum.events import ProgrammePublished
from lms.curriculum.models import (
    Activity,
    Competency,
    Course,
    Module,
    Programme,
    ProgrammeVersion,
    QuizItem,
    RubricCriterion,
)


class NothingNew(LmsError):
    """The content is that of a version that exists; `version` is it."""

    def __init__(self, version: ProgrammeVersion) -> None:
        super().__init__(f"the content is that of version {version.number}")
        self.version = version


def publish(content: ProgrammeContent, *, actor_id: int | None, now: dt.datetime) -> ProgrammeVersion:
    """Publish checked content as the next version.

    Raises NothingNew when the same content was published before.
    """
    document = canonical.document(content)
    digest = canonical.content_hash(document)
    frame = document["programme"]
    programme = db.session.scalar(
        sa.select(Programme).where(Programme.slug == frame["slug"]).with_for_update()
    )
    if programme is None:
        programme = Programme(slug=frame["slug"], title=frame["title"])
        db.session.add(programme)
        db.session.flush()
    versions = db.session.scalars(
        sa.select(ProgrammeVersion).where(ProgrammeVersion.programme_id == programme.id)
    ).all()
    for known in versions:
        if known.content_hash == digest:
            raise NothingNew(known)
    programme.title = frame["title"]
    version = ProgrammeVersion(
        programme_id=programme.id,
        number=len(versions) + 1,
        content_hash=digest,
        title=frame["title"],
        frame=frame,
        description_html=markdown.render(frame["description"]),
        audience_html=markdown.render(frame["audience"]),
        policies=document["policies"],
        published_at=now,
        published_by_id=actor_id,
    )
    db.session.add(version)
    db.session.flush()
    _write(version, document)
    audit.record(
        audit.Entry(
            actor_id=actor_id,
            action="curriculum.publish",
            subject="programme_version",
            subject_id=version.id,
            after={"programme": programme.slug, "number": version.number, "hash": digest},
        )
    )
    events.record(ProgrammePublished(programme_id=programme.id, version_id=version.id))
    return version


def _write(version: ProgrammeVersion, document: dict[str, Any]) -> None:
    """Insert everything below a version: one statement for each table, parents first."""
    below = rows.courses(document["courses"])
    modules = [(course, module) for course in below for module in course.modules]
    _insert(
        Competency,
        [{"version_id": version.id, **row} for row in rows.competencies(document["competencies"])],
    )
    course_ids = _insert(Course, [{"version_id": version.id, **course.row} for course in below])
    course_id = {id(course): key for course, key in zip(below, course_ids, strict=True)}
    module_ids = _insert(
        Module,
        [
            {"version_id": version.id, "course_id": course_id[id(course)], **module.row}
            for course, module in modules
        ],
    )
    parents = [
        ({"version_id": version.id, "course_id": course_id[id(course)], "module_id": module_id}, activity)
        for (course, module), module_id in zip(modules, module_ids, strict=True)
        for activity in module.activities
    ]
    activity_ids = _insert(Activity, [{**parent, **activity.row} for parent, activity in parents])
    written = list(zip(activity_ids, (activity for _parent, activity in parents), strict=True))
    _insert(QuizItem, [{"activity_id": key, **row} for key, activity in written for row in activity.items])
    _insert(
        RubricCriterion,
        [{"activity_id": key, **row} for key, activity in written for row in activity.criteria],
    )


def _insert(model: Any, values: list[dict[str, Any]]) -> list[int]:
    """Insert rows at once; their ids, in the order of the rows."""
    if not values:
        return []
    statement = sa.insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, values))
