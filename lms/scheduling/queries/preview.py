"""A change as it would be published: the one way that preview and publishing both go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.scheduling import rules
from lms.scheduling.models import Override, OverrideScope, ScheduledItem
from lms.scheduling.queries.graph import checks, graph, schedule
from lms.scheduling.rules import Check, Finding, Graph, Plan, Setting, Standing


@dataclass(frozen=True)
class Wanted:
    """What somebody wants of a schedule: settings by item key, what stays, and which held items may move."""

    settings: Mapping[str, Setting] = field(default_factory=dict)
    keep: frozenset[str] = frozenset()
    consent: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ground:
    """What a change is worked out on: the graph, and which version of the schedule it is of."""

    version: int
    release_number: int
    graph: Graph


@dataclass(frozen=True)
class Preview:
    """A change worked out on the schedule's present version."""

    ground: Ground
    plan: Plan


def ground(cohort: CohortView) -> Ground:
    """The schedule as it stands: five statements. The version is read first: it is never newer than the graph."""
    present = schedule(cohort.id)
    return Ground(present.version, present.release_number, graph(cohort))


def work_out(on: Ground, wanted: Wanted, *, now: dt.datetime) -> Preview:
    """What a change would do."""
    return Preview(
        on, rules.plan(on.graph, wanted.settings, now=now, keep=wanted.keep, consent=wanted.consent)
    )


def undoing(cohort_id: int, release_id: int) -> dict[str, Setting]:
    """The settings that were in force before a release, for the items whose settings it changed. One statement."""
    rows = db.session.execute(
        sa.select(
            ScheduledItem.key,
            Override.starts_at,
            Override.ends_at,
            Override.cancelled,
            Override.ended_by_id,
        )
        .join(ScheduledItem, ScheduledItem.id == Override.item_id)
        .where(
            Override.cohort_id == cohort_id,
            Override.scope == OverrideScope.COHORT,
            sa.or_(Override.release_id == release_id, Override.ended_by_id == release_id),
        )
        .order_by(Override.id)
    )
    before: dict[str, Setting] = {}
    for row in rows:
        if row.ended_by_id == release_id:
            before[row.key] = Setting(row.starts_at, row.ends_at, row.cancelled)
        else:
            before.setdefault(row.key, Setting())
    return before


def findings(cohort: CohortView, preview: Preview) -> tuple[Check, dict[str, list[Finding]]]:
    """What to look at about the items that change, and what they were held against."""
    standing = {**preview.ground.graph.standing, **{each.key: each.new for each in preview.plan.changes}}
    keys = [each.key for each in preview.plan.changes if each.moves or each.old.state is not each.new.state]
    look = checks(cohort, window(standing, keys))
    return look, rules.check(look, standing, keys)


def window(standing: Mapping[str, Standing], keys: list[str]) -> tuple[dt.datetime, dt.datetime]:
    """From the first start to the last end of some items."""
    if not keys:
        nothing = min(at.starts_at for at in standing.values())
        return nothing, nothing
    return min(standing[key].starts_at for key in keys), max(standing[key].ends_at for key in keys)
