"""Reads for those who release: every activity of a cohort with how far its marking is, and one batch in full."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.models import CandidateNumber, Mark, MarkingTask, MarkVersion
from lms.assessment.policy import knows_authors
from lms.assessment.queries.blind import is_known, of_mark
from lms.assessment.queries.unseen import SECOND, unseen_by
from lms.assessment.rules import OPEN, MarkState, TaskState, shown
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.curriculum.models import RubricCriterion
from lms.curriculum.queries import ActivityLine
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.people.rules import Actor

PENDING = (MarkState.FINALISED, MarkState.MODERATED)
"""States of a version that stands and is not released."""


class OfPart:
    """What is marked as a whole or in parts: how addresses and people call it."""

    __slots__ = ()
    activity: ActivityLine
    part: str
    part_title: str

    @property
    def key(self) -> str:
        """What addresses call it: the activity's key, with the part after a dot."""
        return f"{self.activity.key}.{self.part}" if self.part else self.activity.key

    @property
    def name(self) -> str:
        """What people call it."""
        name = f"{self.activity.code} {self.activity.title}".strip()
        return f"{name}: {self.part_title}" if self.part_title else name


@dataclass
class BatchLine(OfPart):
    """An activity (or a part of it) of a cohort: how far its marking is."""

    activity: ActivityLine
    course: str
    part: str
    part_title: str = ""
    tasks: dict[TaskState, int] = field(default_factory=dict)
    pending: int = 0
    """Learners whose finished mark is not released."""
    released: int = 0
    """Learners who see a mark."""
    unowned: int = 0
    """Pieces still to be marked that nobody has."""
    promised_at: dt.datetime | None = None
    """The earliest promise among what is still to be marked."""

    @property
    def waiting(self) -> int:
        """Pieces of work still to be marked, drafts included."""
        return sum(self.tasks.get(state, 0) for state in OPEN)

    @property
    def drafts(self) -> int:
        """Pieces begun."""
        return self.tasks.get(TaskState.DRAFT, 0)

    @property
    def pieces(self) -> int:
        """Pieces of work in all."""
        return sum(self.tasks.values())


def batches(cohort: CohortView) -> list[BatchLine]:
    """Every activity of a cohort in which there is something to mark or marked, in the programme's order.

    Four statements besides the outline.
    """
    outline = curriculum.outline(cohort.version_id)
    found: dict[tuple[int, str], BatchLine] = {}

    def line(activity_id: int, part: str) -> BatchLine:
        activity = outline.activities[activity_id]
        course = outline.course(activity.course_id)
        return found.setdefault((activity_id, part), BatchLine(activity, course.title, part))

    for row in db.session.execute(
        sa.select(
            MarkingTask.activity_id,
            MarkingTask.part,
            MarkingTask.state,
            sa.func.count().label("pieces"),
            (sa.func.count() - sa.func.count(MarkingTask.marker_id)).label("unowned"),
            sa.func.min(MarkingTask.promised_at).label("promised_at"),
        )
        .where(MarkingTask.cohort_id == cohort.id, MarkingTask.state != TaskState.SUPERSEDED)
        .group_by(MarkingTask.activity_id, MarkingTask.part, MarkingTask.state)
    ):
        one = line(row.activity_id, row.part)
        one.tasks[row.state] = row.pieces
        if row.state in OPEN:
            one.unowned += row.unowned
            one.promised_at = min(filter(None, (one.promised_at, row.promised_at)))
    for activity_id, part, released, pending in _mark_counts(cohort.id):
        one = line(activity_id, part)
        one.released, one.pending = released, pending
    titles = _part_titles(cohort.version_id)
    for one in found.values():
        one.part_title = titles.get((one.activity.id, one.part), "")
    return sorted(found.values(), key=lambda one: (one.activity.position, one.part))


