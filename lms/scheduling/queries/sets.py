"""Releases that were published together, and what lies between two releases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.cohorts.queries import CohortView, view_of
from lms.core.db import db
from lms.core.errors import NotFound
from lms.people.models import Person
from lms.people.rules import Actor
from lms.scheduling.models import (
    ReleaseChange,
    ReleaseSet,
    ScheduledItem,
    ScheduleDraft,
    ScheduleRelease,
)
from lms.scheduling.queries.graph import grounds
from lms.scheduling.queries.preview import Preview, Wanted, calendar_of, undoing_all, work_out
from lms.scheduling.queries.releases import HistoryLine, ReleaseLine, lines_of, releases_where

MOST = 2**31 - 1
"""No release has a larger number."""


@dataclass(frozen=True, slots=True)
class SetRelease:
    """One release of a set, with its cohort."""

    cohort: CohortView
    line: ReleaseLine


@dataclass(frozen=True, slots=True)
class SetView:
    """A set of releases, opened from one of its cohorts."""

    id: int
    public_id: str
    cohort: CohortView
    releases: tuple[SetRelease, ...]
    undone: bool
    """It was taken back already."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def cohort_ids(self) -> tuple[int, ...]:
        """All of them."""
        return tuple(each.cohort.id for each in self.releases)


def releases_of_set(set_id: int) -> list[SetRelease]:
    """The releases of a set, by cohort. One statement."""
    return _published(ScheduleRelease.set_id == set_id)


def releases_of_draft(draft_id: int) -> list[SetRelease]:
    """The releases that a draft became, by cohort. One statement."""
    return _published(ScheduleRelease.draft_id == draft_id)


def _published(where: sa.ColumnElement[bool]) -> list[SetRelease]:
    rows = db.session.execute(
        sa.select(
            ScheduleRelease.id.label("release_id"),
            ScheduleRelease.number,
            ScheduleRelease.note,
            sa.func.coalesce(Person.name, "Cadre").label("by"),
            ScheduleRelease.published_at,
            ScheduleRelease.announced,
            ScheduleRelease.undoes,
            ScheduleRelease.set_id,
            ScheduleRelease.calendar,
            *cohorts.COLUMNS,
        )
        .join(Cohort, Cohort.id == ScheduleRelease.cohort_id)
        .outerjoin(Person, Person.id == ScheduleRelease.published_by_id)
        .where(where)
        .order_by(Cohort.starts_on, Cohort.id)
    )
    return [
        SetRelease(
            view_of(row),
            ReleaseLine(
                id=row.release_id,
                number=row.number,
                note=row.note,
                by=row.by,
                published_at=row.published_at,
                announced=row.announced,
                undoes=row.undoes,
                set_id=row.set_id,
                calendar=row.calendar,
            ),
        )
        for row in rows
    ]


def set_visible_to(actor: Actor, slug: str, release_set: str) -> SetView:
    """The set with this id, opened from one of its cohorts. Three statements."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    later = sa.select(ReleaseSet.undoes_id).where(ReleaseSet.undoes_id.is_not(None))
    row = db.session.execute(
        sa.select(ReleaseSet.id, ReleaseSet.id.in_(later).label("undone")).where(
            ReleaseSet.public_id == release_set
        )
    ).one_or_none()
    found = releases_of_set(row.id) if row else []
    if row is None or not any(each.cohort.id == cohort.id for each in found):
        raise NotFound
    if not all(cohorts.visible(actor, each.cohort) for each in found):
        raise NotFound
    return SetView(row.id, release_set, cohort, tuple(found), bool(row.undone))


@dataclass(frozen=True)
class Undoing:
    """What taking one release of a set back would do."""

    release: SetRelease
    wanted: Wanted
    preview: Preview


def work_out_undo(
    releases: Sequence[SetRelease],
    *,
    now: dt.datetime,
    consent: Mapping[int, frozenset[str]] | None = None,
) -> list[Undoing]:
    """What taking a set back would do, by cohort. Three statements, however many cohorts."""
    found = []
    before = undoing_all({each.cohort.id: each.line.id for each in releases})
    for each, on in zip(releases, grounds([each.cohort for each in releases]), strict=True):
        cohort = each.cohort
        wanted = Wanted(
            before[cohort.id],
            consent=(consent or {}).get(cohort.id, frozenset()),
            calendar=each.line.undone(calendar_of(cohort)),
            together=True,
        )
        found.append(Undoing(each, wanted, work_out(on, wanted, now=now)))
    return found


# One release, and two ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A release with its changes, and those that were published with it."""

    cohort: CohortView
    line: ReleaseLine
    draft: str
    """What the draft was called that it was published from."""
    others: tuple[tuple[str, str, int], ...]
    """(cohort, its short name, number) of the releases of other cohorts in the same set."""
    latest: int
    undone_by: int | None

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def set_public_id(self) -> str:
        """The set that it belongs to; empty for one of its own."""
        return self.line.set_public_id


