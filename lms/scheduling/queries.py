"""Reads of the schedule: a cohort's items, a person's own dates, the calendar they are reckoned by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.scheduling import rules
from lms.scheduling.models import ItemKind, ItemState, Override, OverrideScope, ScheduledItem
from lms.scheduling.rules import Calendar


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A dated item as lists show it; for a person, with their own dates."""

    id: int
    key: str
    activity_id: int
    kind: ItemKind
    label: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: ItemState
    pinned: bool
    personal: bool = False
    """The dates are the person's or team's own (an extension)."""

    @property
    def cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.state is ItemState.CANCELLED


_ITEM = (
    ScheduledItem.id,
    ScheduledItem.key,
    ScheduledItem.activity_id,
    ScheduledItem.kind,
    ScheduledItem.label,
    ScheduledItem.starts_at,
    ScheduledItem.ends_at,
    ScheduledItem.state,
    ScheduledItem.pinned,
)


@dataclass(frozen=True)
class Whose:
    """A learner as the schedule knows them: who, and in which section and teams."""

    person_id: int
    section_id: int | None = None
    team_ids: tuple[int, ...] = ()


def calendar(cohort: CohortView) -> Calendar:
    """The weeks of a cohort."""
    frame = curriculum.outline(cohort.version_id).frame
    return Calendar(rules.first_monday(cohort.starts_on), frame.weeks, cohort.breaks, cohort.zone)


def items(
    cohort_id: int, *, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> list[ItemLine]:
    """The items of a cohort that touch the window, by start; everybody's dates."""
    statement = sa.select(*_ITEM).where(ScheduledItem.cohort_id == cohort_id)
    if since is not None:
        statement = statement.where(ScheduledItem.ends_at >= since)
    if until is not None:
        statement = statement.where(ScheduledItem.starts_at < until)
    rows = db.session.execute(statement.order_by(ScheduledItem.starts_at, ScheduledItem.id))
    return [ItemLine(**row._asdict()) for row in rows]


def item(cohort_id: int, key: str) -> ItemLine | None:
    """One item of a cohort by its key."""
    row = db.session.execute(
        sa.select(*_ITEM).where(ScheduledItem.cohort_id == cohort_id, ScheduledItem.key == key)
    ).one_or_none()
    return ItemLine(**row._asdict()) if row else None


def effective_items(
    cohort_id: int, whose: Whose, *, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> list[ItemLine]:
    """The items that touch the window with this learner's own dates: the one source of a personal deadline.

    Two statements. A narrower override beats a wider one: person over team over section.
    """
    lines = items(cohort_id)
    own = _overrides(cohort_id, whose)
    result = [_applied(line, own.get(line.id)) for line in lines]
    return sorted(
        (
            line
            for line in result
            if (since is None or line.ends_at >= since) and (until is None or line.starts_at < until)
        ),
        key=lambda line: (line.starts_at, line.id),
    )


def effective_item(cohort_id: int, key: str, whose: Whose) -> ItemLine | None:
    """One item with this learner's own dates."""
    found = item(cohort_id, key)
    return _applied(found, _overrides(cohort_id, whose, item_id=found.id).get(found.id)) if found else None


_RANK = {OverrideScope.SECTION: 0, OverrideScope.TEAM: 1, OverrideScope.PERSON: 2}


def _overrides(cohort_id: int, whose: Whose, item_id: int | None = None) -> dict[int, Any]:
    wanted = [sa.and_(Override.scope == OverrideScope.PERSON, Override.scope_id == whose.person_id)]
    if whose.section_id is not None:
        wanted.append(sa.and_(Override.scope == OverrideScope.SECTION, Override.scope_id == whose.section_id))
    if whose.team_ids:
        wanted.append(sa.and_(Override.scope == OverrideScope.TEAM, Override.scope_id.in_(whose.team_ids)))
    statement = (
        sa.select(Override.item_id, Override.scope, Override.starts_at, Override.ends_at, Override.cancelled)
        .where(Override.cohort_id == cohort_id, Override.revoked_at.is_(None), sa.or_(*wanted))
        .order_by(Override.id)
    )
    if item_id is not None:
        statement = statement.where(Override.item_id == item_id)
    found: dict[int, Any] = {}
    for row in db.session.execute(statement):
        known = found.get(row.item_id)
        if known is None or _RANK[row.scope] >= _RANK[known.scope]:
            found[row.item_id] = row
    return found


def _applied(line: ItemLine, own: Any) -> ItemLine:
    if own is None:
        return line
    return replace(
        line,
        starts_at=own.starts_at or line.starts_at,
        ends_at=own.ends_at or line.ends_at,
        state=ItemState.CANCELLED if own.cancelled else line.state,
        personal=True,
    )


def week_now(cohort: CohortView, now: dt.datetime) -> int:
    """The calendar week of the cohort in which `now` lies (in its zone); 0 or less before the start."""
    return calendar(cohort).week_of(now.astimezone(ZoneInfo(cohort.zone)).date())
