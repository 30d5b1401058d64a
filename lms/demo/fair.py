"""What makes marks fair in the demonstration: members of teams rate each other, and the coordinator settles it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.curriculum.queries import ActivityLine
from lms.demo.world import Year
from lms.fairness import actions, queries
from lms.fairness.actions import Settling
from lms.fairness.models import TeamRater, TeamRating
from lms.fairness.queries import RatingView
from lms.fairness.rules import Decision

NOTE = "Please do not read too much into my figures for the last week: two of us had visitors at work."
COMMENT = "I saw the drafts: three of the five sections came from the others. We have talked about it."


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
