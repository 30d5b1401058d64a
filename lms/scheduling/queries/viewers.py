"""Who looks at a schedule: what the guards of its pages load."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.enrolment.models import Place, TeamMembership
from lms.enrolment.rules import ACTIVE
from lms.people.rules import Actor
from lms.scheduling.queries.items import ItemLine, Whose, item


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks at a cohort's schedule: a learner with dates of their own, or staff."""

    cohort: CohortView
    whose: Whose | None
    """Empty: staff, who see everybody's dates."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


_MEMBER = (
    sa.select(Place.section_id, TeamMembership.team_id)
    .outerjoin(TeamMembership, sa.and_(TeamMembership.place_id == Place.id, TeamMembership.ends_at.is_(None)))
    .where(
        Place.cohort_id == sa.bindparam("cohort", type_=sa.Integer),
        Place.person_id == sa.bindparam("person", type_=sa.Integer),
        Place.state.in_(ACTIVE),
    )
    .order_by(TeamMembership.team_id)
)


def viewer_visible_to(actor: Actor, slug: str) -> Viewer:
    """The cohort with this slug and the actor's place in it, if any. Two statements."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    rows = db.session.execute(_MEMBER, {"cohort": cohort.id, "person": actor.person_id}).all()
    if not rows:
        return Viewer(cohort, None)
    teams = tuple(row.team_id for row in rows if row.team_id is not None)
    return Viewer(cohort, Whose(actor.person_id, rows[0].section_id, teams))


@dataclass(frozen=True, slots=True)
class PlanItem:
    """A dated item with its cohort: what the pages of one item begin with."""

    cohort: CohortView
    line: ItemLine

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


def plan_item_visible_to(actor: Actor, slug: str, key: str) -> PlanItem:
    """The item with this key in the cohort with this slug; NotFound when there is none, or no cohort for the actor."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    line = item(cohort.id, key)
    if line is None:
        raise NotFound
    return PlanItem(cohort, line)
