"""Settling ratings: a guide's comment, a rater left out, the decision that makes factors, taking it back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.assessment.models import Mark, MarkVersion
from lms.assessment.rules import exact
from lms.core import audit
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.fairness import queries
from lms.fairness.actions.ratings import held
from lms.fairness.models import TeamRater, TeamRating
from lms.fairness.rules import Decision, RatingRefusal, phase, why_not_settle
from lms.people.rules import Actor


@dataclass(frozen=True, kw_only=True)
class Settling:
    """How ratings are settled, as whoever decides saw them."""

    decision: Decision
    reason: str = ""
    version: int


def comment(rating_id: int, text: str, *, actor: Actor, now: dt.datetime) -> TeamRating:
    """Keep what the guide says of factors far from 1. Raises RuleViolation without words, or when it is settled."""
    rating = held(rating_id)
    if rating.settled_at is not None:
        raise RuleViolation(RatingRefusal.SETTLED)
    if not text.strip():
        raise RuleViolation(RatingRefusal.NO_REASON)
    before = rating.comment
    rating.comment, rating.comment_by_id, rating.comment_at = text.strip(), actor.person_id, now
    rating.version += 1
    _write_down(rating, "fairness.comment_ratings", actor, before={"comment": before}, reason=rating.comment)
    return rating


def exclude(
    rating_id: int, place_id: int, *, reason: str, back: bool = False, actor: Actor, now: dt.datetime
) -> TeamRating:
    """Leave a rater out, or take them in again (`back`): what they said counts no more, their own factor stays.

    Raises RuleViolation when the ratings are open or settled, or without a reason.
    """
    rating = held(rating_id)
    if rating.settled_at is not None:
        raise RuleViolation(RatingRefusal.SETTLED)
    if now < rating.closes_at:
        raise RuleViolation(RatingRefusal.STILL_OPEN)
    if not reason.strip():
        raise RuleViolation(RatingRefusal.NO_REASON)
    rater = db.session.scalar(
        sa.select(TeamRater).where(TeamRater.rating_id == rating_id, TeamRater.place_id == place_id)
    )
    if rater is None:
        raise RuleViolation(RatingRefusal.NOT_A_RATER)
    if (rater.excluded_at is not None) is not back:
        raise RuleViolation(RatingRefusal.EXCLUDED)
    rater.excluded_at = None if back else now
    rater.excluded_by_id = None if back else actor.person_id
    rater.excluded_reason = "" if back else reason.strip()
    rating.version += 1
    _write_down(
        rating,
        "fairness.take_rater_in" if back else "fairness.leave_rater_out",
        actor,
        after={"place": place_id},
        reason=reason.strip(),
    )
    return rating


def settle(rating_id: int, settling: Settling, *, actor: Actor, now: dt.datetime) -> TeamRating:
    """Make factors of the ratings, and multiply the team's marks that stand; nobody sees them before their release.

    Raises Conflict when something changed since the actor looked, RuleViolation when it cannot be settled so.
    """
    rating = held(rating_id)
    if settling.version != rating.version:
        raise Conflict(RatingRefusal.CHANGED_SINCE)
    view = queries.rating(rating_id)
    policy = queries.factor_policy(view.cohort.version_id)
    found = view.reckon()
    far = found.far(policy.comment_from)
    now_at = phase(rating.closes_at, rating.settled_at, now)
    refusal = why_not_settle(now_at, settling.decision, settling.reason, far, rating.comment)
    if refusal:
        raise RuleViolation(refusal, bound=f"{float(policy.comment_from):g}")
    one = settling.decision is Decision.ONE
    rating.closes_at = min(rating.closes_at, now)
    rating.decision, rating.reason = settling.decision, settling.reason.strip()
    rating.settled_by_id, rating.settled_at = actor.person_id, now
    rating.outcome = {
        "answered": found.answered,
        "members": found.members,
        "enough": found.enough,
        "raw": {str(place): exact(value) for place, value in found.raw.items()},
    }
    rating.version += 1
    values = {place: "1" if one else exact(value) for place, value in found.values.items()}
    for rater in db.session.scalars(sa.select(TeamRater).where(TeamRater.rating_id == rating_id)):
        rater.factor = values.get(rater.place_id, "")
    db.session.flush()
    _write_down(
        rating,
        "fairness.settle_ratings",
        actor,
        after={"decision": settling.decision.value, "factors": {str(k): v for k, v in values.items()}},
        reason=rating.reason,
    )
    assessment.multiply_again(rating.activity_id, sorted(values), now=now)
    return rating


def take_back(rating_id: int, *, reason: str, actor: Actor) -> TeamRating:
    """Take a settlement back before any of the team's marks is released. Raises RuleViolation otherwise."""
    rating = held(rating_id)
    if rating.settled_at is None:
        raise RuleViolation(RatingRefusal.NOT_SETTLED)
    if not reason.strip():
        raise RuleViolation(RatingRefusal.NO_REASON)
    if _released(rating):
        raise RuleViolation(RatingRefusal.RELEASED)
    before = rating.decision.value if rating.decision else ""
    rating.decision, rating.reason = None, ""
    rating.settled_by_id = rating.settled_at = None
    rating.outcome = {}
    rating.version += 1
    for rater in db.session.scalars(sa.select(TeamRater).where(TeamRater.rating_id == rating_id)):
        rater.factor = ""
    db.session.flush()
    _write_down(
        rating, "fairness.take_settlement_back", actor, before={"decision": before}, reason=reason.strip()
    )
    return rating


def _released(rating: TeamRating) -> bool:
    """Whether a member sees a mark into which a factor of these ratings has gone."""
    rows = db.session.scalars(
        sa.select(MarkVersion.trace)
        .join(Mark, sa.and_(Mark.id == MarkVersion.mark_id, Mark.released_version == MarkVersion.number))
        .where(
            Mark.activity_id == rating.activity_id,
            Mark.place_id.in_(sa.select(TeamRater.place_id).where(TeamRater.rating_id == rating.id)),
        )
    )
    return any("factor" in trace for trace in rows)


def _write_down(
    rating: TeamRating,
    action: str,
    actor: Actor,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="team_rating",
            subject_id=rating.id,
            cohort_id=rating.cohort_id,
            before=before,
            after=after,
            reason=reason,
        )
    )
