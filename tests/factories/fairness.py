"""Teams whose members rate each other, through the real actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from lms.assessment.models import MarkingTask
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.fairness import actions, queries
from lms.fairness.actions import Settling
from lms.fairness.models import TeamRating
from lms.fairness.queries import RatingView
from lms.fairness.rules import Decision
from lms.people.models import Person
from tests.factories import assessment, world

NAMES = ("Asha Rao", "Ben Okafor", "Chen Li", "Dana Weiss", "Ema Sol", "Finn Moe", "Gita Nair", "Hugo Paz")


@dataclass(frozen=True)
class Team:
    """Learners who work together: persons and places, in the same order."""

    people: tuple[Person, ...]
    places: tuple[int, ...]


def team(cohort: CohortView, size: int) -> Team:
    """So many learners."""
    people = tuple(world.person(NAMES[number]) for number in range(size))
    return Team(people, tuple(world.place(cohort, one) for one in people))


def hand_in(
    cohort: CohortView, of: Team, *, key: str = "g1", part: str = "", title: str = "Fig"
) -> MarkingTask:
    """The team's work comes to the marking desk: its members are asked."""
    return assessment.bring(cohort, of.places, key=key, part=part, title=title)


def rating(key: str = "g1") -> RatingView:
    """The latest ratings of an activity."""
    found = db.session.scalar(
        sa.select(TeamRating.id)
        .where(TeamRating.activity_id == assessment.activity_id(key))
        .order_by(TeamRating.id.desc())
        .limit(1)
    )
    assert found is not None
    return queries.guided(found)


def rate(view: RatingView, rater: int, given: Mapping[int, int], *, note: str = "") -> None:
    """A member gives each of the others one figure for every item; keys are places."""
    member = next(one for one in view.members if one.place_id == rater)
    answers = {place: dict.fromkeys(view.items(), value) for place, value in given.items()}
    with unit_of_work() as work:
        now = queries.rating(view.id)
        version = next(one.version for one in now.members if one.place_id == member.place_id)
        actions.rate(view.id, rater, answers, note, version=version, now=work.now)


def rate_all(view: RatingView, of: Team, worth: Mapping[int, int] | None = None) -> None:
    """Everybody rates everybody: 3, or what `worth` says of a place."""
    for rater in of.places:
        rate(view, rater, {other: (worth or {}).get(other, 3) for other in of.places if other != rater})


def close(view: RatingView, by: Person) -> None:
    """The ratings close now."""
    with unit_of_work() as work:
        actions.set_end(view.id, work.now, actor=world.actor(by), now=work.now)


def settle(view: RatingView, by: Person, decision: Decision = Decision.ACCEPTED, reason: str = "") -> None:
    """The ratings are settled as they stand."""
    with unit_of_work() as work:
        version = queries.rating(view.id).version
        actions.settle(
            view.id,
            Settling(decision=decision, reason=reason, version=version),
            actor=world.actor(by),
            now=work.now,
        )


def after(days: int) -> dt.timedelta:
    """So many days."""
    return dt.timedelta(days=days)
