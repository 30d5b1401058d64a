"""Excusing an item, setting a ceiling, taking either back; opening, marking and releasing a resit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from fractions import Fraction

import sqlalchemy as sa

from lms.assessment import queries as assessment
from lms.assessment.rules import exact, shown
from lms.assessment.rules.figures import decimal
from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.enrolment.models import Place
from lms.gradebook import queries
from lms.gradebook.actions.resit_panels import refuse_without_panel, seat_panel
from lms.gradebook.actions.results import update_results
from lms.gradebook.events import ItemExcused, ResitOpened, ResitReleased, ResultsChanged
from lms.gradebook.models import CourseResit, Ruling
from lms.gradebook.queries import Markable
from lms.gradebook.rules import AllowanceRefusal, ResitState, RulingKind
from lms.gradebook.rules.allowances import (
    why_not_mark_resit,
    why_not_open_resit,
    why_not_reason,
    why_not_release_resit,
)
from lms.people.rules import Actor

HUNDRED = Fraction(100)


def excuse(place_id: int, thing: Markable, *, reason: str, actor: Actor, now: dt.datetime) -> Ruling:
    """Take an item out of a learner's reckoning; whatever mark there is stays, and counts no more."""
    return _rule(place_id, thing, RulingKind.EXCUSE, None, reason, actor, now)


def cap(
    place_id: int, thing: Markable, limit: Fraction | None, *, reason: str, actor: Actor, now: dt.datetime
) -> Ruling:
    """Let an item count with a ceiling: similar text, a second attempt."""
    if limit is None or not 0 <= limit <= HUNDRED:
        raise RuleViolation(AllowanceRefusal.CAP_RANGE)
    return _rule(place_id, thing, RulingKind.CAP, limit, reason, actor, now)


def _rule(
    place_id: int,
    thing: Markable,
    kind: RulingKind,
    limit: Fraction | None,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> Ruling:
    refusal = why_not_reason(reason)
    if refusal:
        raise RuleViolation(refusal)
    place: Place | None = locked(Place, place_id)
    if place is None:
        raise NotFound
    if _in_force(place_id, thing, kind) is not None:
        excused = kind is RulingKind.EXCUSE
        raise RuleViolation(AllowanceRefusal.EXCUSED_ALREADY if excused else AllowanceRefusal.CAPPED_ALREADY)
    kept = limit if limit is not None else Fraction(0)
    row = Ruling(
        place_id=place_id,
        activity_id=thing.activity_id,
        part=thing.part,
        kind=kind,
        numerator=kept.numerator,
        denominator=kept.denominator,
        reason=reason.strip(),
        by_id=actor.person_id,
        at=now,
    )
    db.session.add(row)
    db.session.flush()
    _wrote(f"gradebook.{kind.value}", row, place, thing, actor, reason.strip())
    _changed(place, row, back=False, now=now)
    return row


def _in_force(place_id: int, thing: Markable, kind: RulingKind) -> Ruling | None:
    found: Ruling | None = db.session.scalar(
        sa.select(Ruling).where(
            Ruling.place_id == place_id,
            Ruling.activity_id == thing.activity_id,
            Ruling.part == thing.part,
            Ruling.kind == kind,
            Ruling.undone_at.is_(None),
        )
    )
    return found


def take_back_ruling(place_id: int, public_id: str, *, reason: str, actor: Actor, now: dt.datetime) -> Ruling:
    """Let a ruling hold no more; it stays to be read."""
    place: Place | None = locked(Place, place_id)
    row = db.session.scalar(
        sa.select(Ruling).where(Ruling.public_id == public_id, Ruling.place_id == place_id)
    )
    if place is None or row is None:
        raise NotFound
    refusal = AllowanceRefusal.OVER if row.undone_at is not None else why_not_reason(reason)
    if refusal:
        raise RuleViolation(refusal)
    row.undone_at, row.undone_by_id, row.undone_reason = now, actor.person_id, reason.strip()
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="gradebook.take_back_ruling",
            subject="grade_ruling",
            subject_id=row.id,
            cohort_id=place.cohort_id,
            before={"kind": row.kind.value, "place_id": place_id, "activity_id": row.activity_id},
            reason=reason.strip(),
        )
    )
    _changed(place, row, back=True, now=now)
    return row


def _wrote(action: str, row: Ruling, place: Place, thing: Markable, actor: Actor, reason: str) -> None:
    limit = exact(Fraction(row.numerator, row.denominator)) if row.kind is RulingKind.CAP else ""
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="grade_ruling",
            subject_id=row.id,
            cohort_id=place.cohort_id,
            after={"place_id": place.id, "item": thing.key, "limit": limit},
            reason=reason,
        )
    )


def _changed(place: Place, row: Ruling, *, back: bool, now: dt.datetime) -> None:
    update_results([place.id], now=now)
    events.record(ResultsChanged(cohort_id=place.cohort_id, place_ids=(place.id,), at=now))
    if row.kind is RulingKind.EXCUSE:
        events.record(
            ItemExcused(
                cohort_id=place.cohort_id,
                place_id=place.id,
                activity_id=row.activity_id,
                reason=row.undone_reason if back else row.reason,
                back=back,
                at=now,
            )
        )


