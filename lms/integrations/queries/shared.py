"""The entries of a cohort as everybody has them: read and drawn once for each version of its dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.cohorts.models import Cohort
from lms.cohorts.queries import CohortView
from lms.core import mail
from lms.core.db import db
from lms.core.remember import Remembered
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ActivityLine
from lms.curriculum.rules import endpoint_of, kind_word
from lms.integrations import rules
from lms.integrations.calendar import Drawn, Entry, drawn, timezone_text, uid_of
from lms.integrations.calendar.entries import revised
from lms.live.models import LiveSession
from lms.people.models import Person
from lms.scheduling.models import (
    ItemKind,
    ItemState,
    ReleaseChange,
    Schedule,
    ScheduledItem,
    ScheduleRelease,
)


@dataclass(frozen=True, slots=True)
class SharedEntry:
    """A dated item as everybody has it, with what decides whose it is."""

    item_id: int
    key: str
    activity: str
    """The kind of its activity."""
    kind: ItemKind
    staff_only: bool
    live: bool
    """A live session: people are invited to it, and somebody hosts it."""
    host_id: int | None
    starts_at: dt.datetime
    """Of the item: a window's opening; the entry of a window stands at its end."""
    entry: Entry


@dataclass(frozen=True)
class SharedCalendar:
    """All entries of a cohort, by the moment they stand at."""

    cohort: CohortView
    entries: tuple[SharedEntry, ...]
    _drawn: dict[tuple[int, bool], Drawn] = field(default_factory=dict)

    @cached_property
    def by_item(self) -> Mapping[int, SharedEntry]:
        """The entries by the id of their item."""
        return {each.item_id: each for each in self.entries}

    @cached_property
    def zone_text(self) -> str:
        """The cohort's time zone, for as long as it runs."""
        ends = [each.entry.ends_at or each.entry.starts_at for each in self.entries]
        first = self.cohort.starts_on.year
        last = max((at.astimezone(ZoneInfo(self.cohort.zone)).year for at in ends), default=first)
        return timezone_text(self.cohort.zone, first - 1, last + 1)

    def drawn(self, shared: SharedEntry, *, named: bool) -> Drawn:
        """A written entry; `named`: with the cohort's name, for those who have several."""
        known = self._drawn.get((shared.item_id, named))
        if known is None:
            entry = with_name(shared.entry, self.cohort) if named else shared.entry
            known = self._drawn[shared.item_id, named] = drawn(entry)
        return known


def with_name(entry: Entry, cohort: CohortView) -> Entry:
    """The entry with its cohort's name in the title."""
    return revised(entry, title=f"{entry.title} · {cohort.name}")


_known: Remembered[SharedCalendar] = Remembered(128)

_ITEMS = (
    sa.select(
        ScheduledItem.id,
        ScheduledItem.cohort_id,
        ScheduledItem.key,
        ScheduledItem.activity_id,
        ScheduledItem.kind,
        ScheduledItem.label,
        ScheduledItem.starts_at,
        ScheduledItem.ends_at,
        ScheduledItem.state,
        ScheduledItem.staff_only,
        ScheduledItem.sequence,
        Cohort.created_at,
        LiveSession.id.label("session_id"),
        LiveSession.host_id,
        LiveSession.speaker,
        Person.name.label("host"),
    )
    .select_from(ScheduledItem)
    .join(Cohort, Cohort.id == ScheduledItem.cohort_id)
    .outerjoin(LiveSession, LiveSession.item_id == ScheduledItem.id)
    .outerjoin(Person, Person.id == LiveSession.host_id)
    .where(ScheduledItem.cohort_id.in_(sa.bindparam("cohorts", type_=sa.Integer, expanding=True)))
    .order_by(ScheduledItem.cohort_id, ScheduledItem.id)
)
_REVISED = (
    sa.select(ReleaseChange.item_id, sa.func.max(ScheduleRelease.published_at).label("at"))
    .join(ScheduleRelease, ScheduleRelease.id == ReleaseChange.release_id)
    .where(ScheduleRelease.cohort_id.in_(sa.bindparam("cohorts", type_=sa.Integer, expanding=True)))
    .group_by(ReleaseChange.item_id)
)


def shared_calendars(versions: Collection[tuple[CohortView, int | None]]) -> dict[int, SharedCalendar]:
    """The calendars of some cohorts at the versions of their schedules that were just read, by cohort.

    No statement when they are known, else two for all of them together.
    """
    read = _reader([cohort for cohort, _version in versions])
    return {
        cohort.id: _known.get(
            cohort.id,
            (version, cohort.outline_version),
            lambda cohort=cohort: _shared(cohort, read()),  # type: ignore[misc]
        )
        for cohort, version in versions
    }


def shared_calendar(cohort: CohortView) -> SharedCalendar:
    """The calendar of one cohort. One small statement when it is known, else three."""
    version = db.session.scalar(sa.select(Schedule.version).where(Schedule.cohort_id == cohort.id))
    return shared_calendars([(cohort, version)])[cohort.id]


_Rows = tuple[dict[int, list[Any]], dict[int, dt.datetime]]


def _reader(views: Collection[CohortView]) -> Callable[[], _Rows]:
    """Reads the rows of all these cohorts, once, when the first of them is asked for."""
    read: list[_Rows] = []

    def rows() -> _Rows:
        if not read:
            wanted = {"cohorts": [cohort.id for cohort in views]}
            found = db.session.execute(_ITEMS, wanted)
            by_cohort = {key: list(group) for key, group in groupby(found, lambda row: row.cohort_id)}
            read.append((by_cohort, {row.item_id: row.at for row in db.session.execute(_REVISED, wanted)}))
        return read[0]

    return rows


def _shared(cohort: CohortView, rows: _Rows) -> SharedCalendar:
    items, revised_at = rows
    made = [_entry(cohort, row, revised_at.get(row.id, row.created_at)) for row in items.get(cohort.id, ())]
    made.sort(key=lambda one: (one.entry.starts_at, one.item_id))
    return SharedCalendar(cohort, tuple(made))


def _entry(cohort: CohortView, row: Any, modified_at: dt.datetime) -> SharedEntry:
    line = curriculum.outline(cohort.version_id).activities[row.activity_id]
    activity, meets = line.kind.value, row.kind is ItemKind.SESSION
    live = row.session_id is not None
    names = [name for name in (row.speaker, row.host) if name]
    about = [f"{kind_word(activity)} of {cohort.name}"]
    if names:
        about.append(f"With {' and '.join(names)}")
    return SharedEntry(
        item_id=row.id,
        key=row.key,
        activity=activity,
        kind=row.kind,
        staff_only=row.staff_only,
        live=live,
        host_id=row.host_id,
        starts_at=row.starts_at,
        entry=Entry(
            uid=uid_of(cohort.id, row.created_at, row.key),
            sequence=row.sequence,
            starts_at=row.starts_at if meets else row.ends_at,
            ends_at=row.ends_at if meets else None,
            zone=cohort.zone,
            title=rules.summary(_title(line, row.label), activity, row.kind.value),
            about="\n".join(about),
            url=mail.link_to(endpoint_of(activity), slug=cohort.slug, key=row.key if live else line.key),
            categories=(kind_word(activity), cohort.name),
            modified_at=modified_at,
            busy=meets,
            cancelled=row.state is ItemState.CANCELLED,
        ),
    )


def _title(line: ActivityLine, label: str) -> str:
    """“S5 Where to play”, with what a further date or a make-up is."""
    return f"{line.code} {line.title}".strip() + (f" ({label})" if label else "")
