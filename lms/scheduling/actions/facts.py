"""Instants and holds that higher domains push down: a milestone approved, work handed in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core import events
from lms.core.db import db, insert_ignoring, locked
from lms.core.errors import NotFound
from lms.scheduling import queries, rules
from lms.scheduling.actions.publishing import write
from lms.scheduling.events import PersonalDateChanged
from lms.scheduling.models import (
    Override,
    OverrideScope,
    Schedule,
    ScheduledItem,
    ScheduleFact,
    ScheduleHold,
)
from lms.scheduling.rules import Moved

FOLLOWS = "Follows: {item} {kind}."


def hold(item_id: int, reason: str, *, now: dt.datetime) -> None:
    """From now on the item moves only with consent; the same reason twice is one hold."""
    insert_ignoring(ScheduleHold.__table__, [{"item_id": item_id, "reason": reason[:200], "at": now}])


def record_fact(
    cohort_id: int,
    item_key: str,
    kind: str,
    *,
    at: dt.datetime,
    scope: OverrideScope,
    scope_id: int | None,
    details: dict[str, Any] | None = None,
) -> None:
    """Record an instant that dates hang on, and date anew what hangs on it for those whom it concerns.

    The same fact at the same instant twice is one fact. A later one for the same item replaces its consequences.
    """
    known = db.session.scalar(
        sa.select(ScheduleFact.id).where(
            ScheduleFact.cohort_id == cohort_id,
            ScheduleFact.item_key == item_key,
            ScheduleFact.kind == kind,
            ScheduleFact.scope == scope,
            ScheduleFact.scope_id == scope_id if scope_id is not None else ScheduleFact.scope_id.is_(None),
            ScheduleFact.at == at,
        )
    )
    if known is not None:
        return
    cohort = cohorts.by_id(cohort_id)
    if item_key not in queries.blueprint(cohort.version_id).specs:
        raise NotFound
    db.session.add(
        ScheduleFact(
            cohort_id=cohort_id,
            item_key=item_key,
            kind=kind,
            scope=scope,
            scope_id=scope_id,
            at=at,
            details=details or {},
        )
    )
    db.session.flush()
    if scope is OverrideScope.COHORT:
        _for_all(cohort, item_key, kind, at)
    else:
        _for_some(cohort, item_key, kind, at, scope, scope_id)


def _for_all(cohort: CohortView, item_key: str, kind: str, at: dt.datetime) -> None:
    """Publish what follows for the whole cohort as a release; held items and the past stay where they are."""
    present: Schedule | None = locked(Schedule, cohort.id)
    if present is None:
        raise NotFound
    graph = queries.graph(cohort)
    plan = rules.plan(graph, {}, now=at)
    blocked = frozenset(change.key for change in plan.changes if change.obstacles)
    if blocked:
        plan = rules.plan(graph, {}, now=at, keep=blocked)
    if plan.changes and not plan.obstacles:
        note = FOLLOWS.format(item=queries.blueprint(cohort.version_id).titles[item_key], kind=kind)
        write(cohort, present, plan, before=graph.settings, note=note, announced=False, actor_id=None, now=at)


def _for_some(
    cohort: CohortView,
    item_key: str,
    kind: str,
    at: dt.datetime,
    scope: OverrideScope,
    scope_id: int | None,
) -> None:
    """Give a section, team or person their own dates of what hangs on the fact."""
    graph = queries.graph(cohort)
    own = _facts_of(cohort.id, scope, scope_id)
    moved = {key: Moved(each.starts_at, each.ends_at) for key, each in graph.settings.items() if each.pinned}
    specs = list(graph.specs.values())
    off = [key for key, each in graph.settings.items() if each.cancelled]
    dated = rules.evaluate(specs, graph.calendar, moved=moved, facts={**graph.facts, **own}, off=off)
    hanging = rules.hanging_on(specs, item_key)
    ids = {
        row.key: row.id
        for row in db.session.execute(
            sa.select(ScheduledItem.key, ScheduledItem.id).where(
                ScheduledItem.cohort_id == cohort.id, ScheduledItem.key.in_(hanging)
            )
        )
    }
    reason = FOLLOWS.format(item=queries.blueprint(cohort.version_id).titles[item_key], kind=kind)
    db.session.execute(
        sa.update(Override)
        .where(
            Override.cohort_id == cohort.id,
            Override.scope == scope,
            Override.scope_id == scope_id,
            Override.by_id.is_(None),
            Override.revoked_at.is_(None),
            Override.item_id.in_(ids.values()),
        )
        .values(revoked_at=at)
    )
    for key, item_id in ids.items():
        standing, found = graph.standing[key], dated[key]
        if (found.starts_at, found.ends_at) == (standing.starts_at, standing.ends_at):
            continue
        db.session.add(
            Override(
                cohort_id=cohort.id,
                item_id=item_id,
                scope=scope,
                scope_id=scope_id,
                starts_at=found.starts_at if found.starts_at != standing.starts_at else None,
                ends_at=found.ends_at if found.ends_at != standing.ends_at else None,
                reason=reason,
                by_id=None,
                at=at,
            )
        )
        events.record(
            PersonalDateChanged(
                cohort_id=cohort.id, item_id=item_id, scope=scope.value, scope_id=scope_id or 0
            )
        )
    db.session.flush()


def _facts_of(
    cohort_id: int, scope: OverrideScope, scope_id: int | None
) -> dict[tuple[str, str], dt.datetime]:
    rows = db.session.execute(
        sa.select(ScheduleFact.item_key, ScheduleFact.kind, ScheduleFact.at)
        .where(
            ScheduleFact.cohort_id == cohort_id,
            ScheduleFact.scope == scope,
            ScheduleFact.scope_id == scope_id,
        )
        .order_by(ScheduleFact.id)
    )
    return {(row.item_key, row.kind): row.at for row in rows}
