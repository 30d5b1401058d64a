"""Marking packs: what goes into one, and what one that came back would do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import CandidateNumber, MarkingTask, PackReturn
from lms.assessment.policy import can_mark
from lms.assessment.queries.batch_lines import BatchView, batch_visible_to
from lms.assessment.queries.released import released_mark_visible_to
from lms.assessment.queries.tasks import IN_QUEUE, task_visible_to
from lms.assessment.queries.unseen import unseen_by
from lms.assessment.rules import OPEN, Judgement, TaskState
from lms.assessment.rules.pack_files import PackPiece, label_of
from lms.assessment.rules.packs import Row, Verdict, verdict
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.files import StoredFile
from lms.people.rules import Actor

STATES = {TaskState.WAITING: "to mark", TaskState.DRAFT: "begun", TaskState.FINALISED: "finished"}


@dataclass(frozen=True, slots=True)
class PackLine:
    """A piece of somebody's pack."""

    task_id: int
    source: str
    source_id: int
    title: str
    masked: int | None
    """The candidate's number, where the marker may not know the author."""
    marker_id: int | None
    cohort_id: int
    open: bool
    piece: PackPiece
    files: tuple[Mapping[str, Any], ...]
    """Annotated files attached already."""

    @property
    def unseen(self) -> bool:
        """What policies ask: work that somebody is to judge second is in none of their packs."""
        return False


def pack_lines(view: BatchView, actor: Actor) -> list[PackLine]:
    """The pieces of an activity that are this person's to mark, finished ones included, the oldest first.

    Two statements.
    """
    return _lines(view, actor, MarkingTask.marker_id == actor.person_id, MarkingTask.state.in_(IN_QUEUE))


def _lines(view: BatchView, actor: Actor, *conditions: sa.ColumnElement[bool]) -> list[PackLine]:
    unseen = unseen_by(actor, view.cohort.id).tasks
    rows = db.session.execute(
        sa.select(MarkingTask, CandidateNumber.number, CandidateNumber.unmasked_at)
        .outerjoin(CandidateNumber, CandidateNumber.id == MarkingTask.candidate_id)
        .where(
            MarkingTask.cohort_id == view.cohort.id,
            MarkingTask.activity_id == view.activity.id,
            MarkingTask.part == view.part,
            *conditions,
        )
        .order_by(MarkingTask.handed_in_at, MarkingTask.id)
        .execution_options(populate_existing=True)
    )
    return [
        _line(task, number, unmasked_at is None)
        for task, number, unmasked_at in rows
        if task.id not in unseen
    ]


def _line(task: MarkingTask, number: int | None, hidden: bool) -> PackLine:
    late = "" if task.late_days <= 0 else f"{task.late_days} day{'s' if task.late_days > 1 else ''}"
    return PackLine(
        task_id=task.id,
        source=task.source,
        source_id=task.source_id,
        title=task.title,
        masked=number if hidden and task.released_at is None else None,
        marker_id=task.marker_id,
        cohort_id=task.cohort_id,
        open=task.state in OPEN,
        piece=PackPiece(
            label=label_of(number, task.title, task.public_id),
            public_id=task.public_id,
            version=task.version,
            state=STATES.get(task.state, ""),
            late=late,
            judgement=Judgement.read(task.draft),
        ),
        files=tuple(task.draft.get("files", ())),
    )


@dataclass(frozen=True, slots=True)
class ReturnView:
    """A pack that came back, as its address names it."""

    id: int
    public_id: str
    person_id: int
    batch: BatchView
    name: str
    rows: tuple[Row, ...]
    files: tuple[Mapping[str, Any], ...]
    left_out: tuple[str, ...]
    at: dt.datetime
    applied_at: dt.datetime | None
    outcome: Mapping[str, Any]

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.batch.cohort.id


