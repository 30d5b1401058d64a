"""A marking pack comes back: kept and tried first, then taken piece by piece, by the same verbs as the desk."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from lms.assessment import queries
from lms.assessment.actions.annotated import replaced
from lms.assessment.actions.beforehand import require_sample_judged
from lms.assessment.actions.judging import Unfinished, finalise, save_draft
from lms.assessment.models import MarkingTask, PackReturn
from lms.assessment.ports import Batch
from lms.assessment.queries import BatchView, Judged, ReturnView
from lms.assessment.rules import AssessmentRefusal, Verdict
from lms.assessment.rules.pack_files import Returned
from lms.assessment.rules.packs import Row
from lms.core import audit, files
from lms.core.db import db, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.people.rules import Actor

PDF = "application/pdf"


def keep_return(
    view: BatchView,
    name: str,
    rows: Sequence[Row],
    returned: Returned,
    *,
    given: Collection[str],
    actor: Actor,
    now: dt.datetime,
) -> PackReturn:
    """Keep what came back, so that it can be looked at before anything is taken.

    `given` are the hashes of the files that went out: what comes back as it was is no annotation. Raises RuleViolation
    where its marker is to judge a sample first.
    """
    require_sample_judged(Batch(view.cohort.id, view.activity.id, view.part), actor)
    folders = {line.piece.label: line.piece.public_id for line in queries.pack_lines(view, actor)}
    left_out = list(returned.left_out)
    kept: list[dict[str, Any]] = []
    for folder, called, data in returned.pdfs:
        if folder not in folders:
            left_out.append(f"{files.safe_name(called)}: its folder “{folder[:40]}” is none of your pack")
        elif hashlib.sha256(data).hexdigest() not in given:
            row = files.keep_bytes(
                data,
                files.safe_name(called),
                content_type=PDF,
                owner_id=actor.person_id,
                purpose="feedback",
                now=now,
            )
            kept.append(
                {
                    "piece": folders[folder],
                    "public_id": row.public_id,
                    "name": row.name,
                    "size": row.size,
                    "sha256": row.sha256,
                }
            )
    found = PackReturn(
        person_id=actor.person_id,
        cohort_id=view.cohort.id,
        activity_id=view.activity.id,
        part=view.part,
        name=files.safe_name(name),
        rows=[
            {
                "number": row.number,
                "piece": row.piece,
                "version": row.version,
                "base": row.base,
                "judgement": row.judgement.document(),
                "problems": list(row.problems),
            }
            for row in rows
        ],
        files=kept,
        left_out=left_out,
        at=now,
        outcome={},
    )
    db.session.add(found)
    db.session.flush()
    return found


@dataclass
class Taken:
    """What came of taking a pack."""

    taken: int = 0
    finished: int = 0
    unfinished: int = 0
    """Taken as drafts although they were to be finished: something is missing in them."""
    files: int = 0
    changed: int = 0
    """Left alone: somebody changed them between the look and the taking."""


def take_return(view: ReturnView, *, finish: bool, actor: Actor, now: dt.datetime) -> Taken:
    """Write what a pack brought: every row that is to be taken, as a draft or finished, and its annotated files.

    Each piece goes through the desk's own verbs with the version that was looked at, so a conflict stays a conflict.
    Raises RuleViolation when this pack was taken before.
    """
    row = locked(PackReturn, view.id)
    if row is None:
        raise NotFound
    if row.applied_at is not None:
        raise RuleViolation(AssessmentRefusal.PACK_TAKEN)
    require_sample_judged(Batch(row.cohort_id, row.activity_id, row.part), actor)
    done = Taken()
    for one in queries.judged(view, actor):
        if one.line is None:
            continue
        if one.files:
            done.files += _attach(one, actor, now)
        if one.verdict is Verdict.TAKEN:
            _take(one, done, finish=finish, actor=actor, now=now)
    row.applied_at = now
    row.outcome = {"taken": done.taken, "finished": done.finished, "files": done.files}
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="assessment.take_pack",
            subject="pack_return",
            subject_id=row.id,
            cohort_id=row.cohort_id,
            after=row.outcome,
        )
    )
    return done


def _take(one: Judged, done: Taken, *, finish: bool, actor: Actor, now: dt.datetime) -> None:
    assert one.line is not None  # noqa: S101  # nosec B101 - judged by the caller
    version = one.line.piece.version
    try:
        if finish:
            try:
                finalise(one.line.task_id, one.row.judgement, version=version, actor=actor, now=now)
                done.finished += 1
            except Unfinished:
                save_draft(one.line.task_id, one.row.judgement, version=version, actor=actor, now=now)
                done.unfinished += 1
        else:
            save_draft(one.line.task_id, one.row.judgement, version=version, actor=actor, now=now)
        done.taken += 1
    except (Conflict, RuleViolation):
        done.changed += 1


def _attach(one: Judged, actor: Actor, now: dt.datetime) -> int:
    """Put annotated files beside the judgement; one of the same name takes the place of the one before."""
    assert one.line is not None  # noqa: S101  # nosec B101 - judged by the caller
    task: MarkingTask | None = locked(MarkingTask, one.line.task_id)
    if task is None:
        return 0
    replaced(task, one.files, actor=actor, now=now)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="assessment.attach",
            subject="marking_task",
            subject_id=task.id,
            cohort_id=task.cohort_id,
            after={"files": len(one.files)},
        )
    )
    return len(one.files)
