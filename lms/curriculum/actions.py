"""Publishing: a checked programme becomes an immutable version, whole or not at all."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from lms.core import audit, events, markdown
from lms.core.db import db
from lms.core.errors import LmsError
from lms.curriculum import rules
from lms.curriculum.content import canonical
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
    _competencies(version, document["competencies"])
    _courses(version, document["courses"])
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


def _competencies(version: ProgrammeVersion, document: dict[str, Any]) -> None:
    for position, each in enumerate(document["competencies"], start=1):
        db.session.add(Competency(version_id=version.id, position=position, **each))


def _courses(version: ProgrammeVersion, courses: list[dict[str, Any]]) -> None:
    module_at = activity_at = 0
    for course_at, each in enumerate(courses, start=1):
        head = each["course"]
        course = Course(
            version_id=version.id,
            position=course_at,
            key=head["id"],
            letter=head["letter"],
            title=head["title"],
            kind=head["kind"],
            tagline=head["tagline"],
            description_html=markdown.render(head["description"]),
            groups=head["groups"],
        )
        db.session.add(course)
        db.session.flush()
        for inner in each["modules"]:
            module_at += 1
            module = _module(course, inner, module_at)
            for written in inner["activities"]:
                activity_at += 1
                _activity(module, written, activity_at)


def _module(course: Course, document: dict[str, Any], position: int) -> Module:
    head = document["module"]
    required = [
        each["spec"]["id"]
        for each in document["activities"]
        if each["spec"]["required"] and each["spec"]["kind"] not in rules.NEVER_DONE
    ]
    module = Module(
        version_id=course.version_id,
        course_id=course.id,
        position=position,
        key=head["id"],
        code=head["code"],
        title=head["title"],
        teach_from=head["teach"][0],
        teach_to=head["teach"][1],
        outcome=head["outcome"],
        why_html=markdown.render(head["why"]),
        outcomes=head["outcomes"],
        codes=head["codes"],
        rule=rules.explicit_rule(head["complete"]) if head.get("complete") else rules.default_rule(required),
    )
    db.session.add(module)
    db.session.flush()
    return module


def _activity(module: Module, written: dict[str, Any], position: int) -> None:
    spec, head = written["spec"], written.get("head", {})
    is_reading = spec["kind"] == "reading"
    activity = Activity(
        version_id=module.version_id,
        course_id=module.course_id,
        module_id=module.id,
        position=position,
        key=spec["id"],
        kind=spec["kind"],
        code=spec.get("code", ""),
        title=head["title"] if is_reading else spec["title"],
        summary=head["summary"] if is_reading else spec.get("summary", ""),
        required=spec["required"],
        minutes=head["minutes"] if is_reading else spec["minutes"],
        group_key=spec.get("group", ""),
        weight=spec.get("weight"),
        codes=head["codes"] if is_reading else spec["codes"],
        spec={**spec, "head": head} if head else spec,
        html=_html(spec, written),
    )
    db.session.add(activity)
    db.session.flush()
    for at, item in enumerate(written.get("bank", {}).get("items", []), start=1):
        db.session.add(_item(activity, item, at))
    _rubrics(activity, spec, head)


def _html(spec: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    html = {name: markdown.render(spec[name]) for name in canonical.PROSE if name in spec}
    if spec["kind"] == "simulation":
        html["brief"] = markdown.render(spec["brief"])
    if "body" in written:
        html["body"] = markdown.render(written["body"])
    if "bank" in written:
        html["intro"] = markdown.render(written["bank"]["intro"])
    return html


def _item(activity: Activity, item: dict[str, Any], position: int) -> QuizItem:
    html: dict[str, Any] = {
        name: markdown.render(item[name], heading_from=3)
        for name in ("case", "prompt", "explanation")
        if name in item
    }
    html["options"] = [
        {"text": markdown.render(option["text"]), "feedback": markdown.render(option["feedback"])}
        for option in item.get("options", [])
    ]
    return QuizItem(
        activity_id=activity.id,
        position=position,
        key=item["id"],
        kind=item["kind"],
        points=item["points"],
        codes=item["codes"],
        spec=item,
        html=html,
    )


def _rubrics(activity: Activity, spec: dict[str, Any], head: dict[str, Any]) -> None:
    parts = [
        (part["id"], part["title"], part["points"], part["by"], part["rubric"])
        for part in spec.get("parts", [])
    ]
    if not parts and head.get("rubric"):
        parts = [("", "", None, "", head["rubric"])]
    for key, title, points, by, rubric in parts:
        for position, row in enumerate(rubric["criteria"], start=1):
            db.session.add(
                RubricCriterion(
                    activity_id=activity.id,
                    part=key,
                    part_title=title,
                    part_points=points,
                    part_by=by,
                    position=position,
                    key=row["id"],
                    title=row["title"],
                    weight=row["weight"],
                    codes=row["codes"],
                    levels=row["levels"],
                )
            )
