"""One batch in full: the marks of an activity of a cohort, and the work still to be marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment import ports
from lms.assessment.models import CandidateNumber, Mark, MarkingTask, MarkVersion
from lms.assessment.policy import MARKING, knows_authors
from lms.assessment.queries.batches import PENDING, OfPart
from lms.assessment.queries.blind import is_known, of_mark
from lms.assessment.queries.unseen import unseen_by
from lms.assessment.rules import OPEN, MarkState, Origin, Releasing, TaskState, why_not_release
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.curriculum.models import RubricCriterion
from lms.curriculum.queries import ActivityLine
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class BatchView(OfPart):
    """One activity (or a part of it) of a cohort, as the URL names it."""

    cohort: CohortView
    activity: ActivityLine
    part: str
    part_title: str
    knows: bool = False
    """Whoever looks knows the authors of work that is marked blind."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def summative(self) -> bool:
        """Whether the marks count."""
        return bool(self.activity.group_key)

    @property
    def peer_reviewed(self) -> bool:
        """Whether learners review each other's work, besides."""
        return bool(curriculum.specs(self.cohort.version_id)[self.activity.id].get("peer_review"))


def batch_visible_to(actor: Actor, slug: str, key: str) -> BatchView:
    """The batch with this key (`a-1`, `m6a.report`) in a cohort the actor sees; else NotFound."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    name, _dot, part = key.partition(".")
    activity = curriculum.outline(cohort.version_id).by_key.get(name)
    if activity is None:
        raise NotFound
    title = ""
    if part:
        title = (
            db.session.scalar(
                sa.select(RubricCriterion.part_title)
                .where(RubricCriterion.activity_id == activity.id, RubricCriterion.part == part)
                .limit(1)
            )
            or ""
        )
        if not title:
            raise NotFound
    return BatchView(cohort, activity, part, title, knows_authors(actor, cohort))


@dataclass(frozen=True, slots=True)
class MarkLine:
    """A learner's mark in a batch: the version that stands, and what the learner sees."""

    mark_id: int
    public_id: str
    place_id: int
    learner: str
    learner_public_id: str
    masked: bool
    """`learner` is a candidate number: whoever looks may not know whose mark it is."""
    number: int
    state: MarkState
    value: Fraction | None
    """None: whoever looks is still to judge the same work themselves."""
    origin: str
    entered_by_id: int | None
    entered_by: str | None
    entered_at: dt.datetime
    reason: str
    comments: int
    task_id: int | None
    seen: Fraction | None
    """The released mark; None: the learner sees nothing."""
    released_at: dt.datetime | None
    summative: bool
    held: str = ""
    """Why it may not be released yet, whoever releases."""

    @property
    def pending(self) -> bool:
        """Whether this version waits for its release."""
        return self.state in PENDING

    @property
    def stamp(self) -> str:
        """Names exactly this version: what a release confirms."""
        return f"{self.public_id}.{self.number}"

    def releasing(self) -> Releasing:
        """As the rule judges it."""
        return Releasing(Origin(self.origin), self.entered_by_id, self.summative)

    def may_be_released_by(self, person_id: int) -> bool:
        """Whether this person may release the version."""
        if self.value is None or not self.pending or self.held:
            return False
        return why_not_release(self.releasing(), person_id) is None


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A piece of work of a batch that has no finished mark."""

    public_id: str
    title: str
    state: TaskState
    marker_id: int | None
    marker: str | None
    handed_in_at: dt.datetime
    late_days: int
    promised_at: dt.datetime
    saved_at: dt.datetime | None
    author: str
    """Whose it is, where it is marked blind and whoever looks knows it."""


def batch(view: BatchView, actor: Actor) -> tuple[list[MarkLine], list[WaitingLine]]:
    """The marks and the waiting work of a batch, by name, as this person may see them.

    Two statements, one for those who mark, and those of whoever holds a release back.
    """
    unseen = unseen_by(actor, view.cohort.id).marks
    marks = [
        replace(line, value=None, reason="", comments=0, seen=None)
        if (line.place_id, view.activity.id, view.part) in unseen
        else line
        for line in _marks(view)
    ]
    asked = ports.Batch(view.cohort.id, view.activity.id, view.part, view.cohort.version_id)
    holds = ports.holds(asked, [line.place_id for line in marks if line.pending])
    return [replace(line, held=holds.get(line.place_id, "")) for line in marks], _tasks(view)


def _marks(view: BatchView) -> list[MarkLine]:
    latest, seen, by = aliased(MarkVersion), aliased(MarkVersion), aliased(Person)
    rows = db.session.execute(
        sa.select(
            Mark.id,
            Mark.public_id,
            Mark.place_id,
            Person.name.label("learner"),
            Place.public_id.label("learner_public_id"),
            latest.number,
            latest.state,
            latest.numerator,
            latest.denominator,
            latest.origin,
            latest.entered_by_id,
            by.name.label("entered_by"),
            latest.entered_at,
            latest.reason,
            latest.feedback,
            latest.task_id,
            seen.numerator.label("seen_numerator"),
            seen.denominator.label("seen_denominator"),
            seen.released_at,
            CandidateNumber.number.label("candidate"),
            CandidateNumber.unmasked_at,
        )
        .join(latest, sa.and_(latest.mark_id == Mark.id, latest.number == Mark.latest_version))
        .outerjoin(seen, sa.and_(seen.mark_id == Mark.id, seen.number == Mark.released_version))
        .join(Place, Place.id == Mark.place_id)
        .join(Person, Person.id == Place.person_id)
        .outerjoin(by, by.id == latest.entered_by_id)
        .outerjoin(CandidateNumber, of_mark())
        .where(Mark.cohort_id == view.cohort.id, Mark.activity_id == view.activity.id, Mark.part == view.part)
        .order_by(Person.sort_name, Mark.id)
    )
    found = [
        MarkLine(
            mark_id=row.id,
            public_id=row.public_id,
            place_id=row.place_id,
            learner=row.learner if (known := view.knows or is_known(row)) else f"Candidate {row.candidate}",
            learner_public_id=row.learner_public_id if known else "",
            masked=not known,
            number=row.number,
            state=row.state,
            value=Fraction(row.numerator, row.denominator),
            origin=row.origin,
            entered_by_id=row.entered_by_id,
            entered_by=row.entered_by,
            entered_at=row.entered_at,
            reason=row.reason,
            comments=row.feedback.get("comments", 0),
            task_id=row.task_id,
            seen=Fraction(row.seen_numerator, row.seen_denominator)
            if row.seen_numerator is not None
            else None,
            released_at=row.released_at,
            summative=view.summative,
        )
        for row in rows
    ]
    return sorted(found, key=lambda line: line.learner if line.masked else "")


def _tasks(view: BatchView) -> list[WaitingLine]:
    author = aliased(Person)
    rows = db.session.execute(
        sa.select(
            MarkingTask.public_id,
            MarkingTask.title,
            MarkingTask.state,
            MarkingTask.marker_id,
            Person.name.label("marker"),
            MarkingTask.handed_in_at,
            MarkingTask.late_days,
            MarkingTask.promised_at,
            MarkingTask.saved_at,
            author.name.label("author"),
            CandidateNumber.unmasked_at,
        )
        .outerjoin(Person, Person.id == MarkingTask.marker_id)
        .outerjoin(CandidateNumber, CandidateNumber.id == MarkingTask.candidate_id)
        .outerjoin(Place, Place.id == CandidateNumber.place_id)
        .outerjoin(author, author.id == Place.person_id)
        .where(
            MarkingTask.cohort_id == view.cohort.id,
            MarkingTask.activity_id == view.activity.id,
            MarkingTask.part == view.part,
            MarkingTask.state.in_(OPEN),
        )
        .order_by(MarkingTask.handed_in_at, MarkingTask.id)
    )
    found = []
    for row in rows:
        values = row._asdict()
        known = values.pop("unmasked_at") is not None or view.knows
        found.append(WaitingLine(**{**values, "author": (row.author or "") if known else ""}))
    return found


def task_ids(view: BatchView, public_ids: Iterable[str]) -> list[int]:
    """The ids of a batch's tasks with these public ids; others are not looked at."""
    return list(
        db.session.scalars(
            sa.select(MarkingTask.id)
            .where(
                MarkingTask.public_id.in_(list(public_ids)),
                MarkingTask.cohort_id == view.cohort.id,
                MarkingTask.activity_id == view.activity.id,
                MarkingTask.part == view.part,
            )
            .order_by(MarkingTask.id)
        )
    )


def staff_markers(cohort_id: int) -> list[tuple[str, int, str]]:
    """Who may be given work in a cohort: (public id, person id, name), by name. One statement."""
    found: dict[int, tuple[str, int, str]] = {}
    for line in cohorts.staff(cohort_id):
        if line.role in MARKING:
            found[line.person_id] = (line.public_id, line.person_id, line.name)
    return sorted(found.values(), key=lambda one: (one[2], one[1]))
