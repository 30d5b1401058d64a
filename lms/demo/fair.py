"""What makes marks fair in the demonstration: ratings inside teams, and samples that are marked a second time."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.assessment.models import MarkingTask
from lms.assessment.ports import Batch
from lms.assessment.rules import OPEN
from lms.core.db import db
from lms.curriculum.queries import ActivityLine
from lms.demo.world import Year
from lms.fairness import actions, queries
from lms.fairness.actions import Settling
from lms.fairness.models import Moderation, SecondLook, TeamRater, TeamRating
from lms.fairness.queries import RatingView
from lms.fairness.rules import Decision, LookOutcome, LookState

RELEASES = dt.timedelta(days=11)
NOTE = "Please do not read too much into my figures for the last week: two of us had visitors at work."
COMMENT = "I saw the drafts: three of the five sections came from the others. We have talked about it."


def latest(year: Year) -> str:
    """The latest activity whose marks are due to go out, and still wait: its sample is open, or its release."""
    due = [
        (year.items[line.key].ends_at, line.group_key != "simulation", line.key)
        for line in year.outline.activities.values()
        if line.kind.value in ("assignment", "group_work")
        and line.group_key
        and year.items[line.key].ends_at + RELEASES <= year.now
    ]
    return max(due)[2] if due else ""


def ratings(year: Year, line: ActivityLine, when: dt.datetime, *, settle: bool) -> None:
    """The members of every team that handed in say what the others did; where it is time, it is settled.

    The latest team says nothing odd, the first agreed on one of its members, and one rater of the second is apart.
    """
    found = db.session.scalars(
        sa.select(TeamRating)
        .where(
            TeamRating.cohort_id == year.cohort.id,
            TeamRating.activity_id == line.id,
            TeamRating.settled_at.is_(None),
        )
        .order_by(TeamRating.id)
    ).all()
    for number, rating in enumerate(found):
        if settle:
            rating.closes_at = min(rating.closes_at, when)
            rating.told_at = rating.reminded_at = rating.closes_at
        view = queries.rating(rating.id)
        _answer(year, view, min(when, rating.closes_at), odd=not settle and number == 0)
    db.session.flush()
    for rating in found if settle else ():
        _settle(year, queries.rating(rating.id), when)


def _answer(year: Year, view: RatingView, when: dt.datetime, *, odd: bool) -> None:
    slow = {seat.place.place_id for seat in year.seats if seat.who.persona_key in ("slipping", "quiet")}
    target = view.present[-1].place_id if view.present else 0
    rows = []
    for number, member in enumerate(view.present):
        if not odd and number == 3:
            continue
        answers = {}
        for other in view.others(member):
            base = 2 if odd and other == target else 3 if other in slow else 4
            steady = odd and other == target
            answers[str(other)] = {
                item: base if steady else max(1, min(5, base + year.source.choice((-1, 0, 0, 0, 1))))
                for item in view.items()
            }
        rows.append(
            {
                "of_rating": view.id,
                "of_place": member.place_id,
                "given": answers,
                "words": NOTE if number == 1 else "",
                "at": when - dt.timedelta(hours=3 + number),
            }
        )
    table: Any = TeamRater.__table__
    if rows:
        db.session.connection().execute(
            sa.update(table)
            .where(
                table.c.rating_id == sa.bindparam("of_rating"), table.c.place_id == sa.bindparam("of_place")
            )
            .values(
                answers=sa.bindparam("given", type_=table.c.answers.type),
                note=sa.bindparam("words"),
                saved_at=sa.bindparam("at", type_=table.c.saved_at.type),
                version=1,
            ),
            rows,
        )


def _settle(year: Year, view: RatingView, when: dt.datetime) -> None:
    version = view.version
    if view.reckon().far(queries.factor_policy(year.cohort.version_id).comment_from):
        actions.comment(view.id, COMMENT, actor=year.staff["faculty"], now=when - dt.timedelta(hours=9))
        version += 1
    settling = Settling(decision=Decision.ACCEPTED, version=version)
    actions.settle(view.id, settling, actor=year.staff["coordinator"], now=when)


def second_looks(year: Year, line: ActivityLine, part: str, when: dt.datetime, *, settle: bool) -> None:
    """The sample of a batch that was drawn: judged a second time, and settled where the batch is to be released.

    Written down in bulk. Of a batch whose release is still ahead two pieces wait and one is to be decided.
    """
    batch = Batch(year.cohort.id, line.id, part)
    actions.draw_if_complete(batch, now=when)
    sample = queries.sample_of(year.cohort.id, line.id, part)
    if sample is None or sample.drawn_at is None:
        if settle:
            _waive(year, batch, when)
        return
    rows = []
    lines = [one for one in queries.looks_of(sample.id) if one.state is LookState.WAITING]
    for number, one in enumerate(lines):
        if one.first is None or (not settle and number % 4 == 3):
            continue
        far = number % 7 == 5
        apart = year.source.choice((9, 11)) if far else year.source.choice((-4, -3, -2, -1, 0, 0, 1, 2, 3, 4))
        second = max(Fraction(0), min(Fraction(100), one.first + apart))
        waits = far and not settle
        rows.append(
            {
                "of_task": one.task_id,
                "mark": str(second),
                "state": LookState.JUDGED if waits else LookState.SETTLED,
                "outcome": None if waits else LookOutcome.CONFIRMED if far else LookOutcome.WITHIN,
                "reason": "Read together: the first marker had seen the appendix." if far and settle else "",
                "by": year.staff["coordinator"].person_id if far and settle else None,
                "settled": None if waits else when,
                "at": when - dt.timedelta(hours=2),
            }
        )
    table: Any = SecondLook.__table__
    if rows:
        db.session.connection().execute(
            sa.update(table)
            .where(table.c.task_id == sa.bindparam("of_task"))
            .values(
                mark=sa.bindparam("mark"),
                state=sa.bindparam("state", type_=table.c.state.type),
                outcome=sa.bindparam("outcome", type_=table.c.outcome.type),
                reason=sa.bindparam("reason"),
                settled_by_id=sa.bindparam("by"),
                settled_at=sa.bindparam("settled", type_=table.c.settled_at.type),
                judged_at=sa.bindparam("at", type_=table.c.judged_at.type),
                saved_at=sa.bindparam("at", type_=table.c.saved_at.type),
                draft=_drafts(),
                version=1,
            ),
            rows,
        )
    waiting = [one.task_id for one in lines if one.task_id not in {row["of_task"] for row in rows}]
    if waiting and not settle:  # one of them is for the faculty who signs in
        own = sa.update(SecondLook).where(SecondLook.task_id == waiting[0])
        db.session.execute(own.values(marker_id=year.staff["faculty"].person_id))
    if settle:
        db.session.execute(sa.update(Moderation).where(Moderation.id == sample.id).values(done_at=when))
        assessment.moderated(batch)


def _drafts() -> Any:
    """A second marker chose the levels that the first chose; the points say what differs."""
    task: Any = MarkingTask.__table__
    return sa.select(task.c.draft).where(task.c.id == SecondLook.__table__.c.task_id).scalar_subquery()


def _waive(year: Year, batch: Batch, when: dt.datetime) -> None:
    """Work that is still out keeps nobody's mark back for ever: the director let the batch go."""
    found = queries.counts(batch.cohort_id, batch.activity_id, batch.part)
    if any(found.get(state) for state in OPEN):
        reason = "Two pieces are late by agreement; the others have waited long enough."
        actions.waive(batch, reason=reason, actor=year.staff["director"], now=when)