def return_visible_to(actor: Actor, slug: str, key: str, pack: str) -> ReturnView:
    """A pack that this person brought back; anybody else's is not there."""
    batch = batch_visible_to(actor, slug, key)
    row = db.session.scalar(
        sa.select(PackReturn).where(
            PackReturn.public_id == pack,
            PackReturn.person_id == actor.person_id,
            PackReturn.cohort_id == batch.cohort.id,
            PackReturn.activity_id == batch.activity.id,
            PackReturn.part == batch.part,
        )
    )
    if row is None:
        raise NotFound
    return ReturnView(
        id=row.id,
        public_id=row.public_id,
        person_id=row.person_id,
        batch=batch,
        name=row.name,
        rows=tuple(
            Row(
                number=one["number"],
                piece=one["piece"],
                version=one["version"],
                base=one["base"],
                judgement=Judgement.read(one["judgement"]),
                problems=tuple(one["problems"]),
            )
            for one in row.rows
        ),
        files=tuple(row.files),
        left_out=tuple(row.left_out),
        at=row.at,
        applied_at=row.applied_at,
        outcome=row.outcome,
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """What taking a row would do."""

    row: Row
    line: PackLine | None
    """The piece as it stands; None: there is no such piece here."""
    verdict: Verdict
    why: tuple[str, ...]
    files: tuple[Mapping[str, Any], ...]
    """New annotated files for it."""


def judged(view: ReturnView, actor: Actor) -> list[Judged]:
    """Each row against its piece as it stands now. Two statements."""
    lines = {
        line.piece.public_id: line
        for line in _lines(view.batch, actor, MarkingTask.public_id.in_([row.piece for row in view.rows]))
    }
    found = []
    for row in view.rows:
        line = lines.get(row.piece)
        new = tuple(one for one in view.files if one["piece"] == row.piece)
        if line is None:
            found.append(Judged(row, None, Verdict.REFUSED, ("There is no such piece here.",), ()))
            continue
        kind, why = verdict(
            row,
            version=line.piece.version,
            current=line.piece.judgement,
            open_=line.open,
            mine=can_mark(actor, line),
        )
        attached = {one["public_id"] for one in line.files}
        fresh = tuple(one for one in new if one["public_id"] not in attached) if line.open else ()
        found.append(Judged(row, line, kind, why, fresh if can_mark(actor, line) else ()))
    return found


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """A pack that was brought back, in a list."""

    public_id: str
    name: str
    at: dt.datetime
    applied_at: dt.datetime | None


def returns_of(view: BatchView, actor: Actor) -> list[ReturnLine]:
    """The last packs that this person brought back for an activity. One statement."""
    rows = db.session.execute(
        sa.select(PackReturn.public_id, PackReturn.name, PackReturn.at, PackReturn.applied_at)
        .where(
            PackReturn.person_id == actor.person_id,
            PackReturn.cohort_id == view.cohort.id,
            PackReturn.activity_id == view.activity.id,
            PackReturn.part == view.part,
        )
        .order_by(PackReturn.id.desc())
        .limit(5)
    )
    return [ReturnLine(**row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True)
class AnnotatedFile:
    """An annotated file that goes back to an author, as it is handed out."""

    cohort_id: int
    marker_id: int | None
    name: str
    content_type: str
    size: int
    sha256: str
    unseen: bool = False
    """What policies ask: nobody gets a file of work that they are to judge second."""


def annotated_visible_to(actor: Actor, task: str, file: str) -> AnnotatedFile:
    """An annotated file on the desk, or taken off it again, for those who may look at the piece."""
    view = task_visible_to(actor, task)
    here = [*view.draft.get("files", ()), *view.draft.get("removed", ())]
    return _kept(view.cohort_id, view.marker_id, here, file)


def feedback_file_visible_to(actor: Actor, slug: str, public_id: str, file: str) -> AnnotatedFile:
    """An annotated file of a released mark: the learner's own, or any for those who see marks; else NotFound."""
    page = released_mark_visible_to(actor, slug, public_id)
    return _kept(page.cohort_id, None, page.mark.feedback.get("files", ()), file)


def _kept(cohort_id: int, marker_id: int | None, files: Any, file: str) -> AnnotatedFile:
    if not any(one["public_id"] == file for one in files):
        raise NotFound
    row = db.session.scalar(sa.select(StoredFile).where(StoredFile.public_id == file))
    if row is None:
        raise NotFound
    return AnnotatedFile(cohort_id, marker_id, row.name, row.content_type, row.size, row.sha256)
