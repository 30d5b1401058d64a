"""What acts take under lock, and how they write down what they did."""

from __future__ import annotations

from typing import Any

from lms.core import audit
from lms.core.db import locked
from lms.core.errors import NotFound, RuleViolation
from lms.people.rules import Actor
from lms.simulations.models import Round, Run
from lms.simulations.rules import Phase, RunRefusal


def run_held(run_id: int, *phases: Phase) -> Run:
    """A run under lock. Raises RuleViolation where it is in none of these phases."""
    run: Run | None = locked(Run, run_id)
    if run is None:
        raise NotFound
    if phases and run.phase not in phases:
        raise RuleViolation(RunRefusal.WRONG_PHASE, phase=run.phase.value)
    return run


def round_held(run_id: int, round_id: int) -> Round:
    """A round of a run under lock."""
    row: Round | None = locked(Round, round_id)
    if row is None or row.run_id != run_id:
        raise NotFound
    return row


def write_down(
    run: Run,
    verb: str,
    actor: Actor | None,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Put an act on a run into the audit log."""
    audit.record(
        audit.Entry(
            actor_id=actor.person_id if actor else None,
            action=f"simulations.{verb}",
            subject="simulation_run",
            subject_id=run.id,
            cohort_id=run.cohort_id,
            before=before,
            after=after,
            reason=reason,
        )
    )
