"""A programme as one canonical document: what is hashed, stored and compared."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from lms.curriculum.content import schema
from lms.curriculum.content.reader import ModuleContent, ProgrammeContent

PROSE = (
    "prepare",
    "takeaway",
    "speaker_profile",
    "prompt",
    "good_reply",
    "intro",
    "text",
    "guide_duty",
)
"""Keys of activities that hold Markdown (a simulation's `brief` too; a milestone's names a file)."""


def document(content: ProgrammeContent) -> dict[str, Any]:
    """Everything that authors wrote, in one plain document."""
    return {
        "programme": content.programme.model_dump(mode="json"),
        "competencies": content.competencies.model_dump(mode="json"),
        "policies": content.policies.model_dump(mode="json"),
        "courses": [
            {
                "course": course.course.model_dump(mode="json"),
                "modules": [_module(module) for module in course.modules],
            }
            for course in content.courses
        ],
    }


def _module(content: ModuleContent) -> dict[str, Any]:
    head = content.module.model_dump(mode="json", exclude={"activities"})
    return {"module": head, "activities": [_activity(each, content) for each in content.module.activities]}


def _activity(activity: schema.Activity, content: ModuleContent) -> dict[str, Any]:
    spec = activity.model_dump(mode="json", exclude_none=True)
    result: dict[str, Any] = {"spec": spec}
    if text := content.texts.get(activity.id):
        result["head"] = text.head.model_dump(mode="json", exclude_none=True)
        result["body"] = text.body
    if bank := content.banks.get(activity.id):
        result["bank"] = bank.quiz.model_dump(mode="json", exclude_none=True)
    return result


def content_hash(document: dict[str, Any]) -> str:
    """SHA-256 of the document in canonical JSON: the same content is the same version."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
