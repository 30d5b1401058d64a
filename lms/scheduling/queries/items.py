"""A cohort's items, a person's own dates, the calendar they are reckoned by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.cohorts.rules import length
from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.enrolment.models import Place, TeamMembership
from lms.enrolment.rules import ACTIVE
from lms.people.rules import Actor
from lms.scheduling import rules
from lms.scheduling.models import (
    ItemKind,
    ItemState,
    Override,
    OverrideScope,
    ReleaseChange,
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
    ScheduledItem.staff_only,
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

    Two statements. A narrower override beats a wider one: person over team over section. An own date of a team or
    person never takes away what everybody has: where the cohort's date is later by now, it holds. Events for staff
    are left out.
    """
    own = own_dates(cohort_id, whose)
    result = [_applied(line, own[line.id]) if line.id in own else line for line in items(cohort_id)]
    return sorted(
        (
            line
            for line in result
            if not line.staff_only
            and (since is None or line.ends_at >= since)
            and (until is None or line.starts_at < until)
        ),
        key=lambda line: (line.starts_at, line.id),
    )


def effective_item(cohort_id: int, key: str, whose: Whose) -> ItemLine | None:
    """One item with this learner's own dates."""
    found = item(cohort_id, key)
    if found is None or found.staff_only:
        return None
    own = own_dates(cohort_id, whose, item_id=found.id)
    return _applied(found, own[found.id]) if found.id in own else found


def items_of_activity(cohort_id: int, activity_id: int, whose: Whose | None) -> dict[str, ItemLine]:
    """The dates of one activity by key, with this learner's own (staff: everybody's). At most two statements."""
    rows = db.session.execute(
        sa.select(*_ITEM).where(
            ScheduledItem.cohort_id == cohort_id, ScheduledItem.activity_id == activity_id
        )
    )
    lines = [ItemLine(**row._asdict()) for row in rows]
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


def own_dates(cohort_id: int, whose: Whose, item_id: int | None = None) -> dict[int, OwnDate]:
    """This learner's own dates, by item; one statement."""
    wanted = [sa.and_(Override.scope == OverrideScope.PERSON, Override.scope_id == whose.person_id)]
    if whose.section_id is not None:
        wanted.append(sa.and_(Override.scope == OverrideScope.SECTION, Override.scope_id == whose.section_id))
    if whose.team_ids:
        wanted.append(sa.and_(Override.scope == OverrideScope.TEAM, Override.scope_id.in_(whose.team_ids)))
    statement = (
        sa.select(
            Override.id,
            Override.item_id,
            Override.scope,
            Override.starts_at,
            Override.ends_at,
            Override.cancelled,
        )
        .where(Override.cohort_id == cohort_id, Override.revoked_at.is_(None), sa.or_(*wanted))
        .order_by(Override.id)
    )
    if item_id is not None:
        statement = statement.where(Override.item_id == item_id)
    found: dict[int, OwnDate] = {}
    for row in sorted(db.session.execute(statement), key=lambda row: (_RANK[row.scope], row.id)):
        known = found.get(row.item_id, OwnDate())
        found[row.item_id] = OwnDate(
            starts_at=row.starts_at or known.starts_at,
            ends_at=row.ends_at or known.ends_at,
            cancelled=row.cancelled or known.cancelled,
            at_least=row.scope is not OverrideScope.SECTION,
        )
    return found


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


def moved_from(cohort_id: int) -> dict[int, tuple[dt.datetime, dt.datetime]]:
    """The dates that moved items had in release 1, by item; those never moved are left out. One statement."""
    rows = db.session.execute(
        sa.select(
            ReleaseChange.item_id,
            ReleaseChange.old_starts_at,
            ReleaseChange.old_ends_at,
            ReleaseChange.new_starts_at,
            ReleaseChange.new_ends_at,
        )
        .join(ScheduleRelease, ScheduleRelease.id == ReleaseChange.release_id)
        .where(ScheduleRelease.cohort_id == cohort_id, ScheduleRelease.number > 1)
        .order_by(ScheduleRelease.number)
    )
    moved: dict[int, tuple[dt.datetime, dt.datetime]] = {}
    for row in rows:
        if (row.old_starts_at, row.old_ends_at) != (row.new_starts_at, row.new_ends_at):
            moved.setdefault(row.item_id, (row.old_starts_at, row.old_ends_at))
    return moved


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks at a cohort's schedule: a learner with dates of their own, or staff."""

    cohort: CohortView
    whose: Whose | None
    """Empty: staff, who see everybody's dates."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


def viewer_visible_to(actor: Actor, slug: str) -> Viewer:
    """The cohort with this slug and the actor's place in it, if any. Two statements."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    rows = db.session.execute(
        sa.select(Place.section_id, TeamMembership.team_id)
        .outerjoin(
            TeamMembership, sa.and_(TeamMembership.place_id == Place.id, TeamMembership.ends_at.is_(None))
        )
        .where(Place.cohort_id == cohort.id, Place.person_id == actor.person_id, Place.state.in_(ACTIVE))
        .order_by(TeamMembership.team_id)
    ).all()
    if not rows:
        return Viewer(cohort, None)
    teams = tuple(row.team_id for row in rows if row.team_id is not None)
    return Viewer(cohort, Whose(actor.person_id, rows[0].section_id, teams))


@dataclass(frozen=True, slots=True)
class PlanItem:
    """A dated item with its cohort: what the pages of one item begin with."""

    cohort: CohortView
    line: ItemLine

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


def plan_item_visible_to(actor: Actor, slug: str, key: str) -> PlanItem:
    """The item with this key in the cohort with this slug; NotFound when there is none, or no cohort for the actor."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    line = item(cohort.id, key)
    if line is None:
        raise NotFound
    return PlanItem(cohort, line)
