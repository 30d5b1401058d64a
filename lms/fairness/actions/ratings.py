"""Ratings inside a team: opened with the hand-in or by hand, filled in, reminded of, closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.core import audit, events
from lms.core.db import db, insert_ignoring, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ActivityLine
from lms.fairness import queries
from lms.fairness.events import RatingClosed, RatingClosesSoon, RatingOpened
from lms.fairness.models import TeamRater, TeamRating
from lms.fairness.rules import HIGHEST, LONGEST_NOTE, LOWEST, REMINDER, Phase, RatingRefusal, phase
from lms.people.rules import Actor

LONGEST = dt.timedelta(days=30)


def rated(activity: ActivityLine, version_id: int) -> bool:
    """Whether a programme asks for ratings of an activity."""
    return activity.key in queries.policy_of(version_id).activities and bool(activity.group_key)


def ask(
    cohort_id: int, activity_id: int, place_ids: Collection[int], title: str, *, now: dt.datetime
) -> TeamRating | None:
    """Ask the members of a team whose work was handed in to rate each other; None where nothing is to be asked.

    A later version of the work by more people asks those as well; ratings that are settled stay.
    """
    cohort = cohorts.by_id(cohort_id)
    activity = curriculum.outline(cohort.version_id).activities[activity_id]
    if len(set(place_ids)) < 2 or not rated(activity, cohort.version_id):
        return None
    known = _of_places(activity_id, place_ids)
    if known is not None and known.settled_at is not None:
        return None
    closes_at = now + dt.timedelta(days=queries.policy_of(cohort.version_id).days)
    return _with_members(known, cohort_id, activity_id, place_ids, title, closes_at, None, now)


def open_for(
    cohort_id: int,
    activity_id: int,
    place_ids: Collection[int],
    title: str,
    *,
    closes_at: dt.datetime | None = None,
    actor: Actor,
    now: dt.datetime,
) -> TeamRating:
    """Open ratings by hand. Raises RuleViolation where they exist, or the programme asks for none."""
    cohort = cohorts.by_id(cohort_id)
    outline = curriculum.outline(cohort.version_id)
    activity = outline.activities.get(activity_id)
    if activity is None or not rated(activity, cohort.version_id):
        raise RuleViolation(RatingRefusal.NOT_RATED)
    if len(set(place_ids)) < 2:
        raise RuleViolation(RatingRefusal.TOO_FEW)
    if _of_places(activity_id, place_ids) is not None:
        raise RuleViolation(RatingRefusal.OPEN_ALREADY)
    until = closes_at or now + dt.timedelta(days=queries.policy_of(cohort.version_id).days)
    _check_end(until, now)
    return _with_members(None, cohort_id, activity_id, place_ids, title, until, actor, now)


def _of_places(activity_id: int, place_ids: Collection[int]) -> TeamRating | None:
    return db.session.scalar(
        sa.select(TeamRating)
        .join(TeamRater, TeamRater.rating_id == TeamRating.id)
        .where(TeamRater.activity_id == activity_id, TeamRater.place_id.in_(place_ids))
        .order_by(TeamRating.id)
        .limit(1)
        .with_for_update(of=TeamRating)
    )


def _with_members(
    known: TeamRating | None,
    cohort_id: int,
    activity_id: int,
    place_ids: Collection[int],
    title: str,
    closes_at: dt.datetime,
    actor: Actor | None,
    now: dt.datetime,
) -> TeamRating:
    rating = known or TeamRating(
        cohort_id=cohort_id,
        activity_id=activity_id,
        title=title,
        opened_at=now,
        opened_by_id=actor.person_id if actor else None,
        closes_at=closes_at,
        outcome={},
    )
    db.session.add(rating)
    db.session.flush()
    before = _places_of(rating.id)
    insert_ignoring(
        TeamRater.__table__,
        [
            {"rating_id": rating.id, "activity_id": activity_id, "place_id": place, "answers": {}, "note": "",
             "version": 0, "excluded_reason": "", "factor": ""}
            for place in sorted(set(place_ids) - before)
        ],
    )  # fmt: skip
    fresh = tuple(sorted(_places_of(rating.id) - before))
    if not fresh:
        return rating
    rating.version += 1
    audit.record(
        audit.Entry(
            actor_id=actor.person_id if actor else None,
            action="fairness.open_ratings",
            subject="team_rating",
            subject_id=rating.id,
            cohort_id=cohort_id,
            after={"places": list(fresh), "closes_at": rating.closes_at.isoformat()},
        )
    )
    events.record(
        RatingOpened(
            cohort_id=cohort_id,
            activity_id=activity_id,
            rating_id=rating.id,
            public_id=rating.public_id,
            place_ids=fresh,
            closes_at=rating.closes_at,
            at=now,
        )
    )
    return rating


def _places_of(rating_id: int) -> set[int]:
    return set(db.session.scalars(sa.select(TeamRater.place_id).where(TeamRater.rating_id == rating_id)))


def _check_end(until: dt.datetime, now: dt.datetime) -> None:
    if not now < until <= now + LONGEST:
        raise RuleViolation(RatingRefusal.BAD_TIME)


def held(rating_id: int) -> TeamRating:
    """Ratings under a lock."""
    rating: TeamRating | None = locked(TeamRating, rating_id)
    if rating is None:
        raise NotFound
    return rating


def rate(
    rating_id: int,
    place_id: int,
    answers: Mapping[int, Mapping[str, int]],
    note: str,
    *,
    version: int,
    now: dt.datetime,
) -> TeamRater:
    """Keep what a member says of the others; they may change it until the ratings close.

    Raises RuleViolation when they are closed or an answer is none, Conflict when it was saved in another window.
    """
    rating = held(rating_id)
    own = db.session.scalar(
        sa.select(TeamRater)
        .where(TeamRater.rating_id == rating_id, TeamRater.place_id == place_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if own is None:
        raise NotFound
    if phase(rating.closes_at, rating.settled_at, now) is not Phase.OPEN:
        raise RuleViolation(RatingRefusal.CLOSED)
    if own.version != version:
        raise Conflict(RatingRefusal.CHANGED)
    if len(note) > LONGEST_NOTE:
        raise RuleViolation(RatingRefusal.LONG_NOTE)
    others = _places_of(rating_id) - {place_id}
    version_id = cohorts.by_id(rating.cohort_id).version_id
    items = {item.id for item in queries.policy_of(version_id).items}
    kept: dict[str, dict[str, int]] = {}
    for member, given in answers.items():
        if any(not LOWEST <= value <= HIGHEST for value in given.values()):
            raise RuleViolation(RatingRefusal.NOT_RATED_SO)
        if member in others:
            kept[str(member)] = {item: value for item, value in given.items() if item in items}
    own.answers, own.note = kept, note
    own.version += 1
    own.saved_at = now
    db.session.flush()
    return own


def set_end(rating_id: int, until: dt.datetime, *, actor: Actor, now: dt.datetime) -> TeamRating:
    """Give more time, or close now (`until` = now). Raises RuleViolation when they are settled, or the time is none."""
    rating = held(rating_id)
    if rating.settled_at is not None:
        raise RuleViolation(RatingRefusal.SETTLED)
    if until != now:
        _check_end(until, now)
    before, rating.closes_at = rating.closes_at, until
    if until > now:
        rating.told_at = None
        rating.reminded_at = None
    rating.version += 1
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="fairness.end_ratings",
            subject="team_rating",
            subject_id=rating.id,
            cohort_id=rating.cohort_id,
            before={"closes_at": before.isoformat()},
            after={"closes_at": until.isoformat()},
        )
    )
    return rating


def close_due(*, now: dt.datetime) -> int:
    """Remind those who have not answered a day before the end; tell who settles those that closed.

    Returns how many. Running it twice changes nothing.
    """
    due = db.session.scalars(
        sa.select(TeamRating)
        .where(
            TeamRating.settled_at.is_(None),
            sa.or_(
                sa.and_(
                    TeamRating.reminded_at.is_(None),
                    TeamRating.closes_at > now,
                    TeamRating.closes_at <= now + REMINDER,
                ),
                sa.and_(TeamRating.told_at.is_(None), TeamRating.closes_at <= now),
            ),
        )
        .order_by(TeamRating.id)
        .with_for_update(skip_locked=True)
    ).all()
    for rating in due:
        view = queries.guided(rating.id)
        if rating.closes_at > now:
            rating.reminded_at = now
            waiting = tuple(member.place_id for member in view.present if not view.answered(member))
            if waiting:
                events.record(
                    RatingClosesSoon(
                        cohort_id=rating.cohort_id,
                        activity_id=rating.activity_id,
                        rating_id=rating.id,
                        public_id=rating.public_id,
                        place_ids=waiting,
                        closes_at=rating.closes_at,
                        at=now,
                    )
                )
            continue
        rating.told_at = now
        far = view.reckon().far(queries.factor_policy(view.cohort.version_id).comment_from)
        guides = view.guide_ids if far else ()
        events.record(
            RatingClosed(
                cohort_id=rating.cohort_id,
                activity_id=rating.activity_id,
                rating_id=rating.id,
                public_id=rating.public_id,
                title=rating.title,
                guide_ids=tuple(sorted(guides)),
                at=now,
            )
        )
    return len(due)
