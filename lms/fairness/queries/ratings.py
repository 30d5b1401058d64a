"""Reads of ratings inside teams: one's own, one of them in full for those who settle it, and all of a cohort."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db, read
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.curriculum.content.schema.fairness import ContributionPolicy
from lms.curriculum.models import ActivityKind
from lms.curriculum.queries import ActivityLine
from lms.enrolment.models import Place
from lms.enrolment.rules import ACTIVE, PlaceState
from lms.fairness import ports, rules
from lms.fairness.models import TeamRater, TeamRating
from lms.fairness.rules import Decision, FactorPolicy, Factors, Found, Phase
from lms.people.models import Person
from lms.people.rules import Actor


def policy_of(version_id: int) -> ContributionPolicy:
    """What a version says about ratings."""
    return curriculum.outline(version_id).policies.contribution


def factor_policy(version_id: int) -> FactorPolicy:
    """What a version says about factors, exactly."""
    policies = curriculum.outline(version_id).policies
    low, high = policies.capstone.peer_factor
    return FactorPolicy(
        low=Fraction(str(low)),
        high=Fraction(str(high)),
        response=Fraction(str(policies.capstone.peer_response_min)),
        comment_from=Fraction(str(policies.contribution.comment_from)),
    )


@dataclass(frozen=True, slots=True)
class RatingMember:
    """A member of a team with what they said."""

    place_id: int
    public_id: str
    """Of the place."""
    person_id: int
    name: str
    state: PlaceState
    answers: Mapping[str, Mapping[str, int]]
    note: str
    version: int
    saved_at: dt.datetime | None
    excluded_at: dt.datetime | None
    excluded_reason: str
    factor: str

    @property
    def present(self) -> bool:
        """Whether they are still there: who left has no factor."""
        return self.state in ACTIVE


@dataclass(frozen=True, slots=True)
class RatingView:
    """Ratings of a team, as guards hand them on."""

    id: int
    public_id: str
    cohort: CohortView
    activity: ActivityLine
    title: str
    opened_at: dt.datetime
    closes_at: dt.datetime
    version: int
    comment: str
    comment_by: str | None
    comment_at: dt.datetime | None
    decision: Decision | None
    reason: str
    settled_by: str | None
    settled_at: dt.datetime | None
    outcome: Mapping[str, Any]
    members: tuple[RatingMember, ...]
    guide_ids: frozenset[int] = frozenset()

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def name(self) -> str:
        """The activity as people call it."""
        return f"{self.activity.code} {self.activity.title}".strip()

    @property
    def present(self) -> tuple[RatingMember, ...]:
        """The members who are still there."""
        return tuple(member for member in self.members if member.present)

    def phase(self, now: dt.datetime) -> Phase:
        """Where they stand."""
        return rules.phase(self.closes_at, self.settled_at, now)

    def items(self) -> list[str]:
        """The ids of what is asked."""
        return [item.id for item in policy_of(self.cohort.version_id).items]

    def others(self, member: RatingMember) -> list[int]:
        """Whom a member rates: the others who are still there."""
        return [other.place_id for other in self.present if other.place_id != member.place_id]

    def answered(self, member: RatingMember) -> bool:
        """Whether a member has rated everybody."""
        return rules.complete(member.answers, self.others(member), self.items())

    def reckon(self) -> Factors:
        """What the ratings come to as they stand."""
        given = {
            member.place_id: rules.sums(member.answers, self.others(member), self.items())
            for member in self.present
            if self.answered(member)
        }
        excluded = {member.place_id for member in self.members if member.excluded_at is not None}
        present = [member.place_id for member in self.present]
        return rules.factors(present, given, factor_policy(self.cohort.version_id), excluded=excluded)

    def signs(self) -> list[Found]:
        """What may be odd about them."""
        return rules.signs(
            {
                member.place_id: {
                    other: {item: member.answers[str(other)][item] for item in self.items()}
                    for other in self.others(member)
                }
                for member in self.present
                if self.answered(member) and member.excluded_at is None
            }
        )


_commenter = aliased(Person)
_settler = aliased(Person)
_RATING = (
    sa.select(
        TeamRating.id,
        TeamRating.public_id,
        TeamRating.cohort_id,
        TeamRating.activity_id,
        TeamRating.title,
        TeamRating.opened_at,
        TeamRating.closes_at,
        TeamRating.version,
        TeamRating.comment,
        _commenter.name.label("comment_by"),
        TeamRating.comment_at,
        TeamRating.decision,
        TeamRating.reason,
        _settler.name.label("settled_by"),
        TeamRating.settled_at,
        TeamRating.outcome,
    )
    .outerjoin(_commenter, _commenter.id == TeamRating.comment_by_id)
    .outerjoin(_settler, _settler.id == TeamRating.settled_by_id)
)


def _members(rating_ids: Collection[int]) -> dict[int, list[RatingMember]]:
    found: dict[int, list[RatingMember]] = {rating_id: [] for rating_id in rating_ids}
    rows = db.session.execute(
        sa.select(
            TeamRater.rating_id,
            TeamRater.place_id,
            Place.public_id,
            Place.person_id,
            Person.name,
            Place.state,
            TeamRater.answers,
            TeamRater.note,
            TeamRater.version,
            TeamRater.saved_at,
            TeamRater.excluded_at,
            TeamRater.excluded_reason,
            TeamRater.factor,
        )
        .join(Place, Place.id == TeamRater.place_id)
        .join(Person, Person.id == Place.person_id)
        .where(TeamRater.rating_id.in_(rating_ids))
        .order_by(Person.sort_name, TeamRater.id)
    )
    for row in rows:
        values = row._asdict()
        found[values.pop("rating_id")].append(RatingMember(**values))
    return found


def _views(cohort: CohortView, rows: Collection[Any]) -> list[RatingView]:
    outline = curriculum.outline(cohort.version_id)
    members = _members([row.id for row in rows])
    found = []
    for row in rows:
        values = row._asdict()
        values.pop("cohort_id")
        activity = outline.activities[values.pop("activity_id")]
        found.append(RatingView(**values, cohort=cohort, activity=activity, members=tuple(members[row.id])))
    return found


def rating(rating_id: int) -> RatingView:
    """Ratings by id, for those who act on them: without the guides. Two statements besides the cohort's."""
    row = db.session.execute(_RATING.where(TeamRating.id == rating_id)).one()
    (found,) = _views(cohorts.by_id(row.cohort_id), [row])
    return found


