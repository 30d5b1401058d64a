"""How much longer somebody has for quizzes, now and before. The reason is in confidence: none who mark read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.db import db, read
from lms.coursework.models import ExtraTime
from lms.coursework.queries.extensions import own_extensions
from lms.coursework.queries.visits import Visit
from lms.coursework.rules.late import end_of
from lms.coursework.rules.quiz import NO_EXTRA, Extra
from lms.coursework.rules.work import CAPTIONS
from lms.curriculum.models import Activity, ActivityKind
from lms.enrolment.models import Place
from lms.live.models import LiveSession, SessionRecording
from lms.live.rules import Captions, SessionState
from lms.people.models import Person
from lms.people.ports import PersonalPart
from lms.scheduling.models import ScheduledItem


@dataclass(frozen=True, slots=True)
class ExtraLine:
    """What somebody was given, by whom and why."""

    extra: Extra
    reason: str
    by: str
    at: dt.datetime


_LATEST = (
    sa.select(ExtraTime.percent, ExtraTime.minutes, ExtraTime.captions)
    .where(ExtraTime.place_id == sa.bindparam("place", type_=sa.Integer))
    .order_by(ExtraTime.id.desc())
    .limit(1)
)


def extra_time(place_id: int) -> Extra:
    """What somebody has now: for working out ends, without reasons. One statement."""
    row = read(_LATEST, {"place": place_id}).first()
    return Extra(*row) if row else NO_EXTRA


def extra_lines(place_id: int) -> list[ExtraLine]:
    """Everything that somebody was given, the latest first: for coordinators and for themselves. One statement."""
    rows = db.session.execute(
        sa.select(ExtraTime, Person.name)
        .join(Person, Person.id == ExtraTime.by_id)
        .where(ExtraTime.place_id == place_id)
        .order_by(ExtraTime.id.desc())
    )
    return [
        ExtraLine(Extra(row.percent, row.minutes, row.captions), row.reason, name, row.at)
        for row, name in rows
    ]


def quizzes_of(item_ids: Collection[int]) -> list[int]:
    """The quizzes among dated things. One statement."""
    return list(
        db.session.scalars(
            sa.select(Activity.id)
            .join(ScheduledItem, ScheduledItem.activity_id == Activity.id)
            .where(
                ScheduledItem.id.in_(item_ids), ScheduledItem.label == "", Activity.kind == ActivityKind.QUIZ
            )
        )
    )


def captions_offer(visit: Visit, extra: Extra, due: dt.datetime | None, now: dt.datetime) -> tuple[str, ...]:
    """The lectures of a quiz's module without captions, for whom needs them: then they may take more time.

    Empty where nothing is offered: no need, the deadline has passed, the time was taken. Two statements or none.
    """
    if visit.place is None or not extra.captions or due is None or now >= end_of(due):
        return ()
    taken = any(
        one.activity_id == visit.line.id and one.reason_code == CAPTIONS
        for one in own_extensions(visit.place.place_id)
    )
    if taken:
        return ()
    captioned = (
        sa.select(SessionRecording.id)
        .where(
            SessionRecording.session_id == LiveSession.id,
            SessionRecording.removed_at.is_(None),
            SessionRecording.captions != Captions.NONE,
        )
        .exists()
    )
    rows = db.session.scalars(
        sa.select(LiveSession.activity_id)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .where(
            LiveSession.cohort_id == visit.cohort_id,
            LiveSession.activity_id.in_([line.id for line in visit.module.activities]),
            LiveSession.state != SessionState.CANCELLED,
            ScheduledItem.ends_at < now,
            ~captioned,
        )
    )
    lines = visit.outline.activities
    return tuple(
        lines[activity_id].title for activity_id in sorted(set(rows), key=lambda one: lines[one].position)
    )


def extra_time_part(person_id: int) -> PersonalPart:
    """What is held of somebody's extra time."""
    rows = db.session.execute(
        sa.select(ExtraTime.percent, ExtraTime.minutes, ExtraTime.captions, ExtraTime.reason, ExtraTime.at)
        .join(Place, Place.id == ExtraTime.place_id)
        .where(Place.person_id == person_id)
        .order_by(ExtraTime.id)
    )
    return PersonalPart(
        key="extra_time",
        title="Extra time for quizzes",
        what="How much longer you have for quizzes, with the reason that a coordinator noted in confidence.",
        data=[row._asdict() for row in rows],
    )
