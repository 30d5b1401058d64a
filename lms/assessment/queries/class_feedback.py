"""Feedback to a whole class: for those who write and approve it, what a draft is made from, what a learner reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.models import (
    ClassFeedback,
    ClassFeedbackVersion,
    CommentSnippet,
    Mark,
    MarkingTask,
    MarkVersion,
)
from lms.assessment.ports import Batch
from lms.assessment.queries.batch_lines import BatchView, batch_visible_to
from lms.assessment.queries.history import version_id_of
from lms.assessment.queries.rubrics import rubric_view
from lms.assessment.rules import MarkState, Origin, TaskState
from lms.assessment.rules.class_feedback import MarkedPiece, Material, Row, often_said
from lms.core.db import db
from lms.people.models import Person
from lms.people.rules import Actor

FINISHED = (TaskState.FINALISED, TaskState.RELEASED)
STANDING = (MarkState.FINALISED, MarkState.MODERATED, MarkState.RELEASED)


@dataclass(frozen=True, slots=True)
class ClassFeedbackView:
    """The class feedback of a batch, as those who write it see it."""

    batch: BatchView
    marker_ids: frozenset[int]
    """Who has pieces of this batch."""
    finished: int
    """Pieces whose judgement stands."""
    text: str = ""
    version: int = 0
    saved_at: dt.datetime | None = None
    saved_by: str = ""
    approved: int | None = None
    """The version that says what the text says; None: it is not approved."""
    released: int | None = None
    """The version that learners may read."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.batch.cohort_id

    @property
    def asked(self) -> Batch:
        """The batch as actions name it."""
        return Batch(self.batch.cohort.id, self.batch.activity.id, self.batch.part)


def class_feedback_visible_to(actor: Actor, slug: str, key: str) -> ClassFeedbackView:
    """The class feedback of the batch with this key, in a cohort the actor sees; else NotFound.

    Two statements more than the batch.
    """
    view = batch_visible_to(actor, slug, key)
    rows = db.session.execute(
        sa.select(MarkingTask.marker_id, MarkingTask.state, sa.func.count())
        .where(
            MarkingTask.cohort_id == view.cohort.id,
            MarkingTask.activity_id == view.activity.id,
            MarkingTask.part == view.part,
            MarkingTask.state != TaskState.SUPERSEDED,
        )
        .group_by(MarkingTask.marker_id, MarkingTask.state)
    ).all()
    markers = frozenset(marker for marker, _state, _count in rows if marker is not None)
    finished = sum(count for _marker, state, count in rows if state in FINISHED)
    row = db.session.execute(
        sa.select(
            ClassFeedback.text,
            ClassFeedback.version,
            ClassFeedback.saved_at,
            Person.name,
            ClassFeedback.approved_number,
            ClassFeedback.released_number,
        )
        .outerjoin(Person, Person.id == ClassFeedback.saved_by_id)
        .where(*_of(view.cohort.id, view.activity.id, view.part))
    ).one_or_none()
    if row is None:
        return ClassFeedbackView(view, markers, finished)
    return ClassFeedbackView(
        view,
        markers,
        finished,
        row.text,
        row.version,
        row.saved_at,
        row.name or "",
        row.approved_number,
        row.released_number,
    )


def _of(cohort_id: int, activity_id: int, part: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        ClassFeedback.cohort_id == cohort_id,
        ClassFeedback.activity_id == activity_id,
        ClassFeedback.part == part,
    )


@dataclass(frozen=True, slots=True)
class ClassFeedbackLine:
    """A version of class feedback, for staff."""

    number: int
    html: str
    approved_by: str
    approved_at: dt.datetime
    released_at: dt.datetime | None
    corrects: bool
    reason: str


