"""A new cohort gets its schedule at once."""

from __future__ import annotations

from lms.cohorts.events import CohortCreated
from lms.core import events
from lms.scheduling import actions


@events.on(CohortCreated)
def build_schedule(event: CohortCreated) -> None:
    """Build release 1 in the transaction that creates the cohort."""
    actions.build(event.cohort_id, actor_id=event.actor_id, now=event.at)
