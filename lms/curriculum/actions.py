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
    of_version = {"version_id": version.id}
    _insert(Competency, [{**of_version, **row} for row in rows.competencies(document["competencies"])])
    _insert(Course, [{**of_version, **course.row} for course in below])
    courses = _ids(Course, version)
    modules = [(courses[course.row["key"]], module) for course in below for module in course.modules]
    _insert(Module, [{**of_version, "course_id": key, **module.row} for key, module in modules])
    module_ids = _ids(Module, version)
    parents = [
        ({**of_version, "course_id": key, "module_id": module_ids[module.row["key"]]}, activity)
        for key, module in modules
        for activity in module.activities
    ]
    _insert(Activity, [{**parent, **activity.row} for parent, activity in parents])
    activities = _ids(Activity, version)
    written = [(activities[activity.row["key"]], activity) for _parent, activity in parents]
    _insert(QuizItem, [{"activity_id": key, **row} for key, each in written for row in each.items])
    _insert(RubricCriterion, [{"activity_id": key, **row} for key, each in written for row in each.criteria])


def _insert(model: Any, values: list[dict[str, Any]]) -> None:
    if values:
        db.session.execute(sa.insert(model), values)


def _ids(model: Any, version: ProgrammeVersion) -> dict[str, int]:
    """The ids of a version's courses, modules or activities, by key."""
    found = db.session.execute(sa.select(model.key, model.id).where(model.version_id == version.id))
    return {row.key: row.id for row in found}