def _mark_counts(cohort_id: int) -> Iterator[tuple[int, str, int, int]]:
    latest = sa.and_(MarkVersion.mark_id == Mark.id, MarkVersion.number == Mark.latest_version)
    rows = db.session.execute(
        sa.select(
            Mark.activity_id,
            Mark.part,
            sa.func.count(Mark.released_version),
            sa.func.sum(sa.case((MarkVersion.state.in_(PENDING), 1), else_=0)),
        )
        .join(MarkVersion, latest)
        .where(Mark.cohort_id == cohort_id)
        .group_by(Mark.activity_id, Mark.part)
    )
    for activity_id, part, released, pending in rows:
        yield activity_id, part, int(released), int(pending)


def _part_titles(version_id: int) -> dict[tuple[int, str], str]:
    ids = [line.id for line in curriculum.outline(version_id).activities.values()]
    rows = db.session.execute(
        sa.select(RubricCriterion.activity_id, RubricCriterion.part, RubricCriterion.part_title)
        .where(RubricCriterion.part != "", RubricCriterion.activity_id.in_(ids))
        .distinct()
    )
    return {(activity_id, part): title for activity_id, part, title in rows}


def export_lines(cohort: CohortView, actor: Actor) -> Iterator[tuple[str, ...]]:
    """Every mark of a cohort as a table with a head, for this member of staff: exact figures beside those shown.

    For whoever may not know authors, marks of work that is marked blind stand under their numbers, last, until they
    are released; marks of work that they are still to judge themselves stand without a figure.
    """
    knows, unseen = knows_authors(actor, cohort), unseen_by(actor, cohort.id).marks
    outline = curriculum.outline(cohort.version_id)
    latest, seen, by = aliased(MarkVersion), aliased(MarkVersion), aliased(Person)
    rows = db.session.execute(
        sa.select(
            Person.name,
            Place.external_id,
            Mark.place_id,
            Mark.activity_id,
            Mark.part,
            latest.state,
            latest.numerator,
            latest.denominator,
            latest.origin,
            by.name.label("by"),
            latest.entered_at,
            seen.numerator.label("seen_numerator"),
            seen.denominator.label("seen_denominator"),
            seen.released_at,
            CandidateNumber.number.label("candidate"),
            CandidateNumber.unmasked_at,
        )
        .select_from(Mark)
        .outerjoin(CandidateNumber, of_mark())
        .join(latest, sa.and_(latest.mark_id == Mark.id, latest.number == Mark.latest_version))
        .outerjoin(seen, sa.and_(seen.mark_id == Mark.id, seen.number == Mark.released_version))
        .join(Place, Place.id == Mark.place_id)
        .join(Person, Person.id == Place.person_id)
        .outerjoin(by, by.id == latest.entered_by_id)
        .where(Mark.cohort_id == cohort.id)
        .order_by(Mark.activity_id, Mark.part, Person.sort_name, Mark.id)
    )
    yield (
        "activity",
        "part",
        "learner",
        "external_id",
        "state",
        "mark",
        "mark_exact",
        "origin",
        "entered_by",
        "entered_at_utc",
        "released_mark_exact",
        "released_at_utc",
    )
    named: list[Any] = []
    masked: list[Any] = []
    for row in rows:
        (named if knows or is_known(row) else masked).append(row)
    for hidden, row in [
        *((False, row) for row in named),
        *((True, row) for row in sorted(masked, key=lambda row: (row.activity_id, row.candidate))),
    ]:
        value = Fraction(row.numerator, row.denominator)
        second = (row.place_id, row.activity_id, row.part) in unseen
        seen_value = (
            str(Fraction(row.seen_numerator, row.seen_denominator))
            if row.seen_numerator is not None and not second
            else ""
        )
        yield (
            outline.activities[row.activity_id].key,
            row.part,
            f"Candidate {row.candidate}" if hidden else row.name,
            "" if hidden else row.external_id or "",
            row.state.value,
            SECOND if second else shown(value),
            "" if second else str(value),
            row.origin,
            row.by or "",
            _instant(row.entered_at),
            seen_value,
            _instant(row.released_at),
        )


def _instant(at: dt.datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""
