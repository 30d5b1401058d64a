"""Marking in every state, in the demonstration: what dates and chance alone would show on some days only.

The rest stands where it belongs: what waits to be marked, is half judged or finished (`teach`, `desk`), samples and
what holds a release back (`fair`), an item excused, a ceiling and an open complaint (`grades`).
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.assessment.models import Mark, MarkingTask, MarkVersion
from lms.assessment.rules import Judgement, Origin
from lms.assessment.rules.figures import decimal
from lms.core.db import db
from lms.coursework import actions as coursework
from lms.coursework.actions import ExtensionFacts
from lms.coursework.models import QuizAttempt
from lms.coursework.rules.quiz import Extra
from lms.demo import grades, study
from lms.demo.cast import DOMAIN, SIGN_INS
from lms.demo.world import Seat, Year, at
from lms.gradebook import actions as gradebook
from lms.gradebook import queries as gradebook_queries
from lms.gradebook.models import Result
from lms.people import queries as people
from lms.requests import actions as requests
from lms.requests.actions import Decision
from lms.requests.models import RequestState

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
FAILS = 42.0
"""How good the work of one learner is who will need a second attempt."""
EXTRA = Extra(percent=100, minutes=60)
SCREEN_READER = "Works with a screen reader; the letter was seen by the coordinator."
LATE_LECTURE = "The player would not let the last lecture be heard; it was mended a day before the deadline."
READ_AGAIN = "The alternatives are there, with a figure for each: the first row is one level higher."
UPHELD = "The second assessor found on page two what was missed. Their judgement stands."
SECOND_ATTEMPT = (
    "One memo on a case that was not discussed: the choice, what it costs, and what would change your mind."
)


def changes(year: Year) -> None:
    """One is on leave since three weeks; one withdrew and one fails, where the year is far enough."""
    if year.far:
        slipping = next(seat for seat in year.seats if seat.who.persona_key == "slipping")
        slipping.skill = FAILS
    parent = next(seat for seat in reversed(year.seats) if seat.who.persona_key == "parent")
    parent.until = year.now - dt.timedelta(weeks=3)
    if year.now - dt.timedelta(weeks=20) > year.items["s1"].starts_at:
        leaver = next(seat for seat in reversed(year.seats) if seat.who.persona_key == "overloaded")
        leaver.until = year.now - dt.timedelta(weeks=18)


def states(year: Year) -> None:
    """What would not be there by itself."""
    own = next((seat for seat in year.seats if seat.who.email == f"{SIGN_INS[0]}@{DOMAIN}"), None)
    if own is not None:
        quiz_going_on(year, own)
        complaint_settled(year, own)
    if year.far:
        resit(year)


def quiz_going_on(year: Year, seat: Seat) -> None:
    """A learner with extra time, and more time for the latest quiz, is in the middle of their second attempt."""
    used = dict(
        db.session.execute(
            sa.select(QuizAttempt.activity_id, sa.func.count())
            .where(QuizAttempt.place_id == seat.place.place_id)
            .group_by(QuizAttempt.activity_id)
        ).all()
    )
    ended = [
        (year.items[line.key].ends_at, line.key)
        for line in year.outline.activities.values()
        if line.kind.value == "quiz" and year.items[line.key].ends_at < year.now and used.get(line.id) == 1
    ]
    if not ended:
        return
    due, key = max(ended)
    line, coordinator = year.outline.by_key[key], year.staff["coordinator"]
    with at(due - DAY):
        coursework.give_extra_time(
            study.extending(year, seat), EXTRA, SCREEN_READER, actor=coordinator, now=due - DAY
        )
        until = (year.now + 2 * DAY).replace(minute=0)
        facts = ExtensionFacts(activity_key=key, until=until, reason_code="technical", note=LATE_LECTURE)
        coursework.extend(study.extending(year, seat), facts, actor=coordinator, now=due - DAY)
    began = year.now - dt.timedelta(minutes=4)
    with at(began):
        study.going_on(year, seat, line, began, answered=3)


def complaint_settled(year: Year, seat: Seat) -> None:
    """A complaint that was heard: a second assessor judged the work anew, and their mark stands."""
    row = db.session.execute(
        sa.select(Mark, MarkVersion.released_at, MarkingTask.draft)
        .join(
            MarkVersion,
            sa.and_(MarkVersion.mark_id == Mark.id, MarkVersion.number == Mark.released_version),
        )
        .join(MarkingTask, MarkingTask.id == MarkVersion.task_id)
        .where(
            Mark.place_id == seat.place.place_id,
            Mark.part == "",
            Mark.latest_version == Mark.released_version,
            MarkVersion.origin == Origin.RUBRIC,
            MarkVersion.released_at < year.now - 30 * DAY,
        )
        .order_by(MarkVersion.released_at.desc(), Mark.id)
        .limit(1)
    ).one_or_none()
    if row is None or row.released_at is None:
        return
    mark, released_at, draft = row.Mark, row.released_at, row.draft
    by, asked = year.staff["coordinator"], released_at + 2 * DAY
    public_id = grades.complained(year, seat, mark, asked)
    complaint = gradebook_queries.complaint_visible_to(by, year.cohort.slug, public_id)
    review = complaint.running
    if review is None:
        return
    assessor = people.actor_for(review.assessor_id, year.now)
    judged, decided = asked + 3 * DAY, asked + 4 * DAY
    page = gradebook_queries.review_visible_to(assessor, year.cohort.slug, review.public_id)
    levels = {key: int(level) for key, level in draft["levels"].items()}
    first = next(iter(levels))
    levels[first] = min(4, levels[first] + 1)
    anew = Judgement(levels, {}, {first: READ_AGAIN}, READ_AGAIN)
    with at(judged):
        gradebook.judge_again(page, gradebook.SecondLook(judgement=anew), actor=assessor, now=judged)
    with at(decided):
        decision = Decision(outcome=RequestState.GRANTED, reason=UPHELD)
        requests.decide(complaint.request.id, decision, actor=by, now=decided)


def resit(year: Year) -> None:
    """Whoever failed a course has the one second attempt at it."""
    least = year.outline.policies.completion.course_minimum
    seats = {seat.place.place_id for seat in year.seats if seat.until is None}
    failed = [
        (row.numerator / row.denominator, row.place_id, row.course_key)
        for row in db.session.scalars(sa.select(Result).where(Result.place_id.in_(seats)))
        if row.course_key in least
        and row.course_key != "capstone"
        and row.numerator < decimal(least[row.course_key]) * row.denominator
    ]
    if failed:
        _mark, place_id, course = min(failed)
        with at(year.now - 3 * DAY):
            gradebook.open_resit(
                place_id,
                course,
                what=SECOND_ATTEMPT,
                actor=year.staff["coordinator"],
                now=year.now - 3 * DAY,
            )
