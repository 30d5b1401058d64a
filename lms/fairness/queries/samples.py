"""Reads of samples: a batch with its second looks, one look for its marker, and what holds a release back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment import queries as assessment
from lms.assessment.models import Mark, MarkingTask, MarkVersion
from lms.assessment.queries import TaskView
from lms.assessment.rules import OPEN, TaskState, read_exact
from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.fairness.models import Moderation, SecondLook
from lms.fairness.rules import LookOutcome, LookState, Marked, Pair, SamplePolicy, Why
from lms.people.models import Person
from lms.people.rules import Actor


def sample_policy(version_id: int) -> SamplePolicy:
    """What a version says about samples, exactly."""
    policies = curriculum.outline(version_id).policies
    marking, moderation = policies.marking, policies.moderation
    return SamplePolicy(
        share=Fraction(str(marking.moderation_share)),
        least=marking.moderation_min,
        below=Fraction(str(marking.moderate_below)),
        above=Fraction(str(marking.moderate_from)),
        apart=Fraction(str(moderation.apart_from)),
        least_batch=moderation.least_batch,
        tolerance=Fraction(str(moderation.tolerance)),
    )


def sampled(version_id: int) -> bool:
    """Whether a version asks for samples at all."""
    return curriculum.outline(version_id).policies.moderation.sampled


def counts(cohort_id: int, activity_id: int, part: str) -> dict[TaskState, int]:
    """How many pieces of a batch stand where, without superseded ones. One statement."""
    rows = db.session.execute(
        sa.select(MarkingTask.state, sa.func.count())
        .where(
            MarkingTask.cohort_id == cohort_id,
            MarkingTask.activity_id == activity_id,
            MarkingTask.part == part,
            MarkingTask.state != TaskState.SUPERSEDED,
        )
        .group_by(MarkingTask.state)
    )
    return {state: count for state, count in rows}  # noqa: C416 - typed rows


def marked_once(cohort_id: int, activity_id: int, part: str) -> list[Marked]:
    """The finished pieces of a batch with what their marker saw in them. One statement."""
    rows = db.session.execute(
        sa.select(MarkingTask.id, MarkingTask.public_id, MarkingTask.marker_id, MarkVersion.trace)
        .join(MarkVersion, MarkVersion.task_id == MarkingTask.id)
        .join(Mark, sa.and_(Mark.id == MarkVersion.mark_id, Mark.latest_version == MarkVersion.number))
        .where(
            MarkingTask.cohort_id == cohort_id,
            MarkingTask.activity_id == activity_id,
            MarkingTask.part == part,
            MarkingTask.state == TaskState.FINALISED,
        )
        .order_by(MarkingTask.id)
    )
    found = {
        row.id: Marked(row.id, row.public_id, row.marker_id, read_exact(row.trace["before_late"]))
        for row in rows
        if "before_late" in row.trace
    }
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample of a batch, as it stands."""

    id: int
    pieces: int
    forced: bool
    drawn_at: dt.datetime | None
    done_at: dt.datetime | None
    waived_at: dt.datetime | None
    waived_by: str | None
    reason: str


def sample_of(cohort_id: int, activity_id: int, part: str) -> Sample | None:
    """The sample of a batch; None: not drawn yet. One statement."""
    row = db.session.execute(
        sa.select(
            Moderation.id,
            Moderation.pieces,
            Moderation.forced,
            Moderation.drawn_at,
            Moderation.done_at,
            Moderation.waived_at,
            Person.name.label("waived_by"),
            Moderation.reason,
        )
        .outerjoin(Person, Person.id == Moderation.waived_by_id)
        .where(
            Moderation.cohort_id == cohort_id,
            Moderation.activity_id == activity_id,
            Moderation.part == part,
        )
    ).one_or_none()
    return Sample(**row._asdict()) if row else None


@dataclass(frozen=True, slots=True)
class LookLine:
    """A piece of a sample: both marks, and what came of it."""

    public_id: str
    task_id: int
    task_public_id: str
    title: str
    why: Why
    first_id: int | None
    first_marker: str | None
    second_id: int | None
    second_marker: str | None
    state: LookState
    first: Fraction | None
    """What the first marker saw in it; None: it is being marked again."""
    second: Fraction | None
    outcome: LookOutcome | None
    agreed: Fraction | None
    reason: str
    settled_by: str | None
    settled_at: dt.datetime | None
    levels: tuple[tuple[int, int], ...]

    def waits_for(self, person_id: int) -> bool:
        """Whether this person is still to judge it."""
        return self.second_id == person_id and self.state in (LookState.WAITING, LookState.DRAFT)

    def pair(self) -> Pair | None:
        """Both marks, where both are there."""
        if self.first is None or self.second is None:
            return None
        return Pair(self.first, self.second, self.levels)


