"""What a draft comes to: its edits carried out on the schedules as they stand, and a preview for each cohort."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lms.cohorts.queries import CohortView
from lms.scheduling import rules
from lms.scheduling.queries.blueprint import names_in
from lms.scheduling.queries.drafts import EditLine, JointPart, as_members, joint_parts
from lms.scheduling.queries.elsewhere import Window
from lms.scheduling.queries.graph import Ground, grounds
from lms.scheduling.queries.preview import (
    Looked,
    Preview,
    Wanted,
    calendar_of,
    frame,
    looked_at,
    work_out,
)
from lms.scheduling.rules import Base, CannotEdit, Drafted, ItemKind, Member, Standing


@dataclass(frozen=True)
class Outcome:
    """What became of one edit."""

    line: EditLine
    refused: str = ""
    """Why it cannot be carried out any more."""
    stale: tuple[tuple[int, Standing], ...] = ()
    """Where the item was published when the edit was made, in the cohorts in which it has moved since."""


@dataclass(frozen=True)
class CohortDraft:
    """One cohort of a draft."""

    ground: Ground
    wanted: Wanted
    preview: Preview
    drafted: Drafted
    base: Base

    @property
    def cohort(self) -> CohortView:
        """As it would be."""
        return self.preview.cohort

    @property
    def ahead(self) -> dict[str, Standing]:
        """Where everything would be."""
        changes = self.preview.plan.changes
        return {**self.ground.graph.standing, **{each.key: each.new for each in changes}}

    @property
    def changes(self) -> bool:
        """Whether there is anything to publish for it."""
        return bool(self.preview.plan.changes)


@dataclass(frozen=True)
class Worked:
    """A draft worked out."""

    outcomes: tuple[Outcome, ...]
    cohorts: tuple[CohortDraft, ...]
    joints: tuple[frozenset[Member], ...]
    """All joint sessions as they would be."""
    known: tuple[JointPart, ...] = field(default=())
    """The parts of those that there are already."""

    @property
    def refused(self) -> int:
        """How many edits cannot be carried out any more."""
        return sum(1 for each in self.outcomes if each.refused)

    @property
    def obstacles(self) -> int:
        """How many dates cannot change like this."""
        return sum(each.preview.plan.obstacles for each in self.cohorts)

    @property
    def new_joints(self) -> list[frozenset[Member]]:
        """Joint sessions that the draft makes or makes larger."""
        return [each for each in self.joints if each not in as_members(self.known)]

    def of(self, cohort_id: int) -> CohortDraft:
        """One of its cohorts."""
        return next(each for each in self.cohorts if each.ground.cohort.id == cohort_id)


def base_of(on: Ground, now: dt.datetime) -> Base:
    """A cohort as rules know it."""
    names = names_in(on.cohort.version_id, on.graph)
    return Base(
        cohort_id=on.cohort.id,
        name=on.cohort.name,
        graph=on.graph,
        calendar=calendar_of(on.cohort),
        frame=frame(on.cohort, now),
        titles=names.titles,
        kinds=names.kinds,
    )


Consent = Mapping[int, frozenset[str]]
"""Cohort id → held items that may move."""


def work_out_draft(
    cohorts: Iterable[CohortView],
    edits: Iterable[EditLine],
    *,
    now: dt.datetime,
    consent: Consent | None = None,
) -> Worked:
    """Carry a draft's edits out, one after the other; what cannot be any more is left out and told.

    Three statements, however many cohorts.
    """
    found_on = grounds(cohorts)
    bases = {on.cohort.id: base_of(on, now) for on in found_on}
    known = joint_parts(bases.keys())
    drafting = rules.drafting(bases, as_members(known), now)
    outcomes = []
    for line in edits:
        refused = ""
        try:
            rules.carry_out(drafting, line.edit)
        except (CannotEdit, rules.Unschedulable) as why:
            refused = str(why)
        outcomes.append(Outcome(line, refused, _moved_since(line, bases)))
    found = []
    for on in found_on:
        drafted = drafting.state(on.cohort.id)
        agreed = (consent or {}).get(on.cohort.id, frozenset())
        wanted = Wanted(drafted.settings, drafted.keep, agreed, drafted.calendar, together=True)
        preview = work_out(on, wanted, now=now)
        found.append(CohortDraft(on, wanted, preview, drafted, bases[on.cohort.id]))
    return Worked(tuple(outcomes), tuple(found), tuple(drafting.joints), tuple(known))


def seen_by(edit: rules.Edit, cohorts: Iterable[Ground]) -> dict[str, list[str]]:
    """What whoever makes an edit sees of its item, as it is kept with the edit."""
    return {
        str(on.cohort.id): [at.starts_at.isoformat(), at.ends_at.isoformat()]
        for on in cohorts
        if edit.cohort_id in (None, on.cohort.id) and (at := on.graph.standing.get(edit.key)) is not None
    }


def _moved_since(line: EditLine, bases: Mapping[int, Base]) -> tuple[tuple[int, Standing], ...]:
    found = []
    for cohort_id, seen in line.seen.items():
        base = bases.get(int(cohort_id))
        at = base.graph.standing.get(line.edit.key) if base else None
        starts_at, ends_at = (dt.datetime.fromisoformat(text) for text in seen)
        was = Standing(starts_at, ends_at)
        if at is not None and (at.starts_at, at.ends_at) != (was.starts_at, was.ends_at):
            found.append((int(cohort_id), was))
    return tuple(found)


def ahead_of(worked: Worked) -> dict[int, Standing]:
    """Where the sessions that the draft changes would be, by their ids: what clashes are looked for with."""
    return {
        each.ground.graph.ids[change.key]: change.new
        for each in worked.cohorts
        for change in each.preview.plan.changes
        if each.ground.graph.specs[change.key].kind is ItemKind.SESSION
    }


def looked_at_draft(worked: Worked, besides: Mapping[int, Window] | None = None) -> dict[int, Looked]:
    """What there is to look at in each cohort of a draft; `besides` as in `looked_at`."""
    previews = [(each.cohort, each.preview) for each in worked.cohorts]
    return looked_at(previews, ahead=ahead_of(worked), besides=besides)
