"""What becomes of marks besides: an item excused, a ceiling, a mark put in by hand, a complaint."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.assessment.actions.versions import value_of
from lms.assessment.models import Mark, MarkVersion
from lms.assessment.rules import Origin
from lms.core.db import db
from lms.curriculum.models import Activity
from lms.demo import boards
from lms.demo.world import Seat, Year, at
from lms.enrolment.queries import my_place
from lms.gradebook import actions, queries
from lms.gradebook.queries.complaints import KIND, WHOLE
from lms.gradebook.rules.complaints import choose_order, why_not_assess
from lms.requests import actions as requests
from lms.requests.ports import Wanted

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
COMPLAINT = (
    "The comment says that the alternatives are missing. They are on the second page, under “What we leave undone”,"
    " with a figure for each. I ask that somebody reads that page."
)


def grades(year: Year) -> None:
    """One of each, with the first marks of a cohort that allow it."""
    seats = {seat.place.place_id: seat for seat in year.seats if seat.until is None}
    things = {(one.activity_id, one.part): one for one in queries.markable(year.cohort.version_id)}
    released = [
        row
        for row in db.session.execute(
            sa.select(
                Mark,
                MarkVersion.released_at,
                MarkVersion.origin,
                MarkVersion.numerator,
                MarkVersion.denominator,
            )
            .join(
                MarkVersion,
                sa.and_(MarkVersion.mark_id == Mark.id, MarkVersion.number == Mark.released_version),
            )
            .join(Activity, Activity.id == Mark.activity_id)
            .where(
                Mark.cohort_id == year.cohort.id,
                Mark.latest_version == Mark.released_version,
                Activity.group_key != "",
            )
            .order_by(Mark.id)
        )
        if row[0].place_id in seats and (row[0].activity_id, row[0].part) in things
    ]
    coordinator = year.staff["coordinator"]
    quizzes = [row[0] for row in released if row.origin == Origin.QUIZ]
    memos = [row for row in released if row.origin == Origin.RUBRIC]
    if len(quizzes) > 9 and len(memos) > 9:
        with at(year.now - 5 * DAY):
            one, other = quizzes[4], memos[6][0]
            actions.excuse(
                one.place_id,
                things[one.activity_id, one.part],
                reason="In hospital on the days of the quiz; the note was seen.",
                actor=coordinator,
                now=year.now - 5 * DAY,
            )
            actions.cap(
                other.place_id,
                things[other.activity_id, other.part],
                Fraction(60),
                reason="Revised after 31 % of similar text, quotations left out.",
                actor=coordinator,
                now=year.now - 5 * DAY,
            )
        _by_hand(year, quizzes[7])
    if memos:
        latest = max(memos, key=lambda row: (row.released_at, row[0].id))
        when = min(year.now - 10 * HOUR, latest.released_at + 2 * DAY)
        complained(year, seats[latest[0].place_id], latest[0], when)
    boards.board(year)


def _by_hand(year: Year, mark: Mark) -> None:
    when = year.now - DAY
    with at(when):
        version = db.session.scalars(
            sa.select(MarkVersion).where(
                MarkVersion.mark_id == mark.id, MarkVersion.number == mark.latest_version
            )
        ).one()
        assessment.enter_mark(
            assessment.Entered(
                place_id=mark.place_id,
                cohort_id=mark.cohort_id,
                activity_id=mark.activity_id,
                part=mark.part,
                value=min(value_of(version) + 5, Fraction(100)),
                reason="The clock ran on while the room had no power; half a question is given back.",
                version=mark.latest_version,
            ),
            actor=year.staff["coordinator"],
            now=when,
        )


def complained(year: Year, seat: Seat, mark: Mark, when: dt.datetime) -> str:
    """A learner complains, and where somebody may look again they are asked; returns the request."""
    line = year.outline.activities[mark.activity_id]
    with at(when):
        row = requests.ask(
            my_place(seat.actor, year.cohort.slug),
            requests.Asked(
                kind=KIND,
                about=line.key,
                words=COMPLAINT,
                wanted=Wanted(choice=mark.part or WHOLE, tick=True),
            ),
            actor=seat.actor,
            now=when,
        )
        by = year.staff["coordinator"]
        found = queries.complaint_visible_to(by, year.cohort.slug, row.public_id)
        able = [
            one
            for one in queries.assessors(found)
            if not why_not_assess(
                one,
                markers=found.markers,
                decider=by.person_id,
                against=None,
                section=seat.place.section_id,
            )
        ]
        if able:
            actions.ask_assessor(found, choose_order(able)[0].public_id, actor=by, now=when + HOUR)
        return row.public_id
