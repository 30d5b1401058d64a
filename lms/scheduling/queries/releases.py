"""Releases, what they changed, and the dates that people set by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts.models import Section
from lms.cohorts.rules import CohortCalendar
from lms.core.db import db
from lms.enrolment.models import Team
from lms.people.models import Person
from lms.scheduling.models import (
    ItemState,
    Override,
    OverrideScope,
    ReleaseChange,
    ReleaseSet,
    ScheduledItem,
    ScheduleRelease,
)

SHOWN = 50
"""So many of the latest releases are shown."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What one release did to one item."""

    release_id: int
    number: int
    item_key: str
    old_starts_at: dt.datetime | None
    old_ends_at: dt.datetime | None
    old_state: ItemState | None
    new_starts_at: dt.datetime
    new_ends_at: dt.datetime
    new_state: ItemState
    why: str
    published_at: dt.datetime
    by: str
    note: str

    @property
    def moved(self) -> bool:
        """Whether its dates changed."""
        return (self.old_starts_at, self.old_ends_at) != (self.new_starts_at, self.new_ends_at)


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """A release with what it changed."""

    id: int
    number: int
    note: str
    by: str
    published_at: dt.datetime
    announced: bool
    undoes: int | None
    set_id: int | None = None
    """It was published together with releases of other cohorts."""
    set_public_id: str = ""
    calendar: dict[str, Any] | None = None
    """{"before": …, "after": …} where it changed the cohort's calendar."""
    changes: tuple[HistoryLine, ...] = ()

    @property
    def calendar_change(self) -> tuple[CohortCalendar, CohortCalendar] | None:
        """The calendar before and after, where it changed it."""
        if not self.calendar:
            return None
        return _calendar_in(self.calendar["before"]), _calendar_in(self.calendar["after"])

    def undone(self, present: CohortCalendar) -> CohortCalendar | None:
        """The present calendar without what this release changed of it; None when it changed nothing."""
        change = self.calendar_change
        if change is None:
            return None
        before, after = (asdict(each) for each in change)
        return replace(present, **{name: was for name, was in before.items() if was != after[name]})


def _calendar_in(document: dict[str, Any]) -> CohortCalendar:
    starts_on, breaks = dt.date.fromisoformat(document["starts_on"]), tuple(document["breaks"])
    return CohortCalendar(**{**document, "starts_on": starts_on, "breaks": breaks})


def calendar_document(calendar: CohortCalendar) -> dict[str, Any]:
    """A calendar as a release keeps it."""
    return {
        **asdict(calendar),
        "starts_on": calendar.starts_on.isoformat(),
        "breaks": list(calendar.breaks),
    }


_LINE = (
    ScheduleRelease.id.label("release_id"),
    ScheduleRelease.number,
    ScheduledItem.key.label("item_key"),
    ReleaseChange.old_starts_at,
    ReleaseChange.old_ends_at,
    ReleaseChange.old_state,
    ReleaseChange.new_starts_at,
    ReleaseChange.new_ends_at,
    ReleaseChange.new_state,
    ReleaseChange.why,
    ScheduleRelease.published_at,
    sa.func.coalesce(Person.name, "Cadre").label("by"),
    ScheduleRelease.note,
)


def lines_of() -> Any:
    return (
        sa.select(*_LINE)
        .select_from(ReleaseChange)
        .join(ScheduleRelease, ScheduleRelease.id == ReleaseChange.release_id)
        .join(ScheduledItem, ScheduledItem.id == ReleaseChange.item_id)
        .outerjoin(Person, Person.id == ScheduleRelease.published_by_id)
    )


def history(item_id: int) -> list[HistoryLine]:
    """What releases did to an item, the first one first."""
    rows = db.session.execute(
        lines_of().where(ReleaseChange.item_id == item_id).order_by(ScheduleRelease.number)
    )
    return [HistoryLine(**row._asdict()) for row in rows]


def releases_where(cohort_id: int) -> Any:
    return (
        sa.select(
            ScheduleRelease.id,
            ScheduleRelease.number,
            ScheduleRelease.note,
            sa.func.coalesce(Person.name, "Cadre").label("by"),
            ScheduleRelease.published_at,
            ScheduleRelease.announced,
            ScheduleRelease.undoes,
            ScheduleRelease.set_id,
            sa.func.coalesce(ReleaseSet.public_id, "").label("set_public_id"),
            ScheduleRelease.calendar,
        )
        .outerjoin(Person, Person.id == ScheduleRelease.published_by_id)
        .outerjoin(ReleaseSet, ReleaseSet.id == ScheduleRelease.set_id)
        .where(ScheduleRelease.cohort_id == cohort_id)
    )


def releases(cohort_id: int) -> list[ReleaseLine]:
    """The latest releases of a cohort with what they changed, newest first; release 1 without its whole list."""
    rows = db.session.execute(
        releases_where(cohort_id).order_by(ScheduleRelease.number.desc()).limit(SHOWN)
    ).all()
    oldest = min((row.number for row in rows), default=1)
    changes: dict[int, list[HistoryLine]] = {}
    found = db.session.execute(
        lines_of()
        .where(
            ScheduleRelease.cohort_id == cohort_id,
            ScheduleRelease.number > 1,
            ScheduleRelease.number >= oldest,
        )
        .order_by(ReleaseChange.new_starts_at, ReleaseChange.id)
    )
    for row in found:
        changes.setdefault(row.release_id, []).append(HistoryLine(**row._asdict()))
    return [ReleaseLine(**row._asdict(), changes=tuple(changes.get(row.id, ()))) for row in rows]


def release(cohort_id: int, number: int) -> ReleaseLine | None:
    """One release of a cohort, without its changes."""
    row = db.session.execute(releases_where(cohort_id).where(ScheduleRelease.number == number)).one_or_none()
    return ReleaseLine(**row._asdict()) if row else None


@dataclass(frozen=True, slots=True)
class OverrideLine:
    """A date in force that somebody set for a section, a team or a person, or for all."""

    id: int
    scope: OverrideScope
    scope_id: int | None
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    wall: str
    reason: str
    by: str
    at: dt.datetime
    person: str
    """The learner's name, when it is one learner's."""
    whose: str
    """Who it is for, by name."""


def overrides_of(item_id: int) -> list[OverrideLine]:
    """The dates in force that people set for an item, widest first."""
    by, learner = aliased(Person), aliased(Person)
    rows = db.session.execute(
        sa.select(
            Override.id,
            Override.scope,
            Override.scope_id,
            Override.starts_at,
            Override.ends_at,
            Override.wall,
            Override.reason,
            sa.func.coalesce(by.name, "Cadre").label("by"),
            Override.at,
            sa.func.coalesce(learner.name, "").label("person"),
            sa.func.coalesce(learner.name, Team.name, "Section " + Section.name, "Everybody").label("whose"),
        )
        .outerjoin(by, by.id == Override.by_id)
        .outerjoin(learner, sa.and_(learner.id == Override.scope_id, Override.scope == OverrideScope.PERSON))
        .outerjoin(Team, sa.and_(Team.id == Override.scope_id, Override.scope == OverrideScope.TEAM))
        .outerjoin(Section, sa.and_(Section.id == Override.scope_id, Override.scope == OverrideScope.SECTION))
        .where(Override.item_id == item_id, Override.revoked_at.is_(None))
        .order_by(Override.id)
    )
    return [OverrideLine(**row._asdict()) for row in rows]
