"""What the capstone holds about one person: their projects, what was handed in, answers to it, meetings."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from lms.capstone.models import (
    GuideAssignment,
    Meeting,
    MilestoneFeedback,
    MilestoneSubmission,
    Project,
)
from lms.cohorts.models import Cohort
from lms.core.db import db, plain_rows
from lms.enrolment.models import Place, TeamMembership
from lms.people.ports import PersonalPart


def personal_part(person_id: int) -> PersonalPart:
    """A person's projects with what was handed in while they were in it, and what they guide. A fixed number of
    statements; of others in the team there is nothing but the work that they did together.
    """
    places = set(db.session.scalars(sa.select(Place.id).where(Place.person_id == person_id)))
    teams = sa.select(TeamMembership.team_id).where(TeamMembership.place_id.in_(places))
    projects = sa.select(Project.id).where(sa.or_(Project.place_id.in_(places), Project.team_id.in_(teams)))
    return PersonalPart(
        key="capstone",
        title="Your capstone",
        what="The projects you are in or guide, the milestones that were handed in with you, the answers to them, "
        "and the meetings you were at: they are what the capstone is judged on.",
        data={
            "projects": plain_rows(
                sa.select(
                    Cohort.name.label("cohort"),
                    Project.title,
                    Project.host,
                    Project.confidentiality,
                    Project.state,
                    Project.created_at,
                )
                .join(Cohort, Cohort.id == Project.cohort_id)
                .where(Project.id.in_(projects))
                .order_by(Project.id)
            ),
            "milestones": _milestones(places, projects),
            "meetings": [
                {name: value for name, value in row.items() if name != "present"}
                for row in plain_rows(
                    sa.select(
                        Meeting.held_at, Meeting.minutes, Meeting.held, Meeting.decisions, Meeting.present
                    )
                    .where(Meeting.project_id.in_(projects))
                    .order_by(Meeting.id)
                )
                if places.intersection(row["present"])
            ],
            "guiding": plain_rows(
                sa.select(Project.title, GuideAssignment.starts_at, GuideAssignment.ends_at)
                .join(Project, Project.id == GuideAssignment.project_id)
                .where(GuideAssignment.person_id == person_id)
                .order_by(GuideAssignment.id)
            ),
        },
    )


def _milestones(places: set[int], projects: Any) -> list[dict[str, Any]]:
    rows = plain_rows(
        sa.select(
            MilestoneSubmission.activity_key.label("milestone"),
            MilestoneSubmission.number,
            MilestoneSubmission.state,
            MilestoneSubmission.text,
            MilestoneSubmission.answers,
            MilestoneSubmission.members,
            MilestoneSubmission.submitted_at,
            MilestoneSubmission.late_days,
            MilestoneSubmission.digest.label("receipt"),
            MilestoneFeedback.text.label("answer"),
            MilestoneFeedback.at.label("answered_at"),
        )
        .outerjoin(
            MilestoneFeedback,
            sa.and_(
                MilestoneFeedback.submission_id == MilestoneSubmission.id,
                MilestoneFeedback.taken_back_at.is_(None),
            ),
        )
        .where(MilestoneSubmission.project_id.in_(projects))
        .order_by(MilestoneSubmission.id)
    )
    return [
        {name: value for name, value in row.items() if name != "members"}
        for row in rows
        if places & {member["place"] for member in row["members"]}
    ]
