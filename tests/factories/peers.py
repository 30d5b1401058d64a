"""Rounds of peer review, through the real actions."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.fairness import actions, queries
from lms.fairness.actions import Said
from lms.fairness.models import PeerReview, PeerRound
from lms.people.models import Person
from tests.factories import assessment, fairness, world

DAY = dt.timedelta(days=1)
GOOD = "The price **holds**. I would test the second figure first."


def begin(cohort: CohortView, key: str = "a-2", by: Person | None = None) -> PeerRound:
    """A round begins with whoever has handed in."""
    with unit_of_work() as work:
        return actions.begin(
            cohort.id,
            assessment.activity_id(key),
            actor=world.actor(by) if by else None,
            now=work.now,
        )


def pieces(cohort: CohortView, count: int, *, key: str = "a-2") -> fairness.Team:
    """So many learners have handed in, each their own."""
    found = fairness.team(cohort, count)
    for place in found.places:
        assessment.bring(cohort, [place], key=key)
    return found


def teams(
    cohort: CohortView, count: int, size: int = 2, *, key: str = "m3", part: str = "pack"
) -> list[fairness.Team]:
    """So many teams have handed in."""
    found = []
    for number in range(count):
        people = tuple(world.person(f"Team {number} Member {at}") for at in range(size))
        team = fairness.Team(people, tuple(world.place(cohort, one) for one in people))
        assessment.bring(cohort, team.places, key=key, part=part, title=f"Team {number}")
        found.append(team)
    return found


def reviews(found: PeerRound, *, of: int | None = None, by: int | None = None) -> list[PeerReview]:
    """The reviews of a round that are asked, of a place's work or by a place."""
    rows = db.session.scalars(
        sa.select(PeerReview)
        .where(PeerReview.round_id == found.id, PeerReview.ended.is_(None))
        .order_by(PeerReview.id)
        .execution_options(populate_existing=True)
    ).all()
    return [
        row
        for row in rows
        if (of is None or of in queries.peer_places_of({row.piece_id}, away=True))
        and (by is None or by in queries.peer_places_of({row.reviewer_id}, away=True))
    ]


def said(found: PeerRound, overall: str = GOOD, level: int = 2) -> Said:
    """One level for everything, with a comment each."""
    keys = [row.key for row in queries.peer_criteria(world.version_id(), found.activity_id)]
    return Said(dict.fromkeys(keys, level), dict.fromkeys(keys, "Page two says why."), overall)


def submit(found: PeerRound, review: PeerReview, by: Person, overall: str = GOOD) -> PeerReview:
    """A review is written and submitted."""
    with unit_of_work() as work:
        now = db.session.get_one(PeerReview, review.id, populate_existing=True)
        return actions.keep_review(
            review.id,
            said(found, overall),
            submit=True,
            version=now.version,
            actor=world.actor(by),
            now=work.now,
        )


def submit_all(found: PeerRound, team: fairness.Team, overall: str = GOOD) -> None:
    """Everybody submits everything."""
    for person, place in zip(team.people, team.places, strict=True):
        for review in reviews(found, by=place):
            submit(found, review, person, overall)


def release(found: PeerRound, by: Person) -> None:
    """Authors may read their reviews."""
    with unit_of_work() as work:
        actions.release_reviews(found.id, actor=world.actor(by), now=work.now)


def pass_on(found: PeerRound, now: dt.datetime) -> None:
    """The job runs at an instant."""
    with unit_of_work():
        actions.close_rounds(now=now)


def latest() -> PeerRound:
    """The round that began last."""
    return db.session.scalars(sa.select(PeerRound).order_by(PeerRound.id.desc()).limit(1)).one()
