"""What places hold about one person: their story, and the teams they were in."""

from __future__ import annotations

import sqlalchemy as sa

from lms.cohorts.models import Cohort
from lms.core.db import plain_rows
from lms.enrolment.models import Place, PlaceEvent, Team, TeamMembership
from lms.people.ports import PersonalPart


def personal_part(person_id: int) -> PersonalPart:
    """A person's places with their whole story, and their teams with the time they were in them. Three statements."""
    return PersonalPart(
        key="places",
        title="Your places and teams",
        what="Your place in each cohort with everything that happened to it and why, and the teams you were in: "
        "what counts for you, and from when to when, depends on them.",
        data={
            "places": plain_rows(
                sa.select(
                    Cohort.name.label("cohort"),
                    Place.state,
                    Place.external_id,
                    Place.joined_on,
                    Place.left_on,
                )
                .join(Cohort, Cohort.id == Place.cohort_id)
                .where(Place.person_id == person_id)
                .order_by(Place.id)
            ),
            "story": plain_rows(
                sa.select(
                    Cohort.name.label("cohort"),
                    PlaceEvent.kind,
                    PlaceEvent.at,
                    PlaceEvent.effective_on,
                    PlaceEvent.reason,
                )
                .join(Place, Place.id == PlaceEvent.place_id)
                .join(Cohort, Cohort.id == Place.cohort_id)
                .where(Place.person_id == person_id)
                .order_by(PlaceEvent.id)
            ),
            "teams": plain_rows(
                sa.select(
                    Cohort.name.label("cohort"),
                    Team.kind,
                    Team.name,
                    TeamMembership.starts_at,
                    TeamMembership.ends_at,
                )
                .join(Team, Team.id == TeamMembership.team_id)
                .join(Place, Place.id == TeamMembership.place_id)
                .join(Cohort, Cohort.id == Team.cohort_id)
                .where(Place.person_id == person_id)
                .order_by(TeamMembership.id)
            ),
        },
    )
