"""Judging work: drafts that nobody overwrites, finishing, reopening before the release, correcting after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from lms.assessment import queries
from lms.assessment.actions.beforehand import require_sample_judged
from lms.assessment.actions.factors import multiply
from lms.assessment.actions.gate import let_go
from lms.assessment.actions.versions import NewVersion, add_versions
from lms.assessment.events import WorkJudged
from lms.assessment.models import MarkingTask, MarkVersion
from lms.assessment.ports import Batch
from lms.assessment.queries import RubricView
from lms.assessment.rules import (
    AssessmentRefusal,
    Judgement,
    MarkState,
    Origin,
    Outcome,
    TaskState,
    judge,
    why_not_correct,
    why_not_judge,
    why_not_reopen,
)
from lms.core import audit, events, markdown
from lms.core.db import db, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.curriculum.models import Activity
from lms.people.models import Person
from lms.people.rules import Actor

KEPT = ("correction", "carried", "files", "removed", "snippets")
"""What a draft holds besides the judgement, and keeps when one is written."""


class Unfinished(RuleViolation):
    """The judgement is not complete; `problems` says what is missing, by criterion ("" for the overall comment)."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(AssessmentRefusal.UNFINISHED, count=len(problems))
        self.problems = problems


def save_draft(
    task_id: int,
    judgement: Judgement,
    *,
    version: int,
    actor: Actor,
    now: dt.datetime,
    snippet: str = "",
) -> MarkingTask:
    """Keep what a marker has put down so far; nobody else sees it as a mark.

    `snippet` is a comment of the bank that was put into it.

    Raises Conflict when somebody saved since `version` was read (its `current` is what stands there), RuleViolation
    when the work is finished.
    """
    task = _for_judging(task_id, version, actor)
    rubric = queries.rubric_view(queries.version_id_of(task.cohort_id), task.activity_id, task.part)
    if snippet:
        task.draft = {**task.draft, "snippets": sorted({*task.draft.get("snippets", ()), snippet})}
    _write(task, _known_only(judgement, rubric), actor, now)
    return task


def finalise(
    task_id: int, judgement: Judgement, *, version: int, actor: Actor, now: dt.datetime
) -> MarkingTask:
    """Finish the judgement of a piece of work: its mark stands, and waits for the release.

    The mark of formative work is released at once. Raises Unfinished, with every problem, when a criterion is not
    judged or the comment to the author is missing; otherwise as `save_draft`.
    """
    task = _for_judging(task_id, version, actor)
    version_id = queries.version_id_of(task.cohort_id)
    rubric = queries.rubric_view(version_id, task.activity_id, task.part)
    judgement = _known_only(judgement, rubric)
    outcome = judge(rubric.rules, judgement, queries.late_rule(version_id), task.late_days)
    if outcome.problems:
        raise Unfinished(outcome.problems)
    correction = task.draft.get("correction", {})
    _write(task, judgement, actor, now)
    task.marker_id = actor.person_id
    enter(task, rubric, judgement, outcome, reason=correction.get("reason", ""), now=now)
    return task


def enter(
    task: MarkingTask,
    rubric: RubricView,
    judgement: Judgement,
    outcome: Outcome,
    *,
    reason: str,
    now: dt.datetime,
) -> None:
    """Give every learner of the work the mark of a complete judgement, entered by its marker."""
    if outcome.mark is None:
        raise Unfinished(outcome.problems)
    task.state = TaskState.FINALISED
    task.finalised_at = now
    pairs = add_versions(
        NewVersion(
            place_ids=tuple(task.place_ids["places"]),
            cohort_id=task.cohort_id,
            activity_id=task.activity_id,
            part=task.part,
            value=outcome.mark,
            trace=outcome.trace,
            feedback=feedback_document(rubric, judgement, outcome, beside=task.draft),
            origin=Origin.RUBRIC,
            task_id=task.id,
            entered_by_id=task.marker_id,
            reason=reason,
        ),
        now=now,
    )
    activity = db.session.get_one(Activity, task.activity_id)
    if not activity.group_key:
        let_go(pairs, actor_id=task.marker_id, now=now)
        return
    if rubric.by != "individual":
        multiply(task, pairs, now=now)
    events.record(
        WorkJudged(
            cohort_id=task.cohort_id,
            activity_id=task.activity_id,
            part=task.part,
            task_id=task.id,
            at=now,
        )
    )


def feedback_document(
    rubric: RubricView, judgement: Judgement, outcome: Outcome, *, beside: Mapping[str, Any]
) -> dict[str, Any]:
    """What the learner will read: the comment to the author, each row with its level and comment, annotated files.

    `beside` is the draft: which files are attached to it, and which comments of the bank stand in it.
    """
    rows = {row["key"]: row for row in outcome.trace["rows"]}
    criteria = []
    for words in rubric.words:
        level = int(rows[words.key]["level"])
        band = rubric.rules.band(level)
        comment = judgement.comments.get(words.key, "")
        criteria.append(
            {
                "key": words.key,
                "title": words.title,
                "weight": words.weight,
                "level": level,
                "level_title": band.title if band else "",
                "points": rows[words.key]["points"],
                "words": words.levels[level - 1],
                "comment": markdown.render(comment, heading_from=4) if comment else "",
            }
        )
    return {
        "overall": markdown.render(judgement.overall, heading_from=3),
        "criteria": criteria,
        "comments": 1 + sum(bool(row["comment"]) for row in criteria),
        "files": list(beside.get("files", ())),
        "snippets": queries.standing_snippets(beside.get("snippets", ()), judgement),
    }


