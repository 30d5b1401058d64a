"""Feedback to a whole class: written, drafted from what was marked, approved, let go with the marks, corrected."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.assessment import queries
from lms.assessment.models import ClassFeedback, ClassFeedbackVersion, Mark
from lms.assessment.ports import Batch
from lms.assessment.rules import class_feedback as rules
from lms.assessment.rules.class_feedback import ClassFeedbackRefusal
from lms.core import audit, markdown
from lms.core.db import db, insert_ignoring
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.people.models import Person
from lms.people.rules import Actor

CLASS_HEADING_FROM = 3


def save_class_feedback(
    batch: Batch, text: str, *, version: int, actor: Actor, now: dt.datetime
) -> ClassFeedback:
    """Keep the text as it is written. Before learners read it, other words take its approval back.

    Raises Conflict when somebody saved since `version` was read (its `current` is the text that stands there),
    RuleViolation when it is too long.
    """
    row = _row(batch)
    text = _checked(text)
    _same_version(row, version, actor)
    if text == row.text and row.saved_at is not None:
        return row
    row.text, row.approved_number = text, None
    row.version += 1
    row.saved_at, row.saved_by_id = now, actor.person_id
    db.session.flush()
    return row


def draft_class_feedback(
    batch: Batch, text: str, *, version: int, actor: Actor, now: dt.datetime
) -> ClassFeedback:
    """Put a draft made from what was marked below the text that stands there.

    Raises RuleViolation where too few pieces are finished; otherwise as `save_class_feedback`.
    """
    material = queries.class_material(batch)
    if not rules.enough(len(material.pieces)):
        raise RuleViolation(
            ClassFeedbackRefusal.TOO_FEW, count=len(material.pieces), least=rules.LEAST_PIECES
        )
    both = "\n\n".join(filter(None, (text.strip(), rules.compose(material))))
    return save_class_feedback(batch, both, version=version, actor=actor, now=now)


def approve_class_feedback(
    batch: Batch, text: str, *, version: int, reason: str, actor: Actor, now: dt.datetime
) -> ClassFeedback:
    """Approve the text: it goes out with the marks; where marks of the batch are out, it is read at once.

    Raises RuleViolation where there is nothing new to approve, or learners have read an earlier text and no reason is
    given; otherwise as `save_class_feedback`.
    """
    row = save_class_feedback(batch, text, version=version, actor=actor, now=now)
    before = row.released_number
    refusal = rules.why_not_approve(
        row.text, changed=row.approved_number is None, seen=before is not None, reason=reason
    )
    if refusal:
        raise RuleViolation(refusal)
    row.latest_number += 1
    row.approved_number = row.latest_number
    row.version += 1
    db.session.add(
        ClassFeedbackVersion(
            feedback_id=row.id,
            number=row.latest_number,
            text=row.text,
            html=markdown.render(row.text, heading_from=CLASS_HEADING_FROM),
            approved_by_id=actor.person_id,
            approved_at=now,
            corrects=before is not None,
            reason=reason.strip(),
        )
    )
    db.session.flush()
    _write_down(row, "assessment.approve_class_feedback", actor, reason=reason.strip())
    if before is not None or _marks_are_out(batch):
        _let_go(row, now)
    return row


def let_class_feedback_go(batch: Batch, *, now: dt.datetime) -> bool:
    """Marks of the batch are released: what is approved for the class goes with them. Whether there is any to read.

    Only the gate calls it.
    """
    row = db.session.scalar(_of(batch).with_for_update())
    if row is None:
        return False
    if row.released_number is None and row.approved_number is not None:
        _let_go(row, now)
    return row.released_number is not None


def _let_go(row: ClassFeedback, now: dt.datetime) -> None:
    row.released_number = row.approved_number
    db.session.execute(
        sa.update(ClassFeedbackVersion)
        .where(ClassFeedbackVersion.feedback_id == row.id, ClassFeedbackVersion.number == row.released_number)
        .values(released_at=now)
    )
    db.session.flush()


def _marks_are_out(batch: Batch) -> bool:
    found = db.session.scalar(
        sa.select(Mark.id)
        .where(
            Mark.cohort_id == batch.cohort_id,
            Mark.activity_id == batch.activity_id,
            Mark.part == batch.part,
            Mark.released_version.is_not(None),
        )
        .limit(1)
    )
    return found is not None


def _of(batch: Batch) -> sa.Select[ClassFeedback]:
    return sa.select(ClassFeedback).where(
        ClassFeedback.cohort_id == batch.cohort_id,
        ClassFeedback.activity_id == batch.activity_id,
        ClassFeedback.part == batch.part,
    )


def _row(batch: Batch) -> ClassFeedback:
    insert_ignoring(
        ClassFeedback.__table__,
        [
            {
                "cohort_id": batch.cohort_id,
                "activity_id": batch.activity_id,
                "part": batch.part,
                "text": "",
                "version": 0,
                "latest_number": 0,
            }
        ],
    )
    row = db.session.scalar(_of(batch).with_for_update().execution_options(populate_existing=True))
    if row is None:  # pragma: no cover - it was made one line above
        raise NotFound
    return row


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > rules.LONGEST:
        raise RuleViolation(ClassFeedbackRefusal.TOO_LONG)
    return text


def _same_version(row: ClassFeedback, version: int, actor: Actor) -> None:
    if row.version == version:
        return
    saver = db.session.get(Person, row.saved_by_id) if row.saved_by_id else None
    who = (
        "You, in another window,"
        if row.saved_by_id == actor.person_id
        else saver.name
        if saver
        else "Somebody"
    )
    raise Conflict(ClassFeedbackRefusal.CHANGED, current=row.text, who=who)


def _write_down(row: ClassFeedback, action: str, actor: Actor, *, reason: str) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="class_feedback",
            subject_id=row.id,
            cohort_id=row.cohort_id,
            after={"version": row.latest_number, "seen": row.released_number is not None},
            reason=reason,
        )
    )
