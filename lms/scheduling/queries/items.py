"""A cohort's items, a person's own dates, the calendar they are reckoned by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import starmap
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.cohorts.rules import length
from lms.core.db import db, read
from lms.core.remember import Remembered
from lms.curriculum import queries as curriculum
from lms.scheduling import rules
from lms.scheduling.models import (
    ItemKind,
    ItemState,
    Override,
    OverrideScope,
    ReleaseChange,
    Schedule,
    ScheduledItem,
    ScheduleRelease,
)
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
    staff_only: bool = False
    replaces: str = ""
    """Key of the session that it makes up for."""
    personal: bool = False
    """The dates are the person's or team's own (an extension)."""

    @property
    def cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.state is ItemState.CANCELLED

    @property
    def further(self) -> bool:
        """Whether it is a further date of its activity (a first post), not the activity's own or its make-up."""
        return bool(self.label) and not self.replaces


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
    ScheduledItem.staff_only,
    ScheduledItem.replaces,
)


@dataclass(frozen=True)
class Whose:
    """A learner as the schedule knows them: who, and in which section and teams."""

    person_id: int
    section_id: int | None = None
    team_ids: tuple[int, ...] = ()


def calendar(cohort: CohortView) -> Calendar:
    """The weeks of a cohort: as many as the programme plans, and one more for each break it has besides."""
    frame = curriculum.outline(cohort.version_id).frame
    weeks = length(frame.weeks, len(frame.breaks), len(cohort.breaks))
    return Calendar(rules.first_monday(cohort.starts_on), weeks, cohort.breaks, cohort.zone)


@dataclass(frozen=True)
class _Known:
    """A cohort's items as one version of its schedule has them."""

    lines: tuple[ItemLine, ...]
    """All, by start."""
    shown: tuple[ItemLine, ...]
    """Those that learners see."""
    by_key: Mapping[str, ItemLine]


_known: Remembered[_Known] = Remembered(256)
_COHORT = sa.bindparam("cohort", type_=sa.Integer)
_VERSION = sa.select(Schedule.version).where(Schedule.cohort_id == _COHORT)
_ITEMS = (
    sa.select(*_ITEM)
    .where(ScheduledItem.cohort_id == _COHORT)
    .order_by(ScheduledItem.starts_at, ScheduledItem.id)
)


def _read(cohort_id: int) -> _Known:
    lines = tuple(starmap(ItemLine, db.session.execute(_ITEMS, {"cohort": cohort_id})))
    shown = tuple(line for line in lines if not line.staff_only)
    return _Known(lines, shown, {line.key: line for line in lines})


def _items(cohort_id: int, version: int | None) -> _Known:
    if version is None:
        return _read(cohort_id)
    return _known.get(cohort_id, version, lambda: _read(cohort_id))


