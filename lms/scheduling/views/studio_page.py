"""What the studio's pages are made of: a draft worked out, in words and in the order in which one looks at it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import url_for

from lms.cohorts.queries import CohortView
from lms.scheduling import queries, rules
from lms.scheduling.queries import CohortDraft, DraftView, Looked, Window, Worked
from lms.scheduling.rules import Check
from lms.scheduling.views.calendar_words import calendar_words
from lms.scheduling.views.change import ChangeGroup, ChangeRow, PreviewPage, ZoneTime, grouped, with_check
from lms.scheduling.views.studio_words import edit_words, where

ZONES_FOR = 30
"""Of more moved sessions, or of more moved dates, the times in every zone are not shown one by one."""


@dataclass(frozen=True, slots=True)
class EditRow:
    """One edit in the list of a draft."""

    position: int
    words: str
    where: str
    by: str
    at: dt.datetime
    refused: str
    stale: tuple[tuple[str, dt.datetime], ...]
    """(cohort, where the item was when the edit was made)."""
    first: bool


@dataclass(frozen=True, slots=True)
class Newer:
    """A release that was published since somebody last looked at the draft."""

    cohort: str
    number: int
    href: str


@dataclass(frozen=True)
class CohortPart:
    """What a draft does to one cohort."""

    cohort: CohortView
    page: PreviewPage
    look: Check
    words: tuple[str, ...]
    """What changes of its calendar."""
    full: tuple[tuple[int, str], ...]
    """Weeks that would ask too much."""
    breaks: tuple[str, ...]
    """What is to be said of the breaks as they would be."""
    version: int
    shows: bool
    """There is something to publish."""

    @property
    def findings(self) -> int:
        """How many things to look at."""
        return self.page.findings + len(self.full) + len(self.breaks)


@dataclass(frozen=True)
class StudioPage:
    """A draft, worked out on the schedules as they stand."""

    edits: tuple[EditRow, ...]
    newer: tuple[Newer, ...]
    parts: tuple[CohortPart, ...]
    refused: int

    @property
    def versions(self) -> str:
        """The versions of the schedules that this was worked out on, as a form carries them."""
        return " ".join(f"{each.cohort.id}:{each.version}" for each in self.parts)

    @property
    def moving(self) -> int:
        """How many dates change."""
        return sum(len(each.page.rows) for each in self.parts)

    @property
    def learners(self) -> int:
        """How many learners there are in the cohorts that change."""
        return sum(each.page.learners for each in self.parts if each.shows)

    @property
    def findings(self) -> int:
        """How many things to look at."""
        return sum(each.findings for each in self.parts)

    @property
    def obstacles(self) -> int:
        """How many dates cannot change like this."""
        return sum(each.page.obstacles for each in self.parts)

    @property
    def numbers(self) -> str:
        """The releases that it would become."""
        found = {each.page.number for each in self.parts if each.shows}
        if len(found) == 1:
            return f"release {found.pop()}" if self.changing == 1 else f"release {found.pop()} of each"
        return " and ".join(f"{each.page.number}" for each in self.parts if each.shows)

    @property
    def changing(self) -> int:
        """How many cohorts change."""
        return sum(1 for each in self.parts if each.shows)

    @property
    def stale(self) -> bool:
        """Whether the schedules have moved on under it."""
        return bool(self.newer) or any(each.stale for each in self.edits)


def studio_page(
    draft: DraftView, worked: Worked, now: dt.datetime, besides: Mapping[int, Window] | None = None
) -> StudioPage:
    """Put a draft into the words of its pages; `besides`: where else clashes are to be known, by cohort."""
    zones = {cohort.id: cohort.zone for cohort in draft.cohorts}
    names = {cohort.id: cohort.name for cohort in draft.cohorts}
    edits = tuple(
        EditRow(
            position=each.line.position,
            words=edit_words(worked, each.line.edit, zones, now),
            where=where(draft, each.line.edit),
            by=each.line.by,
            at=each.line.at,
            refused=each.refused,
            stale=tuple((names.get(cohort_id, ""), was.starts_at) for cohort_id, was in each.stale),
            first=place == 0,
        )
        for place, each in enumerate(worked.outcomes)
    )
    seen = dict(draft.seen)
    newer = tuple(
        Newer(
            each.ground.cohort.name,
            number,
            url_for("scheduling.release", slug=each.ground.cohort.slug, number=number),
        )
        for each in worked.cohorts
        for number in range(seen[each.ground.cohort.id] + 1, each.ground.release_number + 1)
    )
    looked = queries.looked_at_draft(worked, besides)
    several = len(draft.cohorts) > 1
    parts = tuple(_part(each, looked[each.ground.cohort.id], several=several) for each in worked.cohorts)
    return StudioPage(edits, newer, parts, worked.refused)


def _part(each: CohortDraft, looked: Looked, *, several: bool) -> CohortPart:
    cohort = each.ground.cohort
    page, look = with_check(each.cohort, each.preview, each.wanted, looked=looked)
    moved = sum(1 for row in page.rows if row.moves)
    sessions = sum(1 for row in page.rows if row.moves and not row.window)
    rows = tuple(
        replace(
            row,
            may_stay=False,
            mark=f"{cohort.slug}:{row.key}" if several else "",
            zones=_zones(look, row) if row.moves and (moved if row.window else sessions) <= ZONES_FOR else (),
        )
        for row in page.rows
    )
    graph = each.ground.graph
    before = (graph.standing, graph.calendar)
    after = (each.ahead, rules.calendar_after(each.base, each.drafted))
    words: tuple[str, ...] = ()
    if each.wanted.calendar is not None:
        words = calendar_words(queries.calendar_of(cohort), each.wanted.calendar)
    return CohortPart(
        cohort=cohort,
        page=replace(page, rows=rows, groups=grouped(rows, cohort.zone)),
        look=look,
        words=words,
        full=rules.too_full(queries.work_of(cohort.version_id), before, after),
        breaks=tuple(one.words for one in rules.check_breaks(look)) if words else (),
        version=each.ground.version,
        shows=each.changes,
    )


def with_marks(page: PreviewPage, slug: str, zone: str) -> PreviewPage:
    """A preview for a form over several cohorts: nothing is kept by hand, and each consent names its cohort."""
    rows = tuple(replace(row, may_stay=False, mark=f"{slug}:{row.key}" if slug else "") for row in page.rows)
    return replace(page, rows=rows, groups=grouped(rows, zone))


def _zones(look: Check, row: ChangeRow) -> tuple[ZoneTime, ...]:
    """A session where its learners and those who teach it live, a deadline where its learners live."""
    staff: dict[str, list[str]] = {}
    for name, zone, course in look.staff if not row.window else ():
        if course in ("", look.courses.get(row.key)) and name not in staff.setdefault(zone, []):
            staff[zone].append(name)
    return tuple(
        ZoneTime(
            zone,
            look.learners.get(zone, 0),
            not row.window and look.night.touches(row.new, zone),
            tuple(staff.get(zone, ())),
        )
        for zone in sorted({*look.learners, *staff}, key=lambda each: (-look.learners.get(each, 0), each))
    )


def consent_given(refs: Sequence[str], draft_cohorts: Sequence[CohortView]) -> dict[int, frozenset[str]]:
    """What a form agreed to, by cohort: `key` where there is one cohort, `cohort:key` where there are several."""
    found: dict[int, set[str]] = {}
    ids = {cohort.slug: cohort.id for cohort in draft_cohorts}
    for ref in refs:
        slug, colon, key = ref.partition(":")
        cohort_id = ids.get(slug) if colon else (draft_cohorts[0].id if len(draft_cohorts) == 1 else None)
        if cohort_id is not None:
            found.setdefault(cohort_id, set()).add(key if colon else ref)
    return {cohort_id: frozenset(keys) for cohort_id, keys in found.items()}


__all__ = [
    "ChangeGroup",
    "CohortPart",
    "EditRow",
    "StudioPage",
    "consent_given",
    "studio_page",
    "with_marks",
]
