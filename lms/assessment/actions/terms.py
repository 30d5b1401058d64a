"""What markers take on: caps, days of leave, and authors whom they do not mark."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.assessment.models import MarkingCap, MarkingConflict, MarkingLeave
from lms.assessment.rules import AllocationRefusal, AssessmentRefusal
from lms.core import audit
from lms.core.db import db, read
from lms.core.errors import NotFound, RuleViolation
from lms.enrolment.models import Place
from lms.people.rules import Actor

_CAPS = (
    sa.select(MarkingCap.id)
    .where(MarkingCap.cohort_id == sa.bindparam("cohort", type_=sa.Integer))
    .order_by(MarkingCap.id)
    .with_for_update()
)


def lock_caps(cohort_id: int) -> None:
    """Hold the caps of a cohort until the unit of work ends: whoever gives work out does so one after the other."""
    read(_CAPS, {"cohort": cohort_id}).all()


def set_cap(cohort_id: int, person_id: int, activity_key: str, most: int | None, *, actor: Actor) -> None:
    """Say how many open pieces somebody has at most in a cohort (or in one activity of it); None takes it away."""
    row = db.session.scalar(
        sa.select(MarkingCap)
        .where(
            MarkingCap.cohort_id == cohort_id,
            MarkingCap.person_id == person_id,
            MarkingCap.activity_key == activity_key,
        )
        .with_for_update()
    )
    before = row.most if row else None
    if before == most:
        return
    if most is None and row is not None:
        db.session.delete(row)
    elif row is not None:
        row.most = most  # type: ignore[assignment]
    else:
        db.session.add(
            MarkingCap(cohort_id=cohort_id, person_id=person_id, activity_key=activity_key, most=most)
        )
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="assessment.set_cap",
            subject="person",
            subject_id=person_id,
            cohort_id=cohort_id,
            before={"most": before, "activity": activity_key},
            after={"most": most, "activity": activity_key},
        )
    )


def add_leave(
    person_id: int, from_on: dt.date, until_on: dt.date, *, actor: Actor, now: dt.datetime
) -> MarkingLeave:
    """Give somebody nothing new to mark on these days.

    Raises RuleViolation when they end before they begin, or lie behind.
    """
    if until_on < from_on:
        raise RuleViolation(AllocationRefusal.DATES)
    if until_on < now.astimezone(ZoneInfo(actor.zone)).date():
        raise RuleViolation(AllocationRefusal.PAST)
    row = MarkingLeave(
        person_id=person_id, from_on=from_on, until_on=until_on, set_by_id=actor.person_id, set_at=now
    )
    db.session.add(row)
    db.session.flush()
    _note(actor, "assessment.add_leave", person_id, after=_days(row))
    return row


def end_leave(public_id: str, *, person_id: int | None = None, actor: Actor) -> MarkingLeave:
    """Take days of leave away again (of one person, if they are named); NotFound where there are none."""
    row = db.session.scalar(
        sa.select(MarkingLeave).where(MarkingLeave.public_id == public_id).with_for_update()
    )
    if row is None or person_id not in (None, row.person_id):
        raise NotFound
    _note(actor, "assessment.end_leave", row.person_id, before=_days(row))
    db.session.delete(row)
    db.session.flush()
    return row


def _days(row: MarkingLeave) -> dict[str, str]:
    return {"from": row.from_on.isoformat(), "until": row.until_on.isoformat()}


def declare_conflict(
    person_id: int, place_public_id: str, *, reason: str, actor: Actor, now: dt.datetime
) -> MarkingConflict:
    """Say that somebody does not mark this learner; what they have of theirs already is to be given to another.

    Raises RuleViolation without a reason.
    """
    if not reason.strip():
        raise RuleViolation(AssessmentRefusal.NO_REASON)
    place = db.session.execute(
        sa.select(Place.id, Place.cohort_id).where(Place.public_id == place_public_id)
    ).one_or_none()
    if place is None:
        raise NotFound
    row = db.session.scalar(
        sa.select(MarkingConflict).where(
            MarkingConflict.person_id == person_id, MarkingConflict.place_id == place.id
        )
    )
    if row is None:
        row = MarkingConflict(
            person_id=person_id,
            place_id=place.id,
            reason=reason.strip(),
            declared_by_id=actor.person_id,
            declared_at=now,
        )
        db.session.add(row)
        db.session.flush()
        _note(
            actor,
            "assessment.declare_conflict",
            person_id,
            cohort_id=place.cohort_id,
            after={"place_id": place.id},
            reason=reason.strip(),
        )
    return row


def withdraw_conflict(
    public_id: str, *, person_id: int | None = None, cohort_id: int | None = None, actor: Actor
) -> None:
    """Take a declared conflict back, of one person or in one cohort; NotFound where there is none."""
    row = db.session.scalar(
        sa.select(MarkingConflict).where(MarkingConflict.public_id == public_id).with_for_update()
    )
    place = db.session.get(Place, row.place_id) if row else None
    if row is None or place is None or person_id not in (None, row.person_id):
        raise NotFound
    if cohort_id not in (None, place.cohort_id):
        raise NotFound
    _note(
        actor,
        "assessment.withdraw_conflict",
        row.person_id,
        cohort_id=place.cohort_id,
        before={"place_id": row.place_id},
    )
    db.session.delete(row)
    db.session.flush()


def _note(
    actor: Actor,
    action: str,
    person_id: int,
    *,
    cohort_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="person",
            subject_id=person_id,
            cohort_id=cohort_id,
            before=before,
            after=after,
            reason=reason,
        )
    )