def release_visible_to(actor: Actor, slug: str, number: int) -> ReleaseView:
    """One release of a cohort with all it changed. Four statements."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    if number > MOST:
        raise NotFound
    row = db.session.execute(
        releases_where(cohort.id)
        .add_columns(ScheduleDraft.name.label("draft"))
        .outerjoin(ScheduleDraft, ScheduleDraft.id == ScheduleRelease.draft_id)
        .where(ScheduleRelease.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound
    facts = row._asdict()
    draft = facts.pop("draft")
    changes = db.session.execute(
        lines_of()
        .where(ReleaseChange.release_id == row.id)
        .order_by(ReleaseChange.new_starts_at, ReleaseChange.id)
    )
    line = ReleaseLine(**facts, changes=tuple(HistoryLine(**each._asdict()) for each in changes))
    mine = sa.and_(ScheduleRelease.cohort_id == cohort.id, ScheduleRelease.number > number)
    same = sa.and_(ScheduleRelease.set_id == row.set_id, ScheduleRelease.cohort_id != cohort.id)
    near = db.session.execute(
        sa.select(Cohort.id, Cohort.name, Cohort.slug, ScheduleRelease.number, ScheduleRelease.undoes)
        .join(Cohort, Cohort.id == ScheduleRelease.cohort_id)
        .where(sa.or_(mine, same) if row.set_id is not None else mine)
        .order_by(Cohort.starts_on, ScheduleRelease.number)
    ).all()
    later = [each for each in near if each.id == cohort.id]
    return ReleaseView(
        cohort=cohort,
        line=line,
        draft=draft or "",
        others=tuple((each.name, each.slug, each.number) for each in near if each.id != cohort.id),
        latest=max([number, *(each.number for each in later)]),
        undone_by=next((each.number for each in later if each.undoes == number), None),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One date as two releases have it."""

    first: HistoryLine
    """Its last change up to the earlier release is the old side of this."""
    last: HistoryLine
    steps: tuple[int, ...]
    """The releases between that touched it."""

    @property
    def line(self) -> HistoryLine:
        """From the one to the other, as one change."""
        return replace(
            self.last,
            old_starts_at=self.first.old_starts_at,
            old_ends_at=self.first.old_ends_at,
            old_state=self.first.old_state,
        )

    @property
    def same(self) -> bool:
        """Whether it came back to where it was."""
        line = self.line
        return not line.moved and line.old_state == line.new_state


def between(cohort_id: int, earlier: int, later: int) -> list[Difference]:
    """What differs between two releases of a cohort; what came back to where it was is left out. One statement."""
    rows = db.session.execute(
        lines_of()
        .where(
            ScheduleRelease.cohort_id == cohort_id,
            ScheduleRelease.number > earlier,
            ScheduleRelease.number <= later,
        )
        .order_by(ScheduleRelease.number, ScheduledItem.id)
    )
    found: dict[str, list[HistoryLine]] = {}
    for row in rows:
        found.setdefault(row.item_key, []).append(HistoryLine(**row._asdict()))
    differences = [
        Difference(lines[0], lines[-1], tuple(line.number for line in lines)) for lines in found.values()
    ]
    return sorted(
        (each for each in differences if not each.same),
        key=lambda each: (each.last.new_starts_at, each.last.item_key),
    )
