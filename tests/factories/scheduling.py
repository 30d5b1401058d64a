"""Changes of dates for tests, through the real actions."""

from __future__ import annotations

import datetime as dt

from lms.cohorts.queries import CohortView
from lms.core.uow import unit_of_work
from lms.people.rules import Actor
from lms.scheduling import actions, queries
from lms.scheduling.actions import Publishing
from lms.scheduling.queries import Wanted
from lms.scheduling.rules import Act, setting_for
from tests.factories import world


def wanted(cohort: CohortView, key: str, act: Act, *, by: dt.timedelta = dt.timedelta()) -> Wanted:
    """One act on one item; a move by a span."""
    graph = queries.graph(cohort)
    at = graph.standing[key]
    setting = setting_for(graph, key, act, starts_at=at.starts_at + by, ends_at=at.ends_at + by)
    return Wanted({key: setting})


def publish(
    cohort: CohortView,
    key: str,
    act: Act,
    *,
    by: dt.timedelta = dt.timedelta(),
    note: str = "Because of a holiday.",
    announced: bool = True,
    actor: Actor | None = None,
) -> int:
    """Publish one act on one item; the number of the release."""
    publishing = Publishing(
        cohort_id=cohort.id,
        wanted=wanted(cohort, key, act, by=by),
        version=queries.schedule(cohort.id).version,
        note=note,
        announced=announced,
    )
    with unit_of_work() as work:
        return actions.publish(publishing, actor=actor or world.director(), now=work.now).number


def undo(cohort: CohortView, number: int, *, version: int | None = None) -> int:
    """Undo a release; the number of the new one."""
    publishing = Publishing(
        cohort_id=cohort.id,
        wanted=Wanted(),
        version=version or queries.schedule(cohort.id).version,
        note="It was a mistake.",
    )
    with unit_of_work() as work:
        return actions.undo(number, publishing, actor=world.director(), now=work.now).number
