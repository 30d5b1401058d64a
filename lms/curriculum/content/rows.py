"""A programme as the rows that publishing writes: pure. Publishing inserts them; comparing two versions reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lms.core import markdown
from lms.curriculum import rules
from lms.curriculum.content import canonical

Row = dict[str, Any]


@dataclass(frozen=True)
class ActivityRows:
    """An activity with its bank and its rubrics."""

    row: Row
    items: list[Row] = field(default_factory=list)
    criteria: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class ModuleRows:
    """A module with its activities."""

    row: Row
    activities: list[ActivityRows]


@dataclass(frozen=True)
class CourseRows:
    """A course with its modules."""

    row: Row
    modules: list[ModuleRows]


def competencies(document: Row) -> list[Row]:
    """The framework's rows."""
    return [{"position": position, **each} for position, each in enumerate(document["competencies"], start=1)]


def courses(document: list[Row]) -> list[CourseRows]:
    """Courses down to rubric rows; positions count through the programme."""
    module_at = activity_at = 0
    found = []
    for course_at, each in enumerate(document, start=1):
        modules = []
        for inner in each["modules"]:
            module_at += 1
            activities = []
            for written in inner["activities"]:
                activity_at += 1
                activities.append(activity(written, activity_at))
            modules.append(ModuleRows(_module(inner, module_at), activities))
        found.append(CourseRows(_course(each["course"], course_at), modules))
    return found


def _course(head: Row, position: int) -> Row:
    return {
        "position": position,
        "key": head["id"],
        "letter": head["letter"],
        "title": head["title"],
        "kind": head["kind"],
        "tagline": head["tagline"],
        "description_html": markdown.render(head["description"]),
        "groups": head["groups"],
    }


def _module(document: Row, position: int) -> Row:
    head = document["module"]
    required = [
        each["spec"]["id"]
        for each in document["activities"]
        if each["spec"]["required"] and each["spec"]["kind"] not in rules.NEVER_DONE
    ]
    given = head.get("complete")
    return {
        "position": position,
        "key": head["id"],
        "code": head["code"],
        "title": head["title"],
        "teach_from": head["teach"][0],
        "teach_to": head["teach"][1],
        "outcome": head["outcome"],
        "why_html": markdown.render(head["why"]),
        "outcomes": head["outcomes"],
        "codes": head["codes"],
        "rule": rules.explicit_rule(given) if given else rules.default_rule(required),
    }


def activity(written: Row, position: int) -> ActivityRows:
    """The rows of one activity as it stands in the canonical document."""
    spec, head = written["spec"], written.get("head", {})
    is_reading = spec["kind"] == "reading"
    row = {
        "position": position,
        "key": spec["id"],
        "kind": spec["kind"],
        "code": spec.get("code", ""),
        "title": head["title"] if is_reading else spec["title"],
        "summary": head["summary"] if is_reading else spec.get("summary", ""),
        "required": spec["required"],
        "minutes": head["minutes"] if is_reading else spec["minutes"],
        "group_key": spec.get("group", ""),
        "weight": spec.get("weight"),
        "codes": head["codes"] if is_reading else spec["codes"],
        "spec": _spec(written),
        "html": _html(spec, written),
    }
    bank = written.get("bank", {}).get("items", [])
    items = [_item(item, at) for at, item in enumerate(bank, start=1)]
    return ActivityRows(row, items, _criteria(spec, head))


def _spec(written: Row) -> Row:
    """The author's keys of an activity, with the head of its file and what its bank says besides its questions."""
    spec = dict(written["spec"])
    if written.get("head"):
        spec["head"] = written["head"]
    if "bank" in written:
        spec["bank"] = {name: value for name, value in written["bank"].items() if name != "items"}
    return spec


def _html(spec: Row, written: Row) -> Row:
    html = {name: markdown.render(spec[name]) for name in canonical.PROSE if name in spec}
    if spec["kind"] == "simulation":
        html["brief"] = markdown.render(spec["brief"])
    if "body" in written:
        html["body"] = markdown.render(written["body"])
    if "bank" in written:
        html["intro"] = markdown.render(written["bank"]["intro"])
    return html


def _item(item: Row, position: int) -> Row:
    html: Row = {
        name: markdown.render(item[name], heading_from=3)
        for name in ("case", "prompt", "explanation")
        if name in item
    }
    html["options"] = [
        {"text": markdown.render(option["text"]), "feedback": markdown.render(option["feedback"])}
        for option in item.get("options", [])
    ]
    return {
        "position": position,
        "key": item["id"],
        "kind": item["kind"],
        "points": item["points"],
        "codes": item["codes"],
        "spec": item,
        "html": html,
    }


def _criteria(spec: Row, head: Row) -> list[Row]:
    parts = [
        (part["id"], part["title"], part["points"], part["by"], part["rubric"])
        for part in spec.get("parts", [])
    ]
    if not parts and head.get("rubric"):
        parts = [("", "", None, "", head["rubric"])]
    return [
        {
            "part": key,
            "part_title": title,
            "part_points": points,
            "part_by": by,
            "position": position,
            "key": row["id"],
            "title": row["title"],
            "weight": row["weight"],
            "codes": row["codes"],
            "levels": row["levels"],
        }
        for key, title, points, by, rubric in parts
        for position, row in enumerate(rubric["criteria"], start=1)
    ]