def reopen(task_id: int, *, reason: str = "", actor: Actor, now: dt.datetime) -> MarkingTask:
    """Take a finished judgement up again before its release; the mark entered stands no more.

    Raises RuleViolation when it is not finished, or released already.
    """
    task = _locked(task_id)
    refusal = why_not_reopen(task.state)
    if refusal:
        raise RuleViolation(refusal)
    db.session.execute(
        sa.update(MarkVersion)
        .where(
            MarkVersion.task_id == task.id,
            MarkVersion.state.in_((MarkState.FINALISED, MarkState.MODERATED)),
        )
        .values(state=MarkState.REPLACED)
    )
    _to_draft(task, actor, "assessment.reopen", reason, now)
    return task


def correct(task_id: int, *, reason: str, actor: Actor, now: dt.datetime) -> MarkingTask:
    """Begin to correct a released mark: learners see the old one until the new one is released.

    Raises RuleViolation without a reason, or when the mark is not released.
    """
    task = _locked(task_id)
    refusal = why_not_correct(task.state, reason)
    if refusal:
        raise RuleViolation(refusal)
    task.draft = {**task.draft, "correction": {"reason": reason.strip(), "by": actor.person_id}}
    _to_draft(task, actor, "assessment.correct", reason.strip(), now)
    return task


def _to_draft(task: MarkingTask, actor: Actor, action: str, reason: str, now: dt.datetime) -> None:
    before, task.state = task.state, TaskState.DRAFT
    task.version += 1
    task.finalised_at = None
    task.saved_at = now
    task.saved_by_id = actor.person_id
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="marking_task",
            subject_id=task.id,
            cohort_id=task.cohort_id,
            before={"state": before.value},
            after={"state": task.state.value},
            reason=reason,
        )
    )


def _locked(task_id: int) -> MarkingTask:
    task: MarkingTask | None = locked(MarkingTask, task_id)
    if task is None:
        raise NotFound
    return task


def _for_judging(task_id: int, version: int, actor: Actor) -> MarkingTask:
    task = _locked(task_id)
    refusal = why_not_judge(task.state)
    if version != task.version:
        saver = db.session.get(Person, task.saved_by_id) if task.saved_by_id else None
        own = task.saved_by_id == actor.person_id
        raise Conflict(
            refusal or (AssessmentRefusal.SAVED_BY_YOU if own else AssessmentRefusal.SAVED_ELSEWHERE),
            current=Judgement.read(task.draft),
            who=saver.name if saver else "Somebody",
        )
    if refusal:
        raise RuleViolation(refusal)
    if queries.barred(actor.person_id, task.place_ids["places"]):
        raise RuleViolation(AssessmentRefusal.BARRED)
    if task.marker_id != actor.person_id and task.id in queries.unseen_by(actor, task.cohort_id).tasks:
        raise RuleViolation(AssessmentRefusal.YOURS_SECOND)
    require_sample_judged(Batch(task.cohort_id, task.activity_id, task.part), actor)
    return task


def _known_only(judgement: Judgement, rubric: RubricView) -> Judgement:
    """Only what belongs to the rubric; a form from another page brings nothing in."""
    keys = {row.key for row in rubric.rules.criteria}
    return replace(
        judgement,
        levels={key: level for key, level in judgement.levels.items() if key in keys},
        points={key: points for key, points in judgement.points.items() if key in keys},
        comments={key: text for key, text in judgement.comments.items() if key in keys},
    )


def _write(task: MarkingTask, judgement: Judgement, actor: Actor, now: dt.datetime) -> None:
    kept: dict[str, Any] = {name: task.draft[name] for name in KEPT if name in task.draft}
    task.draft = {**judgement.document(), **kept}
    task.state = TaskState.DRAFT
    task.version += 1
    task.saved_at = now
    task.saved_by_id = actor.person_id
    if task.marker_id is None:
        task.marker_id = actor.person_id
    db.session.flush()


def recount(task: MarkingTask, *, reason: str, now: dt.datetime) -> None:
    """Work out the mark of a finished judgement again after its late days changed; the marker stays the same."""
    version_id = queries.version_id_of(task.cohort_id)
    rubric = queries.rubric_view(version_id, task.activity_id, task.part)
    judgement = Judgement.read(task.draft)
    outcome = judge(rubric.rules, judgement, queries.late_rule(version_id), task.late_days)
    enter(task, rubric, judgement, outcome, reason=reason, now=now)
    task.version += 1
    db.session.flush()