def items(
    cohort_id: int, *, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> list[ItemLine]:
    """The items of a cohort that touch the window, by start; everybody's dates.

    One small statement when this version of the schedule was read before, else two.
    """
    version = db.session.scalar(_VERSION, {"cohort": cohort_id})
    return list(_inside(_items(cohort_id, version).lines, since, until))


def version_of(cohort_id: int) -> int | None:
    """The present version of a cohort's schedule; None before its first release. One small statement."""
    return db.session.scalar(_VERSION, {"cohort": cohort_id})


def _inside(
    lines: Iterable[ItemLine], since: dt.datetime | None, until: dt.datetime | None
) -> Iterable[ItemLine]:
    if since is None and until is None:
        return lines
    return (
        line
        for line in lines
        if (since is None or line.ends_at >= since) and (until is None or line.starts_at < until)
    )


def item(cohort_id: int, key: str) -> ItemLine | None:
    """One item of a cohort by its key."""
    row = db.session.execute(
        sa.select(*_ITEM).where(ScheduledItem.cohort_id == cohort_id, ScheduledItem.key == key)
    ).one_or_none()
    return ItemLine(*row) if row else None


def items_at(cohort_id: int, version: int | None) -> tuple[ItemLine, ...]:
    """Everybody's dates as learners see them, at a version of the schedule that `dated` has just read."""
    return _items(cohort_id, version).shown


def lines_at(cohort_id: int, version: int) -> tuple[ItemLine, ...]:
    """Everybody's dates and those of staff, by start, at a version of the schedule that was just read."""
    return _items(cohort_id, version).lines


@dataclass(frozen=True, slots=True)
class Dated:
    """A cohort's items as a learner has them, and the version of the schedule they are from."""

    version: int | None
    items: tuple[ItemLine, ...]


def dated(cohort_id: int, whose: Whose) -> Dated:
    """All items with this learner's own dates, by start; see `effective_items`."""
    version, own = _own(cohort_id, whose)
    lines = _items(cohort_id, version).shown
    if own:
        applied = (_applied(line, own[line.id]) if line.id in own else line for line in lines)
        lines = tuple(sorted(applied, key=lambda line: (line.starts_at, line.id)))
    return Dated(version, lines)


def effective_items(
    cohort_id: int, whose: Whose, *, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> list[ItemLine]:
    """The items that touch the window with this learner's own dates: the one source of a personal deadline.

    One statement when this version of the schedule was read before, else two. A narrower override beats a wider one:
    person over team over section. An own date of a team or person never takes away what everybody has: where the
    cohort's date is later by now, it holds. Events for staff are left out.
    """
    return list(_inside(dated(cohort_id, whose).items, since, until))


def effective_item(cohort_id: int, key: str, whose: Whose) -> ItemLine | None:
    """One item with this learner's own dates."""
    return usual_and_effective(cohort_id, key, whose)[1]


def usual_and_effective(cohort_id: int, key: str, whose: Whose) -> tuple[ItemLine | None, ItemLine | None]:
    """One item as everybody has it, and with this learner's own dates. As many statements as one of them takes."""
    version, own = _own(cohort_id, whose)
    found = _items(cohort_id, version).by_key.get(key)
    if found is None or found.staff_only:
        return None, None
    return found, _applied(found, own[found.id]) if found.id in own else found


_OF_ACTIVITY = sa.select(*_ITEM).where(
    ScheduledItem.cohort_id == _COHORT,
    ScheduledItem.activity_id == sa.bindparam("activity", type_=sa.Integer),
)


def items_of_activity(cohort_id: int, activity_id: int, whose: Whose | None) -> dict[str, ItemLine]:
    """The dates of one activity by key, with this learner's own (staff: everybody's). At most two statements."""
    lines = [ItemLine(*row) for row in read(_OF_ACTIVITY, {"cohort": cohort_id, "activity": activity_id})]
    own = own_dates(cohort_id, whose) if whose else {}
    return {line.key: _applied(line, own[line.id]) if line.id in own else line for line in lines}


_RANK = {OverrideScope.SECTION: 0, OverrideScope.TEAM: 1, OverrideScope.PERSON: 2}


@dataclass(frozen=True, slots=True)
class OwnDate:
    """What holds for a learner against the cohort's date, from all their overrides of an item."""

    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    cancelled: bool = False
    at_least: bool = True
    """It only ever gives more time: a team's or person's; a section's may be earlier too."""


_OWN = (
    sa.select(
        Schedule.version,
        Override.id,
        Override.item_id,
        Override.scope,
        Override.starts_at,
        Override.ends_at,
        Override.cancelled,
    )
    .select_from(Schedule)
    .outerjoin(
        Override,
        sa.and_(
            Override.cohort_id == Schedule.cohort_id,
            Override.revoked_at.is_(None),
            sa.or_(
                sa.and_(
                    Override.scope == OverrideScope.PERSON,
                    Override.scope_id == sa.bindparam("person", type_=sa.Integer),
                ),
                sa.and_(
                    Override.scope == OverrideScope.SECTION,
                    Override.scope_id == sa.bindparam("section", type_=sa.Integer),
                ),
                sa.and_(
                    Override.scope == OverrideScope.TEAM,
                    Override.scope_id.in_(sa.bindparam("teams", type_=sa.Integer, expanding=True)),
                ),
            ),
        ),
    )
    .where(Schedule.cohort_id == _COHORT)
)


def own_dates(cohort_id: int, whose: Whose) -> dict[int, OwnDate]:
    """This learner's own dates, by item; one statement."""
    return _own(cohort_id, whose)[1]


def _own(cohort_id: int, whose: Whose) -> tuple[int | None, dict[int, OwnDate]]:
    """The version of the schedule, and this learner's own dates by item; one statement."""
    rows = read(
        _OWN,
        {
            "cohort": cohort_id,
            "person": whose.person_id,
            "section": whose.section_id,
            "teams": whose.team_ids,
        },
    ).all()
    set_here: dict[int, list[Any]] = {}
    for row in rows:
        if row.id is not None:
            set_here.setdefault(row.item_id, []).append(row)
    found = {item_id: _together(mine) for item_id, mine in set_here.items()}
    return rows[0].version if rows else None, found


def _together(overrides: Iterable[Any]) -> OwnDate:
    """What holds from several overrides of an item: a narrower one beats a wider one, a later one an earlier."""
    known = OwnDate()
    for row in sorted(overrides, key=lambda row: (_RANK[row.scope], row.id)):
        known = OwnDate(
            starts_at=row.starts_at or known.starts_at,
            ends_at=row.ends_at or known.ends_at,
            cancelled=row.cancelled or known.cancelled,
            at_least=row.scope is not OverrideScope.SECTION,
        )
    return known


def with_overrides(line: ItemLine, overrides: Iterable[Any]) -> ItemLine:
    """An item with a learner's own dates, from the overrides in force for them that somebody has read already."""
    mine = list(overrides)
    return _applied(line, _together(mine)) if mine else line


def _applied(line: ItemLine, own: OwnDate) -> ItemLine:
    ends_at = own.ends_at or line.ends_at
    if own.at_least:
        ends_at = max(ends_at, line.ends_at)
    starts_at = min(own.starts_at or line.starts_at, ends_at)
    cancelled = own.cancelled or line.cancelled
    return replace(
        line,
        starts_at=starts_at,
        ends_at=ends_at,
        state=ItemState.CANCELLED if cancelled else line.state,
        personal=(starts_at, ends_at, cancelled) != (line.starts_at, line.ends_at, line.cancelled),
    )


def week_now(cohort: CohortView, now: dt.datetime) -> int:
    """The calendar week of the cohort in which `now` lies (in its zone); 0 or less before the start."""
    return calendar(cohort).week_of(now.astimezone(ZoneInfo(cohort.zone)).date())


_CHANGES = (
    sa.select(
        ReleaseChange.item_id,
        ReleaseChange.old_starts_at,
        ReleaseChange.old_ends_at,
        ReleaseChange.new_starts_at,
        ReleaseChange.new_ends_at,
    )
    .join(ScheduleRelease, ScheduleRelease.id == ReleaseChange.release_id)
    .where(ScheduleRelease.cohort_id == _COHORT, ScheduleRelease.number > 1)
    .order_by(ScheduleRelease.number)
)


def moved_from(cohort_id: int) -> dict[int, tuple[dt.datetime, dt.datetime]]:
    """The dates that moved items had in release 1, by item; those never moved are left out. One statement."""
    rows = db.session.execute(_CHANGES, {"cohort": cohort_id})
    moved: dict[int, tuple[dt.datetime, dt.datetime]] = {}
    for row in rows:
        if (row.old_starts_at, row.old_ends_at) != (row.new_starts_at, row.new_ends_at):
            moved.setdefault(row.item_id, (row.old_starts_at, row.old_ends_at))
    return moved
