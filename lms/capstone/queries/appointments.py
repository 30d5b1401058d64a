"""What teams and learners have agreed in office hours: with its guide it is the team that meets."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.capstone.models import GuideAssignment, Project
from lms.core.db import db
from lms.enrolment.models import Place, Team, TeamMembership
from lms.enrolment.rules import TeamKind
from lms.live.models import Slot, SlotBooking, SlotSeries
from lms.people.models import Person
from lms.scheduling.ports import Appointment


def appointments(
    cohort_ids: Collection[int], window: tuple[dt.datetime, dt.datetime]
) -> dict[int, list[Appointment]]:
    """The slots that learners of these cohorts have booked in the window, by cohort. One statement.

    A slot that a member of a team has booked with the guide of its project is the team's meeting.
    """
    host, learner, fellow = aliased(Person), aliased(Person), aliased(TeamMembership)
    members = (
        sa.select(sa.func.count())
        .where(fellow.team_id == TeamMembership.team_id, fellow.ends_at.is_(None))
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            Place.cohort_id,
            learner.name.label("learner"),
            host.name.label("host"),
            SlotSeries.title,
            Slot.starts_at,
            Slot.ends_at,
            Team.name.label("team"),
            GuideAssignment.id.label("guided"),
            members.label("members"),
        )
        .select_from(SlotBooking)
        .join(Slot, Slot.id == SlotBooking.slot_id)
        .join(SlotSeries, SlotSeries.id == Slot.series_id)
        .join(Place, Place.id == SlotBooking.place_id)
        .join(learner, learner.id == Place.person_id)
        .join(host, host.id == Slot.host_id)
        .outerjoin(
            TeamMembership,
            sa.and_(
                TeamMembership.place_id == Place.id,
                TeamMembership.kind == TeamKind.CAPSTONE,
                TeamMembership.ends_at.is_(None),
            ),
        )
        .outerjoin(Team, Team.id == TeamMembership.team_id)
        .outerjoin(Project, Project.team_id == Team.id)
        .outerjoin(
            GuideAssignment,
            sa.and_(
                GuideAssignment.project_id == Project.id,
                GuideAssignment.person_id == Slot.host_id,
                GuideAssignment.ends_at.is_(None),
            ),
        )
        .where(
            Place.cohort_id.in_(cohort_ids),
            SlotBooking.ended_at.is_(None),
            Slot.withdrawn_at.is_(None),
            Slot.starts_at < window[1],
            Slot.ends_at > window[0],
        )
        .order_by(Slot.starts_at, Slot.id)
    )
    found: dict[int, list[Appointment]] = defaultdict(list)
    for row in rows:
        team = bool(row.guided)
        found[row.cohort_id].append(
            Appointment(
                who=row.team if team else row.learner,
                members=row.members if team else 0,
                what=f"{row.host}, its guide," if team else f"“{row.title}” with {row.host}",
                starts_at=row.starts_at,
                ends_at=row.ends_at,
            )
        )
    return found