_first = aliased(Person)
_second = aliased(Person)
_settler = aliased(Person)


def looks_of(moderation_id: int) -> list[LookLine]:
    """The second looks of a sample, by title. Two statements."""
    rows = db.session.execute(
        sa.select(
            SecondLook,
            MarkingTask.public_id,
            MarkingTask.title,
            MarkingTask.marker_id,
            MarkingTask.state,
            MarkingTask.draft,
            _first.name,
            _second.name,
            _settler.name,
        )
        .join(MarkingTask, MarkingTask.id == SecondLook.task_id)
        .outerjoin(_first, _first.id == MarkingTask.marker_id)
        .outerjoin(_second, _second.id == SecondLook.marker_id)
        .outerjoin(_settler, _settler.id == SecondLook.settled_by_id)
        .where(SecondLook.moderation_id == moderation_id)
        .order_by(MarkingTask.title, SecondLook.id)
    ).all()
    firsts = _first_marks([row[0].task_id for row in rows])
    found = []
    for look, public_id, title, first_id, state, draft, first, second, settler in rows:
        open_again = state in OPEN
        found.append(
            LookLine(
                public_id=look.public_id,
                task_id=look.task_id,
                task_public_id=public_id,
                title=title,
                why=look.why,
                first_id=first_id,
                first_marker=first,
                second_id=look.marker_id,
                second_marker=second,
                state=look.state,
                first=None if open_again else firsts.get(look.task_id),
                second=read_exact(look.mark) if look.mark else None,
                outcome=look.outcome,
                agreed=read_exact(look.agreed) if look.agreed else None,
                reason=look.reason,
                settled_by=settler,
                settled_at=look.settled_at,
                levels=_levels(draft, look.draft) if look.mark else (),
            )
        )
    return found


def _first_marks(task_ids: Collection[int]) -> dict[int, Fraction]:
    """What the first marker of each saw: of the versions that came from judging, the latest."""
    rows = db.session.execute(
        sa.select(MarkVersion.task_id, MarkVersion.trace)
        .where(MarkVersion.task_id.in_(task_ids))
        .order_by(MarkVersion.id)
    )
    found: dict[int, Fraction] = {}
    for task_id, trace in rows:
        if task_id and trace.get("rows") and "before_late" in trace and not _agreed(trace):
            found[task_id] = read_exact(trace["before_late"])
    return found


def _agreed(trace: Mapping[str, Any]) -> bool:
    lines = trace.get("group_facts") or trace.get("facts", [])
    return any(line.get("text") == "Agreed" for line in lines)


def _levels(first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    one, other = first.get("levels", {}), second.get("levels", {})
    return tuple((int(one[key]), int(other[key])) for key in sorted(one) if key in other)


@dataclass(frozen=True, slots=True)
class LookView:
    """A second look, for the one who takes it: nothing of the first judgement."""

    id: int
    public_id: str
    task: TaskView
    marker_id: int | None
    state: LookState
    draft: Mapping[str, Any]
    version: int
    saved_at: dt.datetime | None

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.task.cohort_id


def look_visible_to(actor: Actor, look: str) -> LookView:
    """The second look with this public id, where the actor has business in its cohort; else NotFound."""
    row = db.session.execute(
        sa.select(SecondLook, MarkingTask.public_id)
        .join(MarkingTask, MarkingTask.id == SecondLook.task_id)
        .where(SecondLook.public_id == look)
    ).one_or_none()
    if row is None:
        raise NotFound
    found: SecondLook = row[0]
    return LookView(
        id=found.id,
        public_id=found.public_id,
        task=assessment.task_visible_to(actor, row[1]),
        marker_id=found.marker_id,
        state=found.state,
        draft=found.draft,
        version=found.version,
        saved_at=found.saved_at,
    )


def seen_before(view_of: tuple[int, int, str], place_ids: Collection[int]) -> set[int]:
    """The places that see a mark of this batch already: what comes now corrects it. One statement."""
    cohort_id, activity_id, part = view_of
    return set(
        db.session.scalars(
            sa.select(Mark.place_id).where(
                Mark.cohort_id == cohort_id,
                Mark.activity_id == activity_id,
                Mark.part == part,
                Mark.place_id.in_(place_ids),
                Mark.released_version.is_not(None),
            )
        )
    )


def places_of_open_looks(moderation_id: int) -> set[int]:
    """The places whose second look is not settled. One statement."""
    rows = db.session.scalars(
        sa.select(MarkingTask.place_ids)
        .join(SecondLook, SecondLook.task_id == MarkingTask.id)
        .where(SecondLook.moderation_id == moderation_id, SecondLook.state != LookState.SETTLED)
    )
    return {place for document in rows for place in document["places"]}
