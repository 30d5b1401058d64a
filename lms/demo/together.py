"""What those who mark do together in the demonstration: a piece that all judge first, and feedback to a whole class."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.assessment import queries as marking
from lms.assessment.models import ClassFeedback, MarkingTask
from lms.assessment.ports import Batch
from lms.assessment.queries import BatchView
from lms.assessment.rules import OPEN, Judgement
from lms.assessment.rules.class_feedback import enough
from lms.core.db import db
from lms.demo import fair
from lms.demo.world import Year, at
from lms.fairness import actions, queries
from lms.fairness.queries import CalibrationView
from lms.people.rules import Actor

TO_CLASS = ("a-1", "b-2")
"""Activities with feedback to the class."""
OPENING = (
    "Thank you for your work. I read all of it twice, and this is what I would say to every one of you.\n\n"
)
CLOSING = "\n\nBefore the next piece: read your own first page aloud to somebody who was not there."
CORRECTED = "\n\nIn an earlier version of this I had mixed up two rows of the rubric; it is right now."
REASON = "Two rows of the rubric were mixed up in the first text."
TEXT = """Our hospitals buy from four vendors, and nobody knows what the four cost. We propose to leave two of them.

## What we would do

Keep the vendor whose data our wards use every day, and the cheapest; give the other two a year's notice.

## What speaks against it

Two wards would have to be trained again in their busiest months. We have asked both; one agreed."""
WHY = "In the middle of the scale, and the two of us who read it first argued about its evidence."
NOTES = {
    0: "The aim is clear; the date by which it must be reached is missing.",
    1: "One objection is named and half answered. That is a 2 which reads like a 3.",
}
OVERALL = "Do not let the fluent first page carry the rest: judge the evidence where it stands."
APART = (2, 0, 1, -1)
"""How many rows, one level up or down, each next marker lies from the agreed judgement; twice, where it is two."""


def to_class(year: Year, batch: Batch, key: str, when: dt.datetime, *, release: bool) -> None:
    """Draft feedback to the class; where the marks go out, it is approved and goes with them."""
    if batch.part or key not in (*TO_CLASS, fair.latest(year)):
        return
    drafted = marking.class_material(batch)
    if not enough(len(drafted.pieces)):
        return
    writer = year.staff["faculty"]
    row = assessment.draft_class_feedback(batch, OPENING, version=0, actor=writer, now=when)
    if release:
        assessment.approve_class_feedback(
            batch, row.text + CLOSING, version=row.version, reason="", actor=writer, now=when
        )


def correct_for_class(year: Year, batch: Batch, key: str, when: dt.datetime) -> None:
    """A day after its release, what was said to the first class is corrected."""
    if key != TO_CLASS[0] or batch.part:
        return
    row = db.session.scalar(
        sa.select(ClassFeedback).where(
            ClassFeedback.cohort_id == batch.cohort_id, ClassFeedback.activity_id == batch.activity_id
        )
    )
    if row is not None:
        actor = year.staff["faculty"]
        assessment.approve_class_feedback(
            batch, row.text + CORRECTED, version=row.version, reason=REASON, actor=actor, now=when
        )


def begin_with(year: Year) -> None:
    """The piece to begin with of what is being marked: judged by those who have begun, waiting for others."""
    newest = db.session.scalars(
        sa.select(MarkingTask)
        .where(
            MarkingTask.cohort_id == year.cohort.id,
            MarkingTask.state.in_(OPEN),
            MarkingTask.part == "",
            MarkingTask.candidate_id.is_not(None),
        )
        .order_by(MarkingTask.handed_in_at.desc(), MarkingTask.id.desc())
        .limit(1)
    ).first()
    if newest is None:
        return
    activity = year.outline.activities[newest.activity_id]
    batch, set_at = Batch(year.cohort.id, activity.id, ""), year.now - dt.timedelta(days=9)
    with at(set_at):
        view = BatchView(year.cohort, activity, "", "")
        actions.set_text(view, TEXT, why=WHY, actor=year.staff["coordinator"], now=set_at)
        sample = queries.calibration_of(batch)
        if sample is None:
            return
        keys = [row.key for row in queries.rubric_of(sample).words]
        comments = {keys[place]: words for place, words in NOTES.items() if place < len(keys)}
        agreed = Judgement({key: 2 + (place % 2) for place, key in enumerate(keys)}, {}, comments, OVERALL)
        actions.keep_reference(
            sample.id,
            agreed,
            agreed_with=(),
            finish=True,
            version=0,
            actor=_writer(year, sample),
            now=set_at,
        )
    opened = queries.calibration_of(batch)
    if opened is not None:
        _judge(year, opened, agreed)


def _writer(year: Year, sample: CalibrationView) -> Actor:
    """Who agreed on the judgement: where the capstone has not begun somebody else, so that faculty is still asked."""
    own = year.staff["faculty"]
    if year.far:
        return own
    known = {actor.person_id: actor for actor in year.staff.values()}
    others = (one.person_id for one in queries.standings_of(sample, now=year.now))
    return next((known[one] for one in others if one in known and one != own.person_id), own)


def _judge(year: Year, sample: CalibrationView, agreed: Judgement) -> None:
    """All who are asked judge it but the last and the faculty who signs in, so that it is seen to wait."""
    known = {actor.person_id: actor for actor in year.staff.values()}
    asked = [
        known[one.person_id]
        for one in queries.standings_of(sample, now=year.now)
        if not one.standing.free and one.person_id in known
    ]
    for number, actor in enumerate(asked[:-1]):
        if actor is year.staff["faculty"]:
            continue
        apart = APART[number % len(APART)]
        levels = {
            key: max(1, min(4, level + (1 if apart > 0 else -1))) if place < abs(apart) * 2 else level
            for place, (key, level) in enumerate(agreed.levels.items())
        }
        tries = [levels, agreed.levels] if apart > 1 else [levels]
        for attempt, chosen in enumerate(tries, start=1):
            when = year.now - dt.timedelta(days=8, hours=-3 * number - attempt)
            with at(when):
                actions.keep_try(
                    sample.id,
                    Judgement(chosen, {}, {}, ""),
                    number=attempt,
                    finish=True,
                    version=0,
                    actor=actor,
                    now=when,
                )
