"""What the capstone hears and answers: teams, last marks, what members ask; and how marking reads our work."""

from __future__ import annotations

import sqlalchemy as sa

from lms.assessment import ports
from lms.assessment.events import MarksReleased
from lms.capstone import actions, queries
from lms.capstone.actions import requested
from lms.capstone.models import Project
from lms.capstone.rules.milestones import PANEL
from lms.cohorts import queries as cohorts
from lms.core import events
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.enrolment.events import TeamChanged
from lms.enrolment.models import TeamMembership
from lms.fairness import ports as fairness
from lms.people.rules import Role
from lms.requests import ports as requests
from lms.requests.ports import Ask, Kind
from lms.scheduling import ports as schedule

ports.work_readers[queries.SOURCE] = queries.works_for_markers
fairness.guide_readers.append(queries.guides_of)
fairness.confidentiality_readers.append(queries.confidentiality_of)
schedule.appointments_from("capstone", queries.appointments)

# What members ask -----------------------------------------------------------------------------------------------------

requests.register(
    Kind(
        key=requested.SCOPE_CHANGE,
        title="Change of scope",
        ask="Ask to change your project's scope",
        about="When the project cannot be what its plan says: fewer of you, another host, a question that turned out "
        "to be another one. Your guide answers.",
        icon="shapes",
        asks=(Ask.CHOICE, Ask.LINE),
        given=(Ask.CHOICE, Ask.LINE),
        labels={
            "choice": "What changes",
            "line": "The new question, or the new host",
            "words": "What happened, and what you can still deliver",
        },
        owners=frozenset({Role.COORDINATOR, Role.FACULTY, Role.GUIDE}),
        first=requested.guide_of,
        offer=requested.offer_scope,
        grant=requested.grant_scope,
    )
)
requests.register(
    Kind(
        key=requested.GUIDE_CHANGE,
        title="Another guide",
        ask="Ask for another guide",
        about="Once for each project. Your guide neither decides it nor owns it; all of you are told who comes.",
        icon="user-check",
        asks=(Ask.CHOICE,),
        given=(Ask.CHOICE,),
        labels={"choice": "Whom you would like", "words": "Why, and what you have tried"},
        offer=requested.offer_guide,
        grant=requested.grant_guide,
    )
)


@events.on(TeamChanged)
def tell_team(event: TeamChanged) -> None:
    """A member came or left: the project goes on, and its story says so."""
    actions.tell_team(event.team_id, now=event.at)


@events.on(MarksReleased)
def close_projects(event: MarksReleased) -> None:
    """When marks of the panel are released, the projects behind them are over."""
    panel = curriculum.outline(cohorts.by_id(event.cohort_id).version_id).by_key.get(PANEL)
    if panel is None or panel.id != event.activity_id:
        return
    of_places = sa.select(TeamMembership.team_id).where(TeamMembership.place_id.in_(event.place_ids))
    found = db.session.scalars(
        sa.select(Project.id).where(
            Project.cohort_id == event.cohort_id,
            sa.or_(Project.place_id.in_(event.place_ids), Project.team_id.in_(of_places)),
        )
    ).all()
    for project_id in found:
        actions.release(project_id, now=event.at)