def guided(rating_id: int) -> RatingView:
    """Ratings by id, with the team's guides."""
    (found,) = _guided([rating(rating_id)])
    return found


def rating_visible_to(actor: Actor, slug: str, public_id: str) -> RatingView:
    """Ratings in a cohort that the actor sees; else NotFound."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    row = db.session.execute(
        _RATING.where(TeamRating.public_id == public_id, TeamRating.cohort_id == cohort.id)
    ).one_or_none()
    if row is None:
        raise NotFound
    (found,) = _guided(_views(cohort, [row]))
    return found


def _guided(found: list[RatingView]) -> list[RatingView]:
    """With those who guide each team's capstone; group work of a course has faculty, not a guide."""
    of_guides = [view for view in found if view.activity.kind is ActivityKind.MILESTONE]
    guides = ports.guides_of([member.place_id for view in of_guides for member in view.members])
    return [
        replace(
            view,
            guide_ids=frozenset().union(*(guides.get(member.place_id, ()) for member in view.members))
            if view in of_guides
            else frozenset(),
        )
        for view in found
    ]


@dataclass(frozen=True, slots=True)
class OwnRating:
    """Ratings as one of the members sees them: only what they said themselves."""

    rating: RatingView
    own: RatingMember

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.rating.cohort.id

    @property
    def others(self) -> tuple[RatingMember, ...]:
        """Whom they rate."""
        return tuple(other for other in self.rating.present if other.place_id != self.own.place_id)


