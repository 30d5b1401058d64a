"""Recording what a run comes to as marks; they wait for the one release gate like all others."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lms.assessment import actions as assessment
from lms.assessment.rules import Origin
from lms.core.errors import Conflict, RuleViolation
from lms.people.rules import Actor
from lms.simulations import queries
from lms.simulations.actions.held import run_held, write_down
from lms.simulations.queries import RunView
from lms.simulations.rules import Phase, RunRefusal


@dataclass(frozen=True, slots=True)
class Recording:
    """What was recorded."""

    fresh: int
    changed: int


def record_marks(view: RunView, *, stamp: str, reason: str, actor: Actor, now: dt.datetime) -> Recording:
    """Record the marks of a run as they were looked at; nothing is released by this.

    What a person decided since by hand is left alone. Raises Conflict when the figures are not those of the stamp any
    more, RuleViolation when there is nothing to record, or a figure changes without a reason.
    """
    run = run_held(view.id, Phase.DEBRIEF, Phase.ENDED)
    found = queries.run_marks(view)
    if found.activity_id is None:
        raise RuleViolation(RunRefusal.NO_MARK_HERE)
    wanted = found.to_record
    if not wanted:
        raise RuleViolation(RunRefusal.NOTHING_TO_RECORD)
    if found.stamp != stamp:
        raise Conflict(RunRefusal.FIGURES_MOVED)
    changed = sum(one.changes for one in wanted)
    if changed and not reason.strip():
        raise RuleViolation(RunRefusal.REASON)
    assessment.record_marks(
        [
            assessment.Recorded(
                place_id=one.place_id,
                cohort_id=view.cohort_id,
                activity_id=found.activity_id,
                value=one.mark.value,
                origin=Origin.SIMULATION,
                trace=one.trace,
                reason=reason.strip() if one.changes else "",
            )
            for one in wanted
            if one.mark.value is not None
        ],
        actor=actor,
        now=now,
    )
    write_down(
        run, "record_marks", actor, after={"recorded": len(wanted), "changed": changed}, reason=reason.strip()
    )
    return Recording(len(wanted) - changed, changed)
