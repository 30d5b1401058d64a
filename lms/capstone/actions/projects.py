"""Projects: started by a learner or for teams, given another topic, taken one step back, ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.capstone import queries
from lms.capstone.actions.steps import latest_submission, standing_answer
from lms.capstone.actions.story import announce, hold, move, tell
from lms.capstone.models import MilestoneDraft, Project
from lms.capstone.queries import RoomVisit
from lms.capstone.rules import Act, CapstoneRefusal, ProjectState, Told
from lms.capstone.rules import milestones as rules
from lms.capstone.rules.promises import end_of_day
from lms.capstone.rules.states import RUNNING
from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.coursework.actions.moments import in_words
from lms.enrolment.models import Team, TeamMembership
from lms.enrolment.rules import TeamKind
from lms.people.rules import Actor, clean

LONGEST_TITLE = 200


def start(visit: RoomVisit, *, actor: Actor, now: dt.datetime) -> str:
    """Start the learner's project, for their capstone team where they sit in one; returns its public id.

    A second start finds the first. Raises RuleViolation before projects open.
    """
    if visit.place is None:
        raise NotFound
    locked(Cohort, visit.cohort.id)
    fresh = queries.room_visible_to(actor, visit.cohort.slug)
    if fresh.project is not None and fresh.project.state is not ProjectState.DROPPED:
        return fresh.project.public_id
    opens = queries.dates(fresh.cohort, fresh.whose, [rules.INTEREST]).get(rules.INTEREST)
    if opens is None or now < opens.starts_at:
        when = in_words(opens.starts_at, actor.zone) if opens else "a day that is not set yet"
        raise RuleViolation(CapstoneRefusal.NOT_OPEN_YET, opens=when)
    if fresh.team is not None:
        team_id, name = fresh.team
        return _create(visit.cohort.id, name, team_id=team_id, actor=actor, now=now).public_id
    return _create(visit.cohort.id, actor.name, place_id=visit.place.place_id, actor=actor, now=now).public_id


def create_for_teams(cohort_id: int, *, actor: Actor, now: dt.datetime) -> list[int]:
    """Start a project for every capstone team that has none; returns their ids.

    What its members began alone goes on in it: their interest forms are closed, and the first one fills the team's.
    """
    locked(Cohort, cohort_id)
    rows = db.session.execute(
        sa.select(Team.id, Team.name)
        .outerjoin(Project, Project.team_id == Team.id)
        .where(
            Team.cohort_id == cohort_id,
            Team.kind == TeamKind.CAPSTONE,
            Team.dissolved_at.is_(None),
            Project.id.is_(None),
            sa.exists().where(TeamMembership.team_id == Team.id, TeamMembership.ends_at.is_(None)),
        )
        .order_by(sa.func.lower(Team.name), Team.id)
    ).all()
    return [_create(cohort_id, name, team_id=team_id, actor=actor, now=now).id for team_id, name in rows]


def _create(
    cohort_id: int,
    owner: str,
    *,
    team_id: int | None = None,
    place_id: int | None = None,
    actor: Actor,
    now: dt.datetime,
) -> Project:
    title = f"Project of {owner}"
    project = Project(
        cohort_id=cohort_id,
        team_id=team_id,
        place_id=place_id,
        title=title[:LONGEST_TITLE],
        host="",
        confidentiality="",
        state=ProjectState.INTEREST,
        created_at=now,
    )
    db.session.add(project)
    db.session.flush()
    tell(project, Act.START, before=None, actor=actor, now=now)
    if team_id is not None:
        _take_in(project, team_id, actor, now)
    announce(project, Act.START.value, None, actor=actor, now=now)
    return project


def _take_in(project: Project, team_id: int, actor: Actor, now: dt.datetime) -> None:
    """Close what members began alone; the first interest form fills the team's draft."""
    began = db.session.scalars(
        sa.select(Project)
        .join(TeamMembership, TeamMembership.place_id == Project.place_id)
        .where(
            TeamMembership.team_id == team_id,
            TeamMembership.ends_at.is_(None),
            Project.state == ProjectState.INTEREST,
        )
        .order_by(Project.id)
        .with_for_update(of=Project)
    ).all()
    for alone in began:
        if not project.host and alone.host:
            project.host, project.confidentiality = alone.host, alone.confidentiality
        _copy_interest(alone.id, project.id)
        move(alone, Act.MERGE, actor=actor, now=now, note=f"Goes on as {project.title}.")


def _copy_interest(source: int, target: int) -> None:
    known = db.session.scalar(sa.select(MilestoneDraft.project_id).where(MilestoneDraft.project_id == target))
    draft = db.session.scalars(
        sa.select(MilestoneDraft)
        .where(MilestoneDraft.project_id == source)
        .order_by(MilestoneDraft.activity_id)
    ).first()
    if known is None and draft is not None:
        db.session.add(
            MilestoneDraft(
                project_id=target,
                activity_id=draft.activity_id,
                text=draft.text,
                answers=draft.answers,
                file_ids=[],
                version=1,
                saved_at=draft.saved_at,
                saved_by_id=draft.saved_by_id,
            )
        )
        db.session.flush()


@dataclass(frozen=True, kw_only=True)
class Topic:
    """What a coordinator gives a team whose proposal was rejected twice."""

    title: str
    host: str
    until: dt.date
    reason: str = ""


def assign_topic(project_id: int, topic: Topic, *, actor: Actor, now: dt.datetime) -> None:
    """Give a rejected project another topic, and a day by which its proposal is handed in."""
    project = hold(project_id)
    if not clean(topic.title):
        raise RuleViolation(CapstoneRefusal.NO_TITLE)
    if not clean(topic.host):
        raise RuleViolation(CapstoneRefusal.NO_HOST)
    zone = cohorts.by_id(project.cohort_id).zone
    until = end_of_day(topic.until, zone)
    if until <= now + dt.timedelta(hours=24):
        raise RuleViolation(CapstoneRefusal.NO_UNTIL)
    before = {"title": project.title, "host": project.host}
    project.title, project.host = clean(topic.title)[:LONGEST_TITLE], clean(topic.host)[:LONGEST_TITLE]
    note = f"{project.title} For {project.host}." + (f" {clean(topic.reason)}" if clean(topic.reason) else "")
    move(project, Act.REASSIGN, actor=actor, now=now, note=note, details={"before": before})
    answer = standing_answer(latest_submission(project.id, rules.PROPOSAL))
    if answer is not None:
        answer.revise_by = until
    db.session.flush()


def end_project(project_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """End a project: nobody works on it any more. What was accepted and marked stays with each person."""
    if not clean(reason):
        raise RuleViolation(CapstoneRefusal.NO_REASON)
    move(hold(project_id), Act.DROP, actor=actor, now=now, note=clean(reason))


def release(project_id: int, *, now: dt.datetime) -> None:
    """The last marks were released: the project is over."""
    project = hold(project_id)
    if project.state is ProjectState.REPORTED:
        move(project, Act.RELEASE, actor=None, now=now)


def tell_team(team_id: int, *, now: dt.datetime) -> None:
    """A team changed: its project goes on, and the story says who is in it now."""
    row = db.session.scalars(
        sa.select(Project).where(Project.team_id == team_id, Project.state.in_(RUNNING))
    ).one_or_none()
    if row is None:
        return
    names = [name for _place, _person, name in queries.members_of(row.id)]
    tell(row, Told.TEAM, before=row.state, actor=None, now=now, details={"members": names})
