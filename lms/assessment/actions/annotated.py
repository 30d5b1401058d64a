"""Annotated files beside a judgement: taken off the desk again and put back; who did it and when stays beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from lms.assessment.models import MarkingTask
from lms.assessment.rules import why_not_judge
from lms.core import audit
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.people.rules import Actor

PARTS = ("public_id", "name", "size")


def replaced(
    task: MarkingTask, fresh: Collection[Mapping[str, Any]], *, actor: Actor, now: dt.datetime
) -> None:
    """Put files beside a judgement; one of the same name gives way and is kept as removed."""
    names = {file["name"] for file in fresh}
    there = list(task.draft.get("files", ()))
    _write(
        task,
        [*(file for file in there if file["name"] not in names), *(_plain(file) for file in fresh)],
        [*_removed(task), *(_taken_off(file, actor, now) for file in there if file["name"] in names)],
    )


def remove_file(task_id: int, file: str, *, actor: Actor, now: dt.datetime) -> MarkingTask:
    """Take an annotated file off: it does not go to the author, and is kept here.

    Raises NotFound where it is not there, RuleViolation where the judgement is finished.
    """
    task = _open(task_id)
    there = list(task.draft.get("files", ()))
    found = _one(there, file)
    _write(
        task,
        [one for one in there if one["public_id"] != file],
        [*_removed(task), _taken_off(found, actor, now)],
    )
    _note(task, "assessment.remove_file", file, actor)
    return task


def put_file_back(task_id: int, file: str, *, actor: Actor, now: dt.datetime) -> MarkingTask:
    """Put back an annotated file that was taken off; one of the same name gives way. Raises as `remove_file` does."""
    task = _open(task_id)
    found = _one(_removed(task), file)
    task.draft = {
        **task.draft,
        "removed": [one for one in _removed(task) if one["public_id"] != file],
    }
    replaced(task, [found], actor=actor, now=now)
    _note(task, "assessment.put_file_back", file, actor)
    return task


def _open(task_id: int) -> MarkingTask:
    task: MarkingTask | None = locked(MarkingTask, task_id)
    if task is None:
        raise NotFound
    refusal = why_not_judge(task.state)
    if refusal:
        raise RuleViolation(refusal)
    return task


def _one(files: Collection[Mapping[str, Any]], file: str) -> Mapping[str, Any]:
    found = next((one for one in files if one["public_id"] == file), None)
    if found is None:
        raise NotFound
    return found


def _removed(task: MarkingTask) -> list[Any]:
    return list(task.draft.get("removed", ()))


def _plain(file: Mapping[str, Any]) -> dict[str, Any]:
    return {key: file[key] for key in PARTS}


def _taken_off(file: Mapping[str, Any], actor: Actor, now: dt.datetime) -> dict[str, Any]:
    return {**_plain(file), "by": actor.name, "at": now.isoformat()}


def _write(task: MarkingTask, files: list[Any], removed: list[Any]) -> None:
    task.draft = {**task.draft, "files": files, "removed": removed}
    db.session.flush()


def _note(task: MarkingTask, action: str, file: str, actor: Actor) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="marking_task",
            subject_id=task.id,
            cohort_id=task.cohort_id,
            after={"file": file},
        )
    )