def own_rating_visible_to(actor: Actor, slug: str, public_id: str) -> OwnRating:
    """Ratings that the actor takes part in, while they are there; else NotFound."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    row = db.session.execute(
        _RATING.where(TeamRating.public_id == public_id, TeamRating.cohort_id == cohort.id)
    ).one_or_none()
    if row is None:
        raise NotFound
    (found,) = _views(cohort, [row])
    own = next((one for one in found.present if one.person_id == actor.person_id), None)
    if own is None:
        raise NotFound
    return OwnRating(found, own)


def ratings_of(cohort: CohortView) -> list[RatingView]:
    """All ratings of a cohort, those that wait first. Three statements."""
    rows = db.session.execute(
        _RATING.where(TeamRating.cohort_id == cohort.id).order_by(
            TeamRating.settled_at.is_not(None), TeamRating.closes_at, TeamRating.id
        )
    ).all()
    return _guided(_views(cohort, rows))


@dataclass(frozen=True, slots=True)
class OwnLine:
    """Ratings that a learner takes part in, as other pages mention them."""

    public_id: str
    activity_id: int
    title: str
    closes_at: dt.datetime
    settled_at: dt.datetime | None
    answered: bool


def own_lines(version_id: int, place_id: int, activity_ids: Collection[int] | None = None) -> list[OwnLine]:
    """The ratings that a learner takes part in, the first to close first. At most two statements."""
    statement = (
        _RATING.add_columns(TeamRater.place_id)
        .join(TeamRater, TeamRater.rating_id == TeamRating.id)
        .where(TeamRater.place_id == place_id)
        .order_by(TeamRating.closes_at, TeamRating.id)
    )
    if activity_ids is not None:
        statement = statement.where(TeamRating.activity_id.in_(activity_ids))
    rows = db.session.execute(statement).all()
    if not rows:
        return []
    members = _members([row.id for row in rows])
    items = [item.id for item in policy_of(version_id).items]
    found = []
    for row in rows:
        own = next(member for member in members[row.id] if member.place_id == place_id)
        others = [one.place_id for one in members[row.id] if one.present and one.place_id != place_id]
        found.append(
            OwnLine(
                row.public_id,
                row.activity_id,
                row.title,
                row.closes_at,
                row.settled_at,
                rules.complete(own.answers, others, items),
            )
        )
    return found


_SETTLED = (
    sa.select(TeamRater.rating_id)
    .join(TeamRating, TeamRating.id == TeamRater.rating_id)
    .where(
        TeamRater.activity_id == sa.bindparam("activity", type_=sa.Integer),
        TeamRater.place_id.in_(sa.bindparam("places", type_=sa.Integer, expanding=True)),
        TeamRating.settled_at.is_not(None),
        TeamRater.factor != "",
    )
)


def settled_factors(
    activity_id: int, place_ids: Collection[int]
) -> dict[int, tuple[RatingView, RatingMember]]:
    """The settled ratings in which these places have a factor. At most four statements, one where there are none."""
    ids = set(read(_SETTLED, {"activity": activity_id, "places": list(place_ids)}).scalars())
    found = [rating(rating_id) for rating_id in sorted(ids)]
    return {
        member.place_id: (view, member)
        for view in found
        for member in view.members
        if member.factor and member.place_id in place_ids
    }


def unsettled(activity_id: int, place_ids: Collection[int]) -> dict[int, str]:
    """Place → the team whose ratings are not settled. One statement."""
    rows = db.session.execute(
        sa.select(TeamRater.place_id, TeamRating.title)
        .join(TeamRating, TeamRating.id == TeamRater.rating_id)
        .where(
            TeamRater.activity_id == activity_id,
            TeamRater.place_id.in_(place_ids),
            TeamRating.settled_at.is_(None),
        )
    )
    return {place_id: title for place_id, title in rows}  # noqa: C416 - typed rows
