"""A team's mark becomes each member's: times the member's factor, as a version of its own that waits for the gate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment import ports, rules
from lms.assessment.actions.versions import NewVersion, add_versions, current_versions, value_of
from lms.assessment.models import Mark, MarkingTask, MarkVersion
from lms.assessment.ports import Factor
from lms.assessment.rules import MarkState, Origin, TaskState
from lms.core.db import db
from lms.curriculum.models import RubricCriterion

HIGHEST = Fraction(100)
GROUP = "group"
"""Where a trace keeps the team's mark, exactly."""


def multiply(task: MarkingTask, pairs: Sequence[tuple[Mark, MarkVersion]], *, now: dt.datetime) -> int:
    """Multiply a team's mark that was just entered by the factors of its members that are settled; returns how many."""
    found = ports.factors(task.activity_id, [mark.place_id for mark, _version in pairs])
    for mark, version in pairs:
        if mark.place_id in found:
            _multiplied(mark, version, found[mark.place_id], now)
    return len(found)


def multiply_again(activity_id: int, place_ids: Collection[int], *, now: dt.datetime) -> int:
    """Work the marks of a team out anew after its factors were settled, or settled otherwise; returns how many changed.

    What is not released yet is replaced; what learners see already is corrected by a version that waits for the gate.
    """
    individual = sa.select(RubricCriterion.part).where(
        RubricCriterion.activity_id == activity_id, RubricCriterion.part_by == "individual"
    )
    marks = list(
        db.session.scalars(
            sa.select(Mark)
            .where(
                Mark.activity_id == activity_id,
                Mark.place_id.in_(list(place_ids)),
                Mark.part.not_in(individual),
            )
            .order_by(Mark.place_id, Mark.part)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
    versions = current_versions(marks)
    found = ports.factors(activity_id, place_ids)
    reopened = _reopened({version.task_id for version in versions.values() if version.task_id})
    changed = 0
    for mark in marks:
        version, factor = versions[mark.id], found.get(mark.place_id)
        stands = version.origin == Origin.RUBRIC and version.state is not MarkState.REPLACED
        if factor is None or not stands or version.task_id in reopened:
            continue
        if version.trace.get("factor") != rules.exact(factor.value):
            _multiplied(mark, version, factor, now)
            changed += 1
    return changed


def _reopened(task_ids: set[int]) -> set[int]:
    """Work that is being judged anew: its mark comes with the factor when it is finished."""
    return set(
        db.session.scalars(
            sa.select(MarkingTask.id).where(
                MarkingTask.id.in_(task_ids),
                MarkingTask.state.not_in((TaskState.FINALISED, TaskState.RELEASED)),
            )
        )
    )


def _multiplied(mark: Mark, version: MarkVersion, factor: Factor, now: dt.datetime) -> None:
    before = version.trace
    group = rules.read_exact(before[GROUP]) if GROUP in before else value_of(version)
    value = min(HIGHEST, group * factor.value)
    inner: list[dict[str, Any]] = before.get("group_facts") or before.get("facts", [])
    times = f"× {rules.plain(factor.value)}"
    capped = "; no mark is above 100" if group * factor.value > HIGHEST else ""
    facts = [
        rules.fact("The team's mark", rules.shown(group), parts=inner),
        rules.fact("Your contribution", times, parts=[dict(line) for line in factor.facts]),
        rules.fact(
            "Mark",
            rules.shown(value),
            bound=f"group {rules.shown(group)} {times}",
            note=f"exactly {rules.exact(value)}{capped}; shown cut to one decimal, never rounded",
        ),
    ]
    add_versions(
        NewVersion(
            place_ids=(mark.place_id,),
            cohort_id=mark.cohort_id,
            activity_id=mark.activity_id,
            part=mark.part,
            value=value,
            trace={
                **before,
                "mark": rules.exact(value),
                GROUP: rules.exact(group),
                "factor": rules.exact(factor.value),
                "group_facts": inner,
                "facts": facts,
            },
            feedback=version.feedback,
            origin=Origin.RUBRIC,
            task_id=version.task_id,
            entered_by_id=version.entered_by_id,
            reason=f"Group {rules.shown(group)} {times}. {factor.reason}".strip(),
        ),
        now=now,
    )