def open_resit(place_id: int, course_key: str, *, what: str, actor: Actor, now: dt.datetime) -> CourseResit:
    """Give a learner the one second attempt at a course that they failed."""
    place: Place | None = locked(Place, place_id)
    if place is None:
        raise NotFound
    refusal = why_not_reason(what)
    if refusal:
        raise RuleViolation(refusal)
    version_id = assessment.version_id_of(place.cohort_id)
    policy = curriculum.outline(version_id).policies.completion
    course = next((one for one in queries.plan(version_id).courses if one.key == course_key), None)
    if course is None:
        raise NotFound
    needed = policy.course_minimum.get(course_key)
    standing = queries.results(place_id).get(course_key)
    had = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(CourseResit)
        .where(
            CourseResit.place_id == place_id,
            CourseResit.course_key == course_key,
            CourseResit.state != ResitState.WITHDRAWN,
        )
    )
    bound = decimal(needed) if needed is not None else None
    mark = standing.value if standing else None
    closed = why_not_open_resit(mark, bound, had or 0, policy.resits_per_course)
    if closed:
        raise RuleViolation(
            closed,
            mark=shown(mark) if mark is not None else "–",
            needed=f"{needed or 0:g}",
        )
    row = CourseResit(
        place_id=place_id,
        course_key=course_key,
        state=ResitState.OPEN,
        what=what.strip(),
        opened_by_id=actor.person_id,
        opened_at=now,
        until=now + dt.timedelta(weeks=policy.resit_weeks),
    )
    db.session.add(row)
    db.session.flush()
    _told("gradebook.open_resit", row, place, actor, what.strip())
    events.record(
        ResitOpened(
            cohort_id=place.cohort_id, place_id=place.id, course=course.title, until=row.until, at=now
        )
    )
    return row


def seat_resit_panel(
    place_id: int, public_id: str, *, people: Collection[str], actor: Actor, now: dt.datetime
) -> CourseResit:
    """Say who judges the resit of a course that a panel judges; `people` are public ids of persons."""
    place, row = _resit(place_id, public_id)
    seat_panel(place, row, people, actor=actor, now=now)
    return row


def mark_resit(
    place_id: int,
    public_id: str,
    *,
    mark: Fraction | None,
    handed_in_at: dt.datetime,
    words: str,
    actor: Actor,
    now: dt.datetime,
) -> CourseResit:
    """Enter the mark of a resit; somebody else releases it."""
    place, row = _resit(place_id, public_id)
    refusal = why_not_mark_resit(row.state, row.until, handed_in_at)
    if refusal:
        raise RuleViolation(refusal, state=row.state.value, until=f"{row.until:%d %B %Y, %H:%M} UTC")
    if mark is None or not 0 <= mark <= HUNDRED:
        raise RuleViolation(AllowanceRefusal.NOT_A_MARK)
    unsaid = why_not_reason(words)
    if unsaid:
        raise RuleViolation(unsaid)
    refuse_without_panel(place, row)
    row.numerator, row.denominator = mark.numerator, mark.denominator
    row.state, row.handed_in_at, row.words = ResitState.MARKED, handed_in_at, words.strip()
    row.marked_by_id, row.marked_at = actor.person_id, now
    db.session.flush()
    _told("gradebook.mark_resit", row, place, actor, words.strip())
    return row


def release_resit(place_id: int, public_id: str, *, actor: Actor, now: dt.datetime) -> CourseResit:
    """Let the learner see the mark of a resit, and count it."""
    place, row = _resit(place_id, public_id)
    refusal = why_not_release_resit(row.state, row.marked_by_id, actor.person_id)
    if refusal:
        raise RuleViolation(refusal, state=row.state.value)
    row.state, row.released_by_id, row.released_at = ResitState.RELEASED, actor.person_id, now
    db.session.flush()
    _told("gradebook.release_resit", row, place, actor, "")
    update_results([place.id], now=now)
    course = next(
        c for c in queries.plan(assessment.version_id_of(place.cohort_id)).courses if c.key == row.course_key
    )
    events.record(ResultsChanged(cohort_id=place.cohort_id, place_ids=(place.id,), at=now))
    events.record(ResitReleased(cohort_id=place.cohort_id, place_id=place.id, course=course.title, at=now))
    return row


def withdraw_resit(place_id: int, public_id: str, *, actor: Actor, now: dt.datetime) -> CourseResit:
    """Take a resit back before its mark is released; another may be opened."""
    place, row = _resit(place_id, public_id)
    if row.state not in (ResitState.OPEN, ResitState.MARKED):
        raise RuleViolation(AllowanceRefusal.NOT_OPEN, state=row.state.value)
    row.state, row.withdrawn_by_id, row.withdrawn_at = ResitState.WITHDRAWN, actor.person_id, now
    db.session.flush()
    _told("gradebook.withdraw_resit", row, place, actor, "")
    return row


def _resit(place_id: int, public_id: str) -> tuple[Place, CourseResit]:
    place: Place | None = locked(Place, place_id)
    row = db.session.scalar(
        sa.select(CourseResit)
        .where(CourseResit.public_id == public_id, CourseResit.place_id == place_id)
        .execution_options(populate_existing=True)
    )
    if place is None or row is None:
        raise NotFound
    return place, row


def _told(action: str, row: CourseResit, place: Place, actor: Actor, reason: str) -> None:
    marked = row.marked_at is not None
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="course_resit",
            subject_id=row.id,
            cohort_id=place.cohort_id,
            after={
                "place_id": place.id,
                "course": row.course_key,
                "state": row.state.value,
                "mark": exact(Fraction(row.numerator, row.denominator)) if marked else "",
            },
            reason=reason,
        )
    )
