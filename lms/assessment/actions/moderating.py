"""What moderation does to marks: the mark that two markers agreed on, and "moderated" once a sample is done."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import sqlalchemy as sa

from lms.assessment import queries, rules
from lms.assessment.actions.factors import multiply
from lms.assessment.actions.versions import PENDING, NewVersion, add_versions
from lms.assessment.models import Mark, MarkingTask, MarkVersion
from lms.assessment.ports import Batch
from lms.assessment.rules import AssessmentRefusal, MarkState, Origin, TaskState, late_factor
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.people.rules import Actor


def agree(
    task_id: int,
    mark: Fraction,
    *,
    first: Fraction,
    second: Fraction,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Enter the mark that was agreed on after two markers differed, as a version by whoever settled it.

    The levels and comments of the first marker stay; lateness and factors apply as before. Raises RuleViolation when
    the work is not finished, or its mark is released.
    """
    task: MarkingTask | None = locked(MarkingTask, task_id)
    if task is None:
        raise NotFound
    if task.state is not TaskState.FINALISED:
        released = task.state is TaskState.RELEASED
        raise RuleViolation(AssessmentRefusal.RELEASED if released else AssessmentRefusal.NOT_FINALISED)
    late = queries.late_rule(queries.version_id_of(task.cohort_id))
    factor = late_factor(late, task.late_days)
    standing = db.session.scalars(
        sa.select(MarkVersion)
        .join(Mark, sa.and_(Mark.id == MarkVersion.mark_id, Mark.latest_version == MarkVersion.number))
        .where(MarkVersion.task_id == task.id)
        .order_by(MarkVersion.id)
    ).first()
    value = mark * factor
    facts = [
        rules.fact("First marker", rules.shown(first)),
        rules.fact("Second marker", rules.shown(second), note="blind to the first"),
        rules.fact("Agreed", rules.shown(mark)),
    ]
    if factor != 1:
        facts.append(rules.fact("Late", f"× {rules.plain(factor)}"))
    facts.append(rules.fact("Mark", rules.shown(value), note=f"exactly {rules.exact(value)}"))
    before = standing.trace if standing else {}
    pairs = add_versions(
        NewVersion(
            place_ids=tuple(task.place_ids["places"]),
            cohort_id=task.cohort_id,
            activity_id=task.activity_id,
            part=task.part,
            value=value,
            trace={
                "mark": rules.exact(value),
                "before_late": rules.exact(mark),
                "late_days": task.late_days,
                "rows": before.get("rows", []),
                "facts": facts,
            },
            feedback=standing.feedback if standing else {},
            origin=Origin.RUBRIC,
            task_id=task.id,
            entered_by_id=actor.person_id,
            reason=reason,
        ),
        now=now,
    )
    if (
        queries.rubric_view(queries.version_id_of(task.cohort_id), task.activity_id, task.part).by
        != "individual"
    ):
        multiply(task, pairs, now=now)


def moderated(batch: Batch) -> int:
    """Say of the batch's marks that stand and wait that they are moderated; returns how many."""
    ids = db.session.scalars(
        sa.select(MarkVersion.id)
        .join(Mark, sa.and_(Mark.id == MarkVersion.mark_id, Mark.latest_version == MarkVersion.number))
        .where(
            Mark.cohort_id == batch.cohort_id,
            Mark.activity_id == batch.activity_id,
            Mark.part == batch.part,
            MarkVersion.state.in_(PENDING),
        )
    ).all()
    db.session.execute(
        sa.update(MarkVersion).where(MarkVersion.id.in_(ids)).values(state=MarkState.MODERATED)
    )
    return len(ids)