def class_feedback_history(view: ClassFeedbackView) -> list[ClassFeedbackLine]:
    """Every version that was approved, the latest first. One statement."""
    by = aliased(Person)
    rows = db.session.execute(
        sa.select(
            ClassFeedbackVersion.number,
            ClassFeedbackVersion.html,
            by.name.label("approved_by"),
            ClassFeedbackVersion.approved_at,
            ClassFeedbackVersion.released_at,
            ClassFeedbackVersion.corrects,
            ClassFeedbackVersion.reason,
        )
        .join(ClassFeedback, ClassFeedback.id == ClassFeedbackVersion.feedback_id)
        .join(by, by.id == ClassFeedbackVersion.approved_by_id)
        .where(*_of(view.batch.cohort.id, view.batch.activity.id, view.batch.part))
        .order_by(ClassFeedbackVersion.number.desc())
    )
    return [ClassFeedbackLine(**row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True)
class ClassFeedbackState:
    """Where the class feedback of a batch stands, for its pages."""

    written: bool
    approved: bool
    released: bool


def class_feedback_state(view: BatchView) -> ClassFeedbackState:
    """Where the class feedback of a batch stands. One statement."""
    row = db.session.execute(
        sa.select(
            ClassFeedback.text != "", ClassFeedback.approved_number, ClassFeedback.released_number
        ).where(*_of(view.cohort.id, view.activity.id, view.part))
    ).one_or_none()
    if row is None:
        return ClassFeedbackState(written=False, approved=False, released=False)
    return ClassFeedbackState(bool(row[0]), row[1] is not None, row[2] is not None)


def class_material(batch: Batch) -> Material:
    """What a draft is made from: the levels of every finished piece, and the comments of the bank that stand in them.

    Nothing that a marker wrote for one piece is read. Four statements.
    """
    version_id = version_id_of(batch.cohort_id)
    rubric = rubric_view(version_id, batch.activity_id, batch.part)
    keys = {words.title: words.key for words in rubric.words}
    rows = db.session.execute(
        sa.select(MarkVersion.task_id, MarkVersion.feedback)
        .join(Mark, sa.and_(Mark.id == MarkVersion.mark_id, Mark.latest_version == MarkVersion.number))
        .join(MarkingTask, MarkingTask.id == MarkVersion.task_id)
        .where(
            Mark.cohort_id == batch.cohort_id,
            Mark.activity_id == batch.activity_id,
            Mark.part == batch.part,
            MarkVersion.state.in_(STANDING),
            MarkVersion.origin == Origin.RUBRIC.value,
            MarkingTask.state.in_(FINISHED),
        )
        .order_by(MarkVersion.task_id)
    )
    pieces = {
        task_id: MarkedPiece(
            {
                row.get("key") or keys.get(row["title"], ""): int(row["level"])
                for row in feedback.get("criteria", ())
            },
            frozenset(feedback.get("snippets", ())),
        )
        for task_id, feedback in rows
    }
    found = list(pieces.values())
    often = often_said(found)
    said = (
        db.session.execute(
            sa.select(CommentSnippet.public_id, CommentSnippet.text).where(
                CommentSnippet.public_id.in_(often)
            )
        ).all()
        if often
        else []
    )
    return Material(
        rows=[Row(words.key, words.title, words.levels) for words in rubric.words],
        levels={band.level: band.title for band in rubric.rules.bands},
        pieces=found,
        said={public_id: text for public_id, text in said},  # noqa: C416 - typed rows
    )


@dataclass(frozen=True, slots=True)
class SeenClassFeedback:
    """Class feedback as a learner reads it."""

    html: str
    released_at: dt.datetime
    corrected: bool


def seen_class_feedback(place_id: int, activity_id: int, part: str = "") -> SeenClassFeedback | None:
    """What a learner may read: only once they see a mark of this batch, and only what was let go. One statement."""
    row = db.session.execute(
        sa.select(ClassFeedbackVersion.html, ClassFeedbackVersion.released_at, ClassFeedbackVersion.corrects)
        .join(
            ClassFeedback,
            sa.and_(
                ClassFeedback.id == ClassFeedbackVersion.feedback_id,
                ClassFeedback.released_number == ClassFeedbackVersion.number,
            ),
        )
        .join(
            Mark,
            sa.and_(
                Mark.cohort_id == ClassFeedback.cohort_id,
                Mark.activity_id == ClassFeedback.activity_id,
                Mark.part == ClassFeedback.part,
            ),
        )
        .where(
            Mark.place_id == place_id,
            Mark.activity_id == activity_id,
            Mark.part == part,
            Mark.released_version.is_not(None),
        )
    ).one_or_none()
    return SeenClassFeedback(row.html, row.released_at, row.corrects) if row else None
